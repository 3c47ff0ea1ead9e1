// Where nobody can be told at SMTP time: one polite notice, to those who are proven and no machine.
import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import type { Envelope } from '../../src/inbox/door.ts'
import { people } from '../kit/cast.ts'
import { world } from '../world.ts'

const { plaindesk, mailsTo, settled, clock, url } = await world({
  MAIL_AUTH: 'enforce',
  MAIL_AUTHSERV_ID: 'mx.desk.example',
})
const imap: Envelope = { door: 'IMAP', from: null, to: [], client: null }

const mailOf = (from: string, proof: string, more = '', words = 'Guten Tag, ich bitte um Hilfe. Danke.') =>
  Buffer.from(
    [
      `Authentication-Results: mx.desk.example; ${proof}`,
      `From: ${from}`,
      `Message-ID: <${randomUUID()}@globex.example>`,
      'Subject: Bitte um Hilfe',
      ...(more ? [more] : []),
      '',
      words,
      '',
    ].join('\r\n'),
  )
const receive = async (raw: Buffer) => {
  const { mail } = await plaindesk.reception.receive(raw, imap)
  await settled()
  return plaindesk.reception.settle(mail, 5_000)
}

test('H13: a proven stranger hears once a day, in their language, where to write instead', async () => {
  const stranger = 'stranger@globex.example'
  const proven = 'dkim=pass header.d=globex.example'
  expect(await receive(mailOf(stranger, proven))).toBe('refused')
  expect(await receive(mailOf(stranger, proven))).toBe('refused')
  const [notice, ...more] = await mailsTo(stranger)
  expect(more).toEqual([])
  expect(notice?.text).toContain(`${url}/tickets/new`)
  expect(notice?.header('Auto-Submitted')).toBe('auto-replied')
  expect(notice?.header('Content-Language')).toBe('de')
  clock.forward({ days: 1 })
  await receive(mailOf(stranger, proven))
  expect(await mailsTo(stranger)).toHaveLength(2)
})

test('§6: nobody who is not proven, and no machine, is ever answered', async () => {
  const forged = 'forged@globex.example'
  expect(await receive(mailOf(forged, 'dkim=fail header.d=globex.example'))).toBe('held')
  expect(await receive(mailOf(forged, 'dkim=pass header.d=evil.example'))).toBe('held')
  expect(await receive(mailOf(forged, 'dkim=pass header.d=globex.example', 'Auto-Submitted: auto-generated'))).toBe(
    'automatic',
  )
  expect(await mailsTo(forged)).toEqual([])
})

test('§6: of a mail that is too large the headers are kept, and its proven sender is told once', async () => {
  const headers = mailOf(people.eve.email, 'dmarc=pass header.from=globex.example', '', '')
  for (let count = 0; count < 2; count++)
    await plaindesk.reception.receiveHeaders(headers, 60_000_000, imap, 'too-large')
  await settled()
  expect((await mailsTo(people.eve.email)).filter(({ text }) => text.includes('25'))).toHaveLength(1)
  const other = mailOf(people.bo.email, 'dmarc=fail header.from=acme.example', '', '')
  await plaindesk.reception.receiveHeaders(other, 60_000_000, imap, 'too-large')
  expect(await mailsTo(people.bo.email)).toEqual([])
})
