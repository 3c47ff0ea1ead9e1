// Fetching mail from a real IMAP server (Dovecot), which is killed and started again in between.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { MikroORM } from '@mikro-orm/postgresql'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest'
import { openOrm } from '../../src/database/orm.ts'
import type { Reception } from '../../src/inbox/door.ts'
import { type MailboxWatch, type Watching, watchMailbox } from '../../src/inbox/doors/imap.ts'
import { imapAccount } from '../../src/inbox/doors/imap-account.ts'
import { Mailbox, MailboxTrouble } from '../../src/inbox/doors/mailbox.ts'
import { createLog } from '../../src/log.ts'
import { Clock } from '../kit/clock.ts'
import { cloneDatabase, type TestDatabase } from '../kit/database.ts'
import { newFolder } from '../kit/folder.ts'
import { Dovecot, hasDovecot } from './dovecot.ts'
import { KeptMail } from './kept.ts'

const MB = 1024 * 1024
const log = createLog({ logLevel: process.env.TEST_LOG ?? 'silent' })
const mail = (subject: string, text = 'Good morning') =>
  `From: ann@acme.example\r\nTo: help@desk.example\r\nSubject: ${subject}\r\nMessage-ID: <${subject.replaceAll(' ', '.')}@acme.example>\r\n\r\n${text}\r\n`
const subjectOf = (raw: Buffer) => /^Subject: (.*)$/m.exec(raw.toString())?.[1]?.trim()

describe.skipIf(!hasDovecot)('a mailbox', () => {
  let dovecot: Dovecot
  let database: TestDatabase
  let orm: MikroORM
  let clock: Clock
  let kept: KeptMail
  let user = ''
  let users = 0
  const watches: MailboxWatch[] = []

  beforeAll(async () => {
    const { server, template } = inject('ground')
    database = await cloneDatabase(server, template)
    orm = await openOrm(database.url, log, { name: 'imap test', connections: 4 })
    dovecot = await Dovecot.prepare()
    await dovecot.start()
  })
  afterAll(async () => {
    await dovecot.end()
    await orm.close()
    await database.drop()
  })
  beforeEach(() => {
    user = `help${++users}`
    kept = new KeptMail()
    clock = new Clock()
  })
  afterEach(async () => {
    await Promise.all(watches.splice(0).map(each => each.stop()))
  })

  function account(url = dovecot.url(user), own: { token?: string; tokenFile?: string } = {}) {
    const found = imapAccount({
      imapUrl: url,
      imapAccessToken: own.token ?? null,
      imapAccessTokenFile: own.tokenFile ?? null,
    })
    if (!found) throw new Error('no account')
    return found
  }

  function watch(own: Partial<Watching> = {}): MailboxWatch {
    const opened = watchMailbox({
      account: account(),
      reception: kept,
      orm,
      databaseUrl: database.url,
      limit: MB,
      clock: clock.now,
      log,
      poll: 60_000,
      firstWait: 50,
      ...own,
    })
    watches.push(opened)
    return opened
  }

  const row = (name = account().name) => orm.em.fork().findOneOrFail(Mailbox, { name })
  const subjects = async (folder: string) => (await dovecot.in(user, folder)).map(({ subject }) => subject)
  const until = (get: () => unknown, wanted: unknown) => expect.poll(get).toEqual(wanted)
  const received = () => kept.all.map(({ raw }) => subjectOf(raw))

  test('§6 H15: everything that lies there is taken in order, byte by byte, read or not, and moved', async () => {
    const ten = Array.from({ length: 10 }, (_, i) => Buffer.from(mail(`Mail ${i}`, `Line\r\n.${i} \xe4\xff`), 'latin1'))
    await dovecot.put(user, ten.slice(0, 5))
    await dovecot.put(user, ten.slice(5), ['\\Seen']) // somebody has looked at them
    watch()
    await until(
      () => subjects('Processed'),
      Array.from({ length: 10 }, (_, i) => `Mail ${i}`),
    )
    expect(kept.all.map(({ raw }) => raw)).toEqual(ten)
    expect(kept.all[0]?.envelope).toEqual({ door: 'IMAP', from: null, to: [], client: null })
    expect(await subjects('INBOX')).toEqual([])
    expect(await row()).toMatchObject({ trouble: null, attempts: {} })
  })

  test('§6: IDLE: what comes later is taken at once', async () => {
    watch()
    await until(async () => (await row().catch(() => null))?.lastSuccessAt !== undefined, true)
    await sleep(300)
    const before = Date.now()
    await dovecot.put(user, [mail('Later')])
    await until(received, ['Later'])
    expect(Date.now() - before).toBeLessThan(30_000) // the next look by itself is a minute away
    await dovecot.put(user, [mail('Later still')])
    await until(() => subjects('Processed'), ['Later', 'Later still'])
  })

  test('§6: by outcome to Processed, Held or Refused; what a job decides is waited for', async () => {
    const outcomes = {
      appended: 'Processed',
      duplicate: 'Processed',
      held: 'Held',
      unreadable: 'Held',
      refused: 'Refused',
    }
    watch()
    for (const [outcome, folder] of Object.entries(outcomes)) {
      kept.outcome = outcome as KeptMail['outcome']
      await dovecot.put(user, [mail(`It is ${outcome}`)])
      await until(async () => (await subjects(folder)).includes(`It is ${outcome}`), true)
    }
    kept.outcome = null
    kept.settles = 'held'
    await dovecot.put(user, [mail('Decided later')])
    await until(async () => (await subjects('Held')).includes('Decided later'), true)
    kept.settles = null
    await dovecot.put(user, [mail('Not decided in time')])
    await until(async () => (await subjects('Processed')).includes('Not decided in time'), true)
  })

  test('§6: over the size limit only the headers are fetched, and the mail goes to Held', async () => {
    await dovecot.put(user, [mail('The film', `${'x'.repeat(998)}\r\n`.repeat(1100)), mail('After it')])
    watch()
    await until(() => subjects('Held'), ['The film'])
    await until(received, ['After it'])
    expect(kept.tooLarge).toMatchObject([{ reason: 'too-large', envelope: { door: 'IMAP' } }])
    expect(kept.tooLarge[0]?.size).toBeGreaterThan(MB)
    expect(kept.tooLarge[0]?.headers.toString()).toContain('Subject: The film')
    expect(kept.tooLarge[0]?.headers.length).toBeLessThan(1000)
  })

  test('§6: a mail that fails does not hold up the next; after five failures it goes to Held with a line', async () => {
    kept.trouble = raw => (subjectOf(raw) === 'Poison' ? new Error('it bites') : null)
    await dovecot.put(user, [mail('Before'), mail('Poison'), mail('Behind')])
    watch({ poll: 100 })
    await until(received, ['Before', 'Behind'])
    expect(await subjects('INBOX')).toEqual(['Poison'])
    await until(async () => (await row()).trouble, MailboxTrouble.MAIL) // now there is nothing else
    for (let failures = 1; failures <= 5; failures++) {
      await until(async () => Object.values((await row()).attempts).map(({ count }) => count), [failures])
      clock.forward({ minutes: 61 })
    }
    await until(() => subjects('Held'), ['Poison'])
    expect(kept.tooLarge).toMatchObject([{ reason: 'failing' }])
    await until(async () => (await row()).trouble, null)
  })

  test('§6: a mail that kills the connection each time holds nothing up for good', async () => {
    await dovecot.put(user, [mail('Poison'), mail('Behind')])
    let deaths = 0
    const reception: Reception = {
      receive: async (raw, envelope) => {
        if (subjectOf(Buffer.from(String(raw))) !== 'Poison') return kept.receive(raw, envelope)
        deaths++
        await dovecot.kill()
        await dovecot.start()
        return kept.receive(raw, envelope).then(() => Promise.reject(new Error('the connection is gone')))
      },
      receiveHeaders: (...what) => kept.receiveHeaders(...what),
      settle: () => kept.settle(),
    }
    watch({ reception, poll: 200 })
    await until(() => subjects('Processed'), ['Behind'])
    expect(deaths).toBe(2)
    expect(await subjects('INBOX')).toEqual(['Poison'])
  })

  test('§6: the server dies between receiving and moving: the mail is only moved later', async () => {
    await dovecot.put(user, [mail('Once')])
    let isFirst = true
    const reception: Reception = {
      receive: async (...what) => {
        const receipt = await kept.receive(...what)
        if (isFirst) await dovecot.kill()
        isFirst = false
        return receipt
      },
      receiveHeaders: (...what) => kept.receiveHeaders(...what),
      settle: () => kept.settle(),
    }
    kept.outcome = 'held'
    watch({ reception })
    await until(() => isFirst, false)
    await sleep(300)
    await dovecot.start()
    await until(() => subjects('Held'), ['Once'])
    expect(received()).toEqual(['Once'])
  })

  test('§6: our process dies between receiving and moving: the next receives it again, it is known, and moved', async () => {
    await dovecot.put(user, [mail('Twice'), mail('Behind')])
    let bury = () => {}
    const grave = new Promise<void>(resolve => (bury = resolve))
    const dying: Reception = {
      receive: async (...what) => {
        const receipt = await kept.receive(...what)
        await grave
        return receipt
      },
      receiveHeaders: (...what) => kept.receiveHeaders(...what),
      settle: () => kept.settle(),
    }
    watch({ reception: dying })
    await until(received, ['Twice'])
    // With a process goes its lock.
    await database.sql(
      `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'plaindesk mailbox'`,
    )
    watch({ poll: 200 })
    await until(received, ['Twice', 'Behind']) // what was under way at the crash may have been its cause
    clock.forward({ minutes: 1 })
    await until(received, ['Twice', 'Behind', 'Twice'])
    await until(() => subjects('Processed'), ['Behind', 'Twice'])
    expect(await subjects('INBOX')).toEqual([])
    bury()
  })

  test('§6: the server is killed and comes back: nothing is lost, the trouble is told meanwhile', async () => {
    watch({ poll: 1000 })
    await dovecot.put(user, [mail('First')])
    await until(() => subjects('Processed'), ['First'])
    for (const round of [1, 2]) {
      await dovecot.kill()
      await until(async () => (await row()).trouble, MailboxTrouble.UNREACHABLE)
      expect((await row()).troubleSince).not.toBeNull()
      await sleep(500)
      await dovecot.start()
      await dovecot.put(user, [mail(`Back ${round}`)])
      await until(async () => (await subjects('Processed')).at(-1), `Back ${round}`)
      await until(async () => (await row()).trouble, null)
    }
    expect(received()).toEqual(['First', 'Back 1', 'Back 2'])
  })

  test('§6: a wrong password is told as such, without the password, and tried again', async () => {
    watch({ account: account(dovecot.url(user).replace('secret', 'wrong-password')) })
    await until(async () => (await row().catch(() => null))?.trouble, MailboxTrouble.LOGIN)
    const found = await row()
    expect(found.lastError).toMatch(/auth/i)
    expect(JSON.stringify(found)).not.toContain('wrong-password')
    expect(found.name).toBe(`127.0.0.1/${user}`)
  })

  test('§6: TLS: an unknown certificate is not trusted, a known one is (ASVS 12.3.2)', async () => {
    await dovecot.put(user, [mail('Secret')])
    const url = dovecot.url(user, { scheme: 'imaps' })
    const first = watch({ account: account(url) })
    await until(async () => (await row().catch(() => null))?.trouble, MailboxTrouble.CERTIFICATE)
    expect(received()).toEqual([])
    await first.stop()
    watch({ account: account(url), tls: { ca: dovecot.certificate } })
    await until(() => subjects('Processed'), ['Secret'])
  })

  test('§6: OAuth2: an access token from a file, read again at each log-in', async () => {
    const tokenFile = join(newFolder('token'), 'token')
    writeFileSync(tokenFile, 'expired\n')
    await dovecot.put(user, [mail('By token')])
    watch({ account: account(dovecot.url(user, { query: '?auth=oauth2' }), { tokenFile }) })
    await until(async () => (await row().catch(() => null))?.trouble, MailboxTrouble.LOGIN)
    writeFileSync(tokenFile, 'secret\n')
    await until(() => subjects('Processed'), ['By token'])
  })

  test('§6: two processes: one reads, the other takes over when the first dies', async () => {
    const other = new KeptMail()
    const first = watch()
    await dovecot.put(user, [mail('One')])
    await until(received, ['One'])
    watch({ reception: other })
    await dovecot.put(user, [mail('Two')])
    await until(received, ['One', 'Two'])
    expect(other.all).toHaveLength(0)
    await first.stop()
    await dovecot.put(user, [mail('Three')])
    await until(() => other.all.map(({ raw }) => subjectOf(raw)), ['Three'])
    expect(received()).toEqual(['One', 'Two'])
  })

  test('§9: the database goes away and comes back: the mail stays until it can be taken', async () => {
    watch({ poll: 500 })
    await dovecot.put(user, [mail('Before')])
    await until(() => subjects('Processed'), ['Before'])
    await database
      .sql(
        `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`,
      )
      .catch(() => {})
    await dovecot.put(user, [mail('After')])
    await until(() => subjects('Processed'), ['Before', 'After'])
  })

  test('§6: a new UIDVALIDITY is no new mail, and takes nothing away', async () => {
    kept.trouble = raw => (subjectOf(raw) === 'Poison' ? new Error('it bites') : null)
    await dovecot.put(user, [mail('Poison')])
    const first = watch({ poll: 100 })
    await until(async () => Object.keys((await row()).attempts).length, 1)
    await first.stop()
    const before = Object.keys((await row()).attempts)
    await dovecot.forgetUids(user)
    await dovecot.put(user, [mail('New')])
    const second = watch({ poll: 100 })
    await until(received, ['New'])
    await until(async () => Object.keys((await row()).attempts).some(key => !before.includes(key)), true)
    await second.stop()
    clock.forward({ minutes: 2 })
    kept.trouble = null
    watch({ poll: 100 })
    await until(() => subjects('Processed'), ['New', 'Poison'])
    await until(async () => (await row()).attempts, {})
  })

  test('folders that cannot be made are told as such', async () => {
    const first = watch()
    await until(async () => (await row().catch(() => null))?.lastSuccessAt !== undefined, true)
    await first.stop()
    await dovecot.as(user, async client => {
      await client.mailboxDelete('Held')
    })
    dovecot.makeReadOnly(user)
    try {
      watch()
      await until(async () => (await row()).trouble, MailboxTrouble.FOLDER)
    } finally {
      dovecot.makeReadOnly(user, false)
    }
  })

  test('a mail that somebody takes away meanwhile is no trouble', async () => {
    await dovecot.put(user, [mail('First'), mail('Taken away'), mail('Last')])
    let isFirst = true
    const reception: Reception = {
      receive: async (...what) => {
        if (isFirst) {
          isFirst = false
          await dovecot.as(user, async client => {
            await client.mailboxOpen('INBOX')
            await client.messageDelete('2')
          })
        }
        return kept.receive(...what)
      },
      receiveHeaders: (...what) => kept.receiveHeaders(...what),
      settle: () => kept.settle(),
    }
    watch({ reception })
    await until(() => subjects('Processed'), ['First', 'Last'])
    await until(async () => (await row()).attempts, {})
    expect((await row()).trouble).toBeNull()
  })

  test('§9: a mail without a single byte, and one of NUL bytes, hold nothing up', async () => {
    await dovecot.put(user, [mail('Before')])
    dovecot.deliver(user, Buffer.alloc(0))
    dovecot.deliver(user, Buffer.from('Subject: a\0b\n\n\0\xff\n', 'latin1'))
    await dovecot.put(user, [mail('Behind')])
    watch({ poll: 200 })
    await until(() => received().length, 4)
    expect(received()).toEqual(expect.arrayContaining(['Before', 'Behind', undefined]))
    await until(async () => (await subjects('Processed')).length, 4)
    expect(await row()).toMatchObject({ trouble: null, attempts: {} })
  })

  test('what somebody meant to delete is left alone', async () => {
    await dovecot.put(user, [mail('Deleted')], ['\\Deleted'])
    await dovecot.put(user, [mail('Wanted')])
    watch()
    await until(() => subjects('Processed'), ['Wanted'])
    expect(received()).toEqual(['Wanted'])
  })

  test('stopping waits for the mail that is being taken', async () => {
    await dovecot.put(user, [mail('Under way'), mail('Next')])
    let go = () => {}
    kept.pause = new Promise<void>(resolve => (go = resolve))
    const opened = watch()
    await until(async () => Object.keys((await row().catch(() => null))?.attempts ?? {}).length, 1)
    const stopped = opened.stop()
    go()
    await stopped
    expect(await subjects('Processed')).toEqual(['Under way'])
    expect(await subjects('INBOX')).toEqual(['Next'])
  })
})

describe.skipIf(!hasDovecot)('an older server', () => {
  test('§6: without IDLE and MOVE, its folders below INBOX: polled, copied and expunged', async () => {
    const dovecot = await Dovecot.prepare(
      'imap_capability = IMAP4rev1 UIDPLUS NAMESPACE\nnamespace inbox {\n inbox = yes\n prefix = INBOX.\n separator = .\n}',
    )
    const { server, template } = inject('ground')
    const database = await cloneDatabase(server, template)
    const orm = await openOrm(database.url, log, { name: 'imap test', connections: 2 })
    const kept = new KeptMail()
    await dovecot.start()
    const account = imapAccount({ imapUrl: dovecot.url('old'), imapAccessToken: null, imapAccessTokenFile: null })
    const watch = watchMailbox({
      account: account ?? expect.fail(),
      reception: kept,
      orm,
      databaseUrl: database.url,
      limit: MB,
      clock: () => new Date(),
      log,
      poll: 300,
    })
    try {
      await dovecot.put('old', [mail('Polled')])
      const found = async (folder: string) => (await dovecot.in('old', folder)).map(({ subject }) => subject)
      await expect.poll(() => found('INBOX.Processed')).toEqual(['Polled'])
      await dovecot.put('old', [mail('Polled again')])
      await expect.poll(() => found('INBOX.Processed')).toEqual(['Polled', 'Polled again'])
      expect(await found('INBOX')).toEqual([])
      expect(kept.all).toHaveLength(2)
    } finally {
      await watch.stop()
      await dovecot.end()
      await orm.close()
      await database.drop()
    }
  })
})
