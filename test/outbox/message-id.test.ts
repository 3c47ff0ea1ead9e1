import { expect, test } from 'vitest'
import { newId } from '../../src/lib/ids.ts'
import { messageId, messageIdKey, parseMessageId } from '../../src/outbox/message-id.ts'

const key = messageIdKey('a secret of at least thirty-two characters')
const ticket = newId()
const mail = newId()
const id = messageId({ ticket, part: mail }, key, 'help.example')

test('§6: a Message-ID is the same each time and tells the ticket it belongs to', () => {
  expect(messageId({ ticket, part: mail }, key, 'help.example')).toBe(id)
  expect(id).toMatch(/^<[0-9a-f.]+@help\.example>$/)
  expect(parseMessageId(id, key)).toEqual({ ticket, part: mail })
})

test('§6: the beginning of a thread follows from the ticket alone', () => {
  const start = messageId({ ticket, part: 'start' }, key, 'help.example')
  expect(parseMessageId(start, key)).toEqual({ ticket, part: 'start' })
  expect(parseMessageId(messageId({ ticket: null, part: mail }, key, 'help.example'), key)).toEqual({
    ticket: null,
    part: mail,
  })
})

test('§6: it is known again as mail programs write it', () => {
  expect(parseMessageId(` ${id.toUpperCase()} `, key)).toEqual({ ticket, part: mail })
  expect(parseMessageId(id.slice(1, -1), key)).toEqual({ ticket, part: mail })
})

test('§6: nobody else can make one', () => {
  const other = newId().replaceAll('-', '')
  expect(parseMessageId(id, messageIdKey('another secret'))).toBeNull()
  expect(parseMessageId(id.replace(/[0-9a-f]{32}/, other), key)).toBeNull()
  expect(parseMessageId('<1234@mail.example>', key)).toBeNull()
  expect(parseMessageId('', key)).toBeNull()
})
