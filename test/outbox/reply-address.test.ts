import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseReplyAddress, replyAddress } from '../../src/inbox/reply-address.ts'

const config = {
  supportAddress: 'Support@Help.example',
  sessionSecret: 'a secret of at least thirty-two characters',
  replyTags: true,
}

test.each(['reply', 'answer'] as const)(
  'H15: a tagged address tells its ticket, whatever case it comes back in: %s',
  kind => {
    fc.assert(
      fc.property(fc.integer({ min: 10001, max: 999_999_999 }), number => {
        const address = replyAddress(kind, number, config) ?? ''
        expect(address).toMatch(/^Support\+[ra]\.\d+\.[0-9a-v]{16}@Help\.example$/)
        for (const text of [address, address.toLowerCase(), address.toUpperCase(), ` ${address} `])
          expect(parseReplyAddress(text, config)).toEqual({ kind, ticket: number })
      }),
      { numRuns: 30 },
    )
  },
)

test('§6: nobody else makes one: other ticket, other word, other secret, other domain', () => {
  const address = replyAddress('reply', 10042, config) ?? ''
  const forged = [
    address.replace('10042', '10043'),
    address.replace('+r.', '+a.'),
    address.replace('+r.', '+x.'),
    address.replace('+', '.'),
    address.replace('Help.example', 'help.example.evil.example'),
    address.replace('Support', 'other'),
    replyAddress('reply', 10042, { ...config, sessionSecret: 'another secret of thirty-two characters!' }) ?? '',
    config.supportAddress,
    'support+@help.example',
    '',
    '@',
  ]
  for (const text of forged) expect(parseReplyAddress(text, config), text).toBeNull()
})

test('H15: no text whatever breaks the reading', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), text => parseReplyAddress(text, config) === null))
})

test('§7: an address with a tag of its own keeps it', () => {
  const own = { ...config, supportAddress: 'it+desk@help.example' }
  const address = replyAddress('reply', 10042, own) ?? ''
  expect(address).toMatch(/^it\+desk\+r\.10042\./)
  expect(parseReplyAddress(address, own)).toEqual({ kind: 'reply', ticket: 10042 })
})

test('§7: without REPLY_TAGS, or without room for one, there is none; old ones are still read', () => {
  const old = replyAddress('reply', 10042, config) ?? ''
  const off = { ...config, replyTags: false }
  expect(replyAddress('reply', 10042, off)).toBeNull()
  expect(parseReplyAddress(old, off)).toEqual({ kind: 'reply', ticket: 10042 })
  expect(replyAddress('reply', 10042, { ...config, supportAddress: `${'long'.repeat(12)}@help.example` })).toBeNull()
})
