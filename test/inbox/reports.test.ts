import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { readMail } from '../../src/inbox/reading/read-mail.ts'
import { readReport } from '../../src/inbox/reading/report.ts'
import { isHardFailure } from '../../src/inbox/reading/report-hardness.ts'

const original = '<abc.10042@plaindesk.example>'

/** What the mails of the corpus report: whom, hard or soft, the status. */
const reports: Record<string, [recipient: string, isHard: boolean, status: string | null, original: string | null]> = {
  'bounce-postfix-dsn.eml': ['jana@kunde.example', true, '5.1.1', original],
  'bounce-postfix-delay.eml': ['jana@kunde.example', false, '4.4.1', original],
  'bounce-exchange-online-de.eml': ['jana@kunde.example', true, '5.1.10', original],
  'bounce-gmail-dsn.eml': ['jana@kunde.example', false, '5.2.2', original],
  'bounce-ses.eml': ['jana@kunde.example', false, '5.7.1', original],
  'bounce-utf8-dsn.eml': ['jäna@kunde.example', true, '5.1.1', original],
  'bounce-exim.eml': ['jana@kunde.example', true, null, original],
  'bounce-qmail.eml': ['jana@kunde.example', true, '5.1.1', original],
  'bounce-kundenserver.eml': ['jana@kunde.example', true, '5.1.1', original],
  'bounce-gmx.eml': ['jana@gmx.example', true, '5.1.1', original],
  'bounce-yahoo.eml': ['jana@yahoo.example', true, null, original],
  'bounce-mailru.eml': ['jana@mail.example', true, null, original],
  'bounce-domino.eml': ['jana@kunde.example', true, null, null],
  'bounce-exchange-2003-de.eml': ['jana@kunde.example', true, '5.1.1', null],
  'bounce-mimecast.eml': ['jana@kunde.example', true, '5.1.1', null],
  'bounce-sendmail-5.eml': ['jana@kunde.example', true, null, original],
  'bounce-aol.eml': ['jana@aol.example', true, null, null],
}

const daemon = { address: 'MAILER-DAEMON@mx.example', name: '' }
const words = (text: string, from = daemon, subject = 'failure notice') =>
  readReport({ headers: [{ key: 'to', value: 'support@plaindesk.example' }], subject, from, text, parts: [] })

describe('§6: delivery reports', () => {
  test.each(Object.entries(reports))('%s', async (file, [recipient, isHard, status, originalMessageId]) => {
    const { report } = await readMail(readFileSync(new URL(`./mail/${file}`, import.meta.url)))
    expect(report?.failures).toEqual([{ recipient, isHard, status, reason: expect.stringMatching(/\w/) }])
    expect(report?.originalMessageId).toBe(originalMessageId)
  })

  test('a report of success has no failures', async () => {
    const { report } = await readMail(readFileSync(new URL('./mail/bounce-success.eml', import.meta.url)))
    expect(report).toEqual({ failures: [], originalMessageId: original })
  })

  test('the reason is the server’s words, on one line', () => {
    const report = words(
      '<ann@kunde.example>: host mx.kunde.example said: 550 5.1.1\n    User unknown (in reply\n    to RCPT)',
    )
    expect(report?.failures[0]?.reason).toBe('host mx.kunde.example said: 550 5.1.1 User unknown (in reply to RCPT)')
  })

  test('several recipients, each with its own reason', () => {
    const text =
      'The following address(es) failed:\n\n  ann@kunde.example\n    Unrouteable address\n  bo@kunde.example\n    mailbox is full\n'
    expect(words(text)?.failures).toEqual([
      { recipient: 'ann@kunde.example', isHard: true, status: null, reason: 'Unrouteable address' },
      { recipient: 'bo@kunde.example', isHard: false, status: null, reason: 'mailbox is full' },
    ])
  })

  test('neither the sender nor whom to ask is a recipient who failed', () => {
    const text =
      'Unable to deliver your mail from support@plaindesk.example to ann@kunde.example: 550 no such user.\nPlease write to postmaster@mx.example.'
    expect(words(text)?.failures.map(({ recipient }) => recipient)).toEqual(['ann@kunde.example'])
  })

  test('what a person writes about a report is none', () => {
    const jana = { address: 'jana@kunde.example', name: 'Jana' }
    expect(
      words('Was heißt "550 User unknown" bei ann@kunde.example?', jana, 'Undeliverable: was heißt das?'),
    ).toBeNull()
    expect(words('Final-Recipient: rfc822; ann@kunde.example\nAction: failed\nStatus: 5.1.1', jana, 'Frage')).toBeNull()
  })

  test('answers of vacation programs, shops and postmasters are no reports', () => {
    const text = 'Your message could not be delivered to me. Please write to bo@kunde.example, this mailbox is full.'
    const headers = [
      { key: 'return-path', value: '<>' },
      { key: 'auto-submitted', value: 'auto-replied' },
    ]
    const jana = { address: 'jana@kunde.example', name: 'Jana' }
    const mail = { headers, text, parts: [] }
    expect(readReport({ ...mail, subject: 'Automatic reply: Delivery failed', from: jana })).toBeNull()
    expect(readReport({ ...mail, subject: 'I am away', from: jana })).toBeNull()
    expect(words(text, { address: 'noreply@shop.example', name: 'Shop' }, 'Your parcel')).toBeNull()
    expect(words(text, { address: 'postmaster@kunde.example', name: 'Jan' }, 'Re: Undeliverable: x')).toBeNull()
  })

  test.each<[string, string | null, string | null, boolean]>([
    ['User unknown', '5.1.1', '550', true],
    ['mailbox is full', '5.2.2', '552', false],
    ['message too large', '5.3.4', '552', false],
    ['blocked by policy', '5.7.1', '550', false],
    ['no such user', '5.7.1', '550', true],
    ['try again later', '4.2.0', '450', false],
    ['delivery time expired', '4.4.7', null, false],
    ['Domain does not exist', '5.4.4', '550', true],
    ['listed at a blacklist', null, '554', false],
    ['', '5.0.0', null, true],
  ])('hard is what is about the address: %s %s', (reason, status, code, isHard) => {
    expect(isHardFailure({ reason, status, code })).toBe(isHard)
  })

  test.each([
    ['a megabyte on one line', 'x@y.example '.repeat(80_000)],
    ['100,000 recipients', '<x@y.example>: 550 no\n'.repeat(100_000)],
    ['fields without end', 'Final-Recipient: rfc822; x@y.example\n'.repeat(50_000)],
  ])('comes to an end: %s', (_, text) => {
    expect(words(text)).not.toBeUndefined()
  })
})
