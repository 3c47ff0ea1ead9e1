// How a mail leaves: once, with retries, and not at all where it tells of nothing any more.
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { letterWriters } from '../../src/mails.ts'
import { enqueueMail } from '../../src/outbox/enqueue.ts'
import { openOutbox } from '../../src/outbox/outbox.ts'
import { OutboxMail } from '../../src/outbox/outbox-mail.ts'
import { sendMail } from '../../src/outbox/send-mail.job.ts'
import { LinkKind, OneTimeLink } from '../../src/people/one-time-link.ts'
import type { User } from '../../src/people/user.ts'
import { fileStore, type PostOffice, postOffice } from './post-office.ts'

let office: PostOffice
let ann: User

beforeAll(async () => {
  office = await postOffice()
  ann = await office.person({ language: 'en' })
})
afterEach(() => {
  office.mailbox.isRefusing = false
  office.mailbox.forget()
})

const jobs = async (mail: OutboxMail) =>
  office.sql(`select 1 from graphile_worker._private_jobs where payload->>'mail' = $1`, [mail.id])

test('§6: a mail and its job come with the change that it tells of', async () => {
  const mail = await office.enqueue('password-changed', ann)
  expect(await jobs(mail)).toHaveLength(1)
  expect((await office.row(mail)).rows).toEqual({ user: ann.id })
})

test('§6: a mail of a change that is rolled back was never there, nor its job (ASVS 2.3.3)', async () => {
  let mail: OutboxMail | undefined
  const change = office.em().transactional(async em => {
    mail = await enqueueMail(em, 'password-changed', ann, {}, new Date())
    await em.flush()
    throw new Error('rolled back')
  })
  await expect(change).rejects.toThrow('rolled back')
  expect(await office.em().count(OutboxMail, mail!.id)).toBe(0)
  expect(await jobs(mail!)).toHaveLength(0)
})

test('§6: neither the mail nor its link lies in the database', async () => {
  const link = await office.link(LinkKind.RESET, ann)
  const mail = await office.enqueue('reset', ann, { link: link.id })
  await office.send(mail)
  const token = office.mailbox.all[0]!.link(/\/password\/reset\//)
    .split('/')
    .at(-1)!
  const [, mac = ''] = token.split('.')
  const [row] = await office.sql('select to_jsonb(outbox_mail)::text as text from outbox_mail where id = $1', [mail.id])
  const [linkRow] = await office.sql('select to_jsonb(one_time_link)::text as text from one_time_link where id = $1', [
    link.id,
  ])
  expect(`${row?.text}${linkRow?.text}`).not.toContain(mac)
})

test('§6: while the mail server is away the mail waits, and then goes with the same id and link', async () => {
  const link = await office.link(LinkKind.RESET, ann)
  const mail = await office.enqueue('reset', ann, { link: link.id })
  office.mailbox.isRefusing = true
  await expect(office.send(mail)).rejects.toThrow('451')
  await expect(office.send(mail)).rejects.toThrow()
  expect(await office.row(mail)).toMatchObject({ state: 'DUE', attempts: 2, sentAt: null })
  office.mailbox.isRefusing = false
  await office.send(mail)
  expect(await office.row(mail)).toMatchObject({ state: 'SENT', attempts: 3, lastError: null })
  const again = await office.enqueue('reset', ann, { link: link.id })
  await office.send(again)
  const [one, two] = office.mailbox.all
  expect(one!.link(/reset/)).toBe(two!.link(/reset/))
})

test('§6: a job that runs twice sends once', async () => {
  const mail = await office.enqueue('password-changed', ann)
  await office.send(mail)
  await office.send(mail)
  expect(office.mailbox.all).toHaveLength(1)
})

test('issue 6 Faults: a database that takes nothing just as a mail has gone does not make it go twice', async () => {
  const mail = await office.enqueue('password-changed', ann)
  await office.sql(
    `create function refused() returns trigger language plpgsql as $$ begin raise sqlstate '25006'; end $$`,
  )
  await office.sql(
    `create trigger refused before update on outbox_mail for each row when (new.state = 'SENT') execute function refused()`,
  )
  const sending = office.send(mail)
  await expect.poll(() => office.mailbox.all.length, { timeout: 30_000 }).toBe(1)
  await office.sql('drop function refused() cascade')
  await sending
  expect((await office.row(mail)).state).toBe('SENT')
  expect(office.mailbox.all).toHaveLength(1)
})

test('the last try leaves it for an admin', async () => {
  const mail = await office.enqueue('password-changed', ann)
  office.mailbox.isRefusing = true
  await expect(office.send(mail, true)).rejects.toThrow()
  expect((await office.row(mail)).state).toBe('FAILED')
  office.mailbox.isRefusing = false
  await office.send(mail)
  expect((await office.row(mail)).state).toBe('SENT')
})

describe('§3: a link that is dead by now is not mailed', () => {
  test.each(['usedAt', 'revokedAt'] as const)('%s', async field => {
    const link = await office.link(LinkKind.RESET, ann)
    const mail = await office.enqueue('reset', ann, { link: link.id })
    await office.em().nativeUpdate(OneTimeLink, link.id, { [field]: new Date() })
    await office.send(mail)
    expect(office.mailbox.all).toHaveLength(0)
    expect((await office.row(mail)).state).toBe('DROPPED')
  })

  test('expired', async () => {
    const link = await office.link(LinkKind.RESET, ann, { expiresAt: new Date(Date.now() - 1000) })
    const mail = await office.enqueue('reset', ann, { link: link.id })
    await office.send(mail)
    expect((await office.row(mail)).state).toBe('DROPPED')
  })
})

test('a mail about somebody who was erased is dropped', async () => {
  const mail = await office.enqueue('password-changed', ann, {})
  await office.sql(`update outbox_mail set rows = '{}' where id = $1`, [mail.id])
  await office.send(mail)
  expect((await office.row(mail)).state).toBe('DROPPED')
})

describe('what a mail server says', () => {
  const refusal = (responseCode: number, text: string) => Object.assign(new Error(text), { responseCode })

  /** Sends through a server of this behaviour; gives back the row and whether the job is to be tried again. */
  async function through(options: SMTPServerOptions, login = ''): Promise<{ row: OutboxMail; again: boolean }> {
    const server = new SMTPServer({ authOptional: true, disabledCommands: ['STARTTLS'], logger: false, ...options })
    server.on('error', () => undefined) // a client that hangs up is no fault of the server
    return throughServer(server, login)
  }

  async function throughServer(server: SMTPServer, login = ''): Promise<{ row: OutboxMail; again: boolean }> {
    const listening = server.listen(0, '127.0.0.1')
    await once(listening, 'listening')
    const { port } = listening.address() as AddressInfo
    const outbox = openOutbox(
      { current: { ...office.config, smtpUrl: `smtp://${login}127.0.0.1:${port}` } },
      letterWriters,
      fileStore,
    )
    const mail = await office.enqueue('password-changed', ann)
    const again = await sendMail(office.em(), outbox, mail.id, new Date(), false).then(
      () => false,
      () => true,
    )
    outbox.close()
    await new Promise<void>(resolve => server.close(() => resolve()))
    return { row: await office.row(mail), again }
  }

  test('550 for the recipient is final, and is kept without the address', async () => {
    const { row, again } = await through({
      onRcptTo: ({ address }, _session, done) => done(refusal(550, `no such user ${address}`)),
    })
    expect(again).toBe(false)
    expect(row).toMatchObject({ state: 'FAILED', attempts: 1 })
    expect(row.lastError).toContain('550')
    expect(row.lastError).not.toContain(ann.email)
  })

  test('554 for the mail is final', async () => {
    const { row, again } = await through({
      onData: (stream, _session, done) => stream.resume().on('end', () => done(refusal(554, 'looks like spam'))),
    })
    expect({ again, state: row.state }).toEqual({ again: false, state: 'FAILED' })
  })

  test('450 is tried again', async () => {
    const { row, again } = await through({ onRcptTo: (_address, _session, done) => done(refusal(450, 'greylisted')) })
    expect({ again, state: row.state }).toEqual({ again: true, state: 'DUE' })
  })

  test('a refused log-in waits for the operator', async () => {
    const { row, again } = await through(
      {
        authOptional: false,
        allowInsecureAuth: true,
        onAuth: (_auth, _session, done) => done(refusal(535, 'wrong password')),
      },
      'me:wrong@',
    )
    expect({ again, state: row.state }).toEqual({ again: true, state: 'DUE' })
  })

  test('a connection that breaks off after the text is tried again, by the job and not by the pool', async () => {
    let tries = 0
    const server: SMTPServer = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS'],
      logger: false,
      onData(stream, session) {
        tries += 1
        stream.resume().on('end', () => {
          for (const connection of server.connections) if (connection.id === session.id) connection.close()
        })
      },
    })
    server.on('error', () => undefined)
    const { again, row } = await throughServer(server)
    expect({ again, tries, state: row.state }).toEqual({ again: true, tries: 1, state: 'DUE' })
  })
})

test('§7: without a mail server mails are kept', async () => {
  const outbox = openOutbox({ current: { ...office.config, smtpUrl: null } }, letterWriters, fileStore)
  const mail = await office.enqueue('password-changed', ann)
  await sendMail(office.em(), outbox, mail.id, new Date(), false)
  expect((await office.row(mail)).state).toBe('KEPT')
  expect(office.mailbox.all).toHaveLength(0)
})
