// All the way: from an MTA or a mailbox, through the doors that `start` opens, to the ticket.
import { createTransport } from 'nodemailer'
import { afterAll, describe, expect, inject, test } from 'vitest'
import { freePort } from '../../src/database/postmaster.ts'
import { openDoors } from '../../src/inbox/doors/open-doors.ts'
import { people } from '../kit/cast.ts'
import { command } from '../kit/database.ts'
import { world } from '../world.ts'
import { Conversation } from './conversation.ts'
import { Dovecot, hasDovecot } from './dovecot.ts'

const port = await freePort()
const dovecot = hasDovecot ? await Dovecot.prepare() : null
await dovecot?.start()
afterAll(() => dovecot?.end())
const here = await world({
  SMTP_LISTEN: `127.0.0.1:${port}`,
  MAX_MAIL_MB: '1',
  ...(dovecot ? { IMAP_URL: dovecot.url('help') } : {}),
})
const { plaindesk, sql, settled, as } = here
const doors = await openDoors(plaindesk)
const transport = createTransport({ host: '127.0.0.1', port, ignoreTLS: true })
afterAll(async () => {
  transport.close()
  await doors.stop()
})

const to = 'support@plaindesk.example'
const letter = (subject: string, from: string = people.bo.email, text = 'Hello') =>
  `From: ${from}\r\nTo: ${to}\r\nSubject: ${subject}\r\nMessage-ID: <${subject.replaceAll(' ', '.')}@acme.example>\r\nDate: Sun, 22 Nov 2026 10:00:00 +0100\r\n\r\n${text}\r\n`
const outcomes = async (subject: string) => {
  await settled()
  const rows = await sql(`select outcome, door from incoming_mail where subject = $1 order by received_at, id`, [
    subject,
  ])
  return rows.map(({ outcome, door }) => `${door} ${outcome}`)
}

async function deliver(subject: string, from: string = people.bo.email): Promise<string> {
  const client = await Conversation.with(`smtp://127.0.0.1:${port}`)
  await client.begin('EHLO mta.example', `MAIL FROM:<${from}>`, `RCPT TO:<${to}>`, 'DATA')
  const answer = await client.content(letter(subject, from))
  client.end()
  return answer
}

describe('by SMTP', () => {
  test('H13: a mail becomes a ticket, a second delivery changes nothing', async () => {
    expect(await deliver('By SMTP')).toMatch(/^250 2\.6\.0 Taken as [\da-f-]{36}$/)
    expect(await deliver('By SMTP')).toMatch(/^250 /)
    expect(await outcomes('By SMTP')).toEqual(['SMTP CREATED', 'SMTP DUPLICATE'])
    expect((await as('bo').visit('/tickets')).text).toContain('By SMTP')
  })

  test('H13 §6: a stranger is told at the door', async () => {
    expect(await deliver('By nobody', 'nobody@else.example')).toMatch(/^550 .*\/register$/)
    expect(await outcomes('By nobody')).toEqual(['SMTP REFUSED'])
  })

  test('§6: too large is a line in the ledger, with sender and subject', async () => {
    const large = transport.sendMail({
      envelope: { from: people.bo.email, to },
      raw: letter('The film', people.bo.email, 'x'.repeat(1_200_000)),
    })
    await expect(large).rejects.toMatchObject({ responseCode: 552 })
    expect(
      await sql(`select from_address, outcome, reason, storage_key from incoming_mail where subject = 'The film'`),
    ).toEqual([{ from_address: people.bo.email, outcome: 'REFUSED', reason: 'TOO_LARGE', storage_key: null }])
  })

  test('§9: the database away: 451; back again, the same mail is taken once', async () => {
    const { server } = inject('ground')
    const name = new URL(plaindesk.config.databaseUrl ?? '').pathname.slice(1)
    await command(server, `alter database ${name} with allow_connections false`)
    try {
      await command(server, `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}'`)
      expect(await deliver('In the dark')).toMatch(/^451 .*try again later/)
      expect(await deliver('In the dark')).toMatch(/^451 /)
    } finally {
      await command(server, `alter database ${name} with allow_connections true`)
    }
    expect(await deliver('In the dark')).toMatch(/^250 /)
    await expect.poll(() => outcomes('In the dark').catch(() => null)).toEqual(['SMTP CREATED'])
  })
})

describe.skipIf(!dovecot)('by IMAP', () => {
  const folder = async (name: string) => (await dovecot?.in('help', name))?.map(({ subject }) => subject)

  test('H13 §6: by outcome into its folder, as the job decides', async () => {
    await dovecot?.put('help', [letter('By IMAP'), letter('From nobody', 'nobody@else.example'), letter('By IMAP')])
    await expect.poll(() => folder('Processed')).toEqual(['By IMAP', 'By IMAP'])
    await expect.poll(() => folder('Refused')).toEqual(['From nobody'])
    expect(await outcomes('By IMAP')).toEqual(['IMAP CREATED', 'IMAP DUPLICATE'])
    expect(await folder('INBOX')).toEqual([])
  })

  test('§6: what came by SMTP already is known', async () => {
    await dovecot?.put('help', [letter('By SMTP')])
    await expect.poll(() => folder('Processed')).toContain('By SMTP')
    expect((await outcomes('By SMTP')).at(-1)).toBe('IMAP DUPLICATE')
  })

  test('§6: too large goes to Held, with a line in the ledger', async () => {
    await dovecot?.put('help', [letter('A larger film', people.bo.email, `${'x'.repeat(900)}\r\n`.repeat(1300))])
    await expect.poll(() => folder('Held')).toEqual(['A larger film'])
    expect(await outcomes('A larger film')).toEqual(['IMAP HELD'])
  })

  test('the admin sees that it was looked into', async () => {
    const page = await as('ada').visit('/admin/mailboxes')
    expect(page.text).toContain('127.0.0.1/help')
    expect(page.text).not.toMatch(/not yet|cannot be read/)
  })
})
