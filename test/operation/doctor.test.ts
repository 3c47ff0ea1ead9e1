// plaindesk doctor, as an operator runs it: a line for each thing, and how to mend what is wrong.
import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { SMTPServer } from 'smtp-server'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { freePort } from '../../src/database/postmaster.ts'
import { s3 } from '../files/s3.ts'
import { Dovecot, hasDovecot } from '../inbox/dovecot.ts'
import { run } from './command.ts'
import { type NameServer, nameServer } from './name-server.ts'
import { emptyPlace, type TestPlace } from './place.ts'

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const published = createPublicKey(privateKey).export({ type: 'spki', format: 'der' }).toString('base64')
const good: NameServer['records'] = {
  'help.example.com MX': ['mx.example.com'],
  'help.example.com TXT': ['some other text', 'v=spf1 mx -all'],
  'desk._domainkey.example.com TXT': [`v=DKIM1; k=rsa; p=${published}`],
  '_dmarc.example.com TXT': ['v=DMARC1; p=reject'],
}

let place: TestPlace
let names: NameServer
let smtp: SMTPServer
let env: Record<string, string>
const web = createServer((_req, res) => void res.end('ok\n'))

beforeAll(async () => {
  place = await emptyPlace({}, inject('ground').template)
  names = await nameServer(good)
  smtp = new SMTPServer({
    allowInsecureAuth: true,
    hideSTARTTLS: true,
    onAuth: ({ password }, _session, done) =>
      password === 'right' ? done(null, { user: 'desk' }) : done(new Error('535 no such log-in')),
  })
  const mailPort = await freePort()
  await new Promise<void>(resolve => smtp.listen(mailPort, '127.0.0.1', resolve))
  await once(web.listen(0, '127.0.0.1'), 'listening')
  writeFileSync(join(place.folder, 'dkim.pem'), privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 })
  env = {
    ...place.env,
    NODE_ENV: 'test',
    BASE_URL: `http://127.0.0.1:${(web.address() as AddressInfo).port}`,
    SESSION_SECRET: 'k3jH8sLq0ZpX7vN2mR5tY9wB4cD6fG1a',
    SMTP_URL: `smtp://desk:right@127.0.0.1:${mailPort}`,
    MAIL_FROM: 'Desk <desk@help.example.com>',
    DKIM_DOMAIN: 'example.com',
    DKIM_SELECTOR: 'desk',
    DKIM_KEY_FILE: join(place.folder, 'dkim.pem'),
  }
})
afterAll(async () => {
  names.close()
  web.close()
  await new Promise<void>(resolve => smtp.close(resolve))
  await place.database.drop()
  rmSync(place.folder, { recursive: true, force: true })
})

interface Told {
  code: number | null
  /** Name → grade and words. */
  lines: Record<string, string>
}

async function examined(own: Record<string, string> = {}): Promise<Told> {
  const { code, out, err } = await run(['doctor', '--dns', names.address], { ...env, ...own })
  expect(err).toBe('')
  expect(out).not.toMatch(/^\s+at /m)
  const lines = out
    .trim()
    .split('\n')
    .map(line => /^(ok|warn|FAIL|-) +(\S+(?: \S+)?) {2,}(.+)$/.exec(line) ?? [line, '', '', line])
  return { code, lines: Object.fromEntries(lines.map(([, grade, name, words]) => [name, `${grade} ${words}`])) }
}

describe('plaindesk doctor', { timeout: 300_000 }, () => {
  test('where all is well every line says so, and the exit code is 0', async () => {
    const { code, lines } = await examined()
    expect(lines).toEqual({
      Database: expect.stringMatching(/^ok PostgreSQL 1\d.*connections in use$/),
      Migrations: expect.stringMatching(/^ok all \d+ have run$/),
      Clock: expect.stringMatching(/^ok 0\.\d s apart/),
      Jobs: expect.stringMatching(/^(ok|warn) /),
      Replica: '- DATABASE_REPLICA_URL is not set',
      'File store': expect.stringMatching(/^ok file:.* was written to, read, listed and deleted from$/),
      Disk: expect.stringMatching(/GB free for/),
      'Virus scan': expect.stringMatching(/^- CLAMD_URL is not set/),
      SMTP: expect.stringMatching(/^ok 127\.0\.0\.1:\d+ answers and takes the log-in of desk$/),
      IMAP: '- IMAP_URL is not set',
      'DNS: MX': 'ok help.example.com: mx.example.com',
      'DNS: SPF': 'ok help.example.com: v=spf1 mx -all',
      'DNS: DKIM': 'ok desk._domainkey.example.com has the key of DKIM_KEY_FILE',
      'DNS: DMARC': 'ok _dmarc.example.com: v=DMARC1; p=reject',
      Secrets: expect.stringMatching(/^ok SESSION_SECRET has 32 characters, only its owner reads .*dkim\.pem$/),
      'Base URL': expect.stringMatching(/^ok http:.* answers$/),
    })
    expect(code).toBe(0)
  })

  test('the database is down: it says so, and looks at the rest', async () => {
    const { code, lines } = await examined({ DATABASE_URL: `postgresql://nobody:x@127.0.0.1:${await freePort()}/none` })
    expect(lines.Database).toMatch(
      /^FAIL The database of DATABASE_URL does not answer: .*ECONNREFUSED.*Check DATABASE_URL/,
    )
    expect(lines.Migrations).toBe('- not known without the database')
    expect(lines.SMTP).toMatch(/^ok/)
    expect(code).toBe(1)
  })

  test('no schema, and one that is not of this version', async () => {
    const empty = await emptyPlace()
    const at = { DATABASE_URL: empty.database.url }
    expect((await examined(at)).lines).toMatchObject({
      Migrations: expect.stringMatching(/^FAIL The database is empty. Run "npx plaindesk migrate"/),
      Jobs: expect.stringMatching(/^- not known/),
    })
    await empty.database.sql(`create table mikro_orm_migrations (id int, name text)`)
    await empty.database.sql(`insert into mikro_orm_migrations values (1, '0001-foundation')`)
    expect((await examined(at)).lines.Migrations).toMatch(/^FAIL \d+ did not run yet \(0002-mail, .*\). Run/)
    await empty.database.sql(`insert into mikro_orm_migrations values (2, '9999-unheard-of')`)
    expect((await examined(at)).lines.Migrations).toMatch(/^FAIL The schema is newer .*9999-unheard-of.*Update/)
    await empty.database.drop()
  })

  test('a later schema, on which this version still works, is no failure', async () => {
    const { sql } = place.database
    await sql(`insert into mikro_orm_migrations (name) values ('9999-unheard-of')`)
    const { lines } = await examined()
    await sql(`delete from mikro_orm_migrations where name = '9999-unheard-of'`)
    expect(lines.Migrations).toMatch(/^warn The schema is newer .*9999-unheard-of.*Update/)
  })

  test('a role without rights is told which', async () => {
    const { sql, name, url } = place.database
    const role = `weak_${name.slice(-8)}`
    const as = new URL(url)
    as.username = role
    as.password = 'weak'
    await sql(`create role ${role} login password 'weak'`)
    try {
      const { lines } = await examined({ DATABASE_URL: as.href })
      expect(lines.Database).toMatch(
        new RegExp(`^FAIL ${role} may not create in it.*grant create on database ${name} to ${role}`),
      )
    } finally {
      await sql(`drop role ${role}`)
    }
  })

  test('a job that waits for long: a worker is missing', async () => {
    await place.database.sql(
      `select graphile_worker.add_job('clean-up', run_at => now() - interval '1 hour', job_key => 'old')`,
    )
    expect((await examined()).lines.Jobs).toMatch(/^warn \d+ waits?, the oldest for (59|60) minutes. Start a worker/)
    await place.database.sql(`select graphile_worker.remove_job('old')`)
  })

  test('a bucket is written to, read and deleted from; one that refuses is told with the way to mend it', async () => {
    const server = await s3()
    const told = async () => (await examined(server.env)).lines['File store']
    expect(await told()).toBe('ok s3://files was written to, read, listed and deleted from')
    expect(await server.objects()).toEqual([])
    server.changeSecret('another')
    expect(await told()).toMatch(/^FAIL s3:\/\/files cannot be written to: .*signature.*AWS_ACCESS_KEY_ID/)
    await server.close()
    expect(await told()).toMatch(/^FAIL s3:\/\/files cannot be written to: .*AWS_ACCESS_KEY_ID/)
  })

  test('a folder for files that cannot be: where, and what to do', async () => {
    writeFileSync(join(place.folder, 'a-file'), '')
    const { code, lines } = await examined({ STORAGE_URL: `file://${place.folder}/a-file/files` })
    expect(lines['File store']).toMatch(/^FAIL .*a-file\/files cannot be opened: ENOTDIR.*owns that folder/)
    expect(code).toBe(1)
  })

  test('mail servers: a wrong log-in, and nobody there', async () => {
    const wrong = env.SMTP_URL?.replace('right', 'wrong') ?? ''
    expect((await examined({ SMTP_URL: wrong })).lines.SMTP).toMatch(
      /^FAIL 127\.0\.0\.1:\d+: Invalid login: 535.*Check SMTP_URL/,
    )
    const nobody = `127.0.0.1:${await freePort()}`
    const { lines } = await examined({ SMTP_URL: `smtp://${nobody}`, IMAP_URL: `imap://desk:pw@${nobody}` })
    expect(lines.SMTP).toMatch(/^FAIL .*ECONNREFUSED/)
    expect(lines.IMAP).toMatch(/^FAIL 127\.0\.0\.1\/desk \(UNREACHABLE\): .*Check IMAP_URL/)
  })

  test.skipIf(!hasDovecot)('a mailbox is opened; a wrong password is told', async () => {
    const dovecot = await Dovecot.prepare()
    await dovecot.start()
    try {
      await dovecot.put('desk', ['Subject: one\r\n\r\nhello\r\n'])
      expect((await examined({ IMAP_URL: dovecot.url('desk') })).lines.IMAP).toBe(
        'ok 127.0.0.1/desk is open, 1 mails lie in it',
      )
      const wrong = dovecot.url('desk').replace(':secret@', ':wrong@')
      expect((await examined({ IMAP_URL: wrong })).lines.IMAP).toMatch(/^FAIL 127\.0\.0\.1\/desk \(LOGIN\)/)
    } finally {
      await dovecot.end()
    }
  })

  test('DNS: what is missing is told with the record to add', async () => {
    names.records = {}
    const { lines, code } = await examined()
    expect(lines).toMatchObject({
      'DNS: MX': expect.stringMatching(/^FAIL help\.example\.com has no MX record/),
      'DNS: SPF': expect.stringMatching(/^FAIL help\.example\.com has no SPF record. Add a TXT record/),
      'DNS: DKIM': `FAIL desk._domainkey.example.com has no key. Add a TXT record: v=DKIM1; k=rsa; p=${published}`,
      'DNS: DMARC': expect.stringMatching(/^FAIL _dmarc\.help\.example\.com has no record.*v=DMARC1/),
    })
    expect(code).toBe(1)
    names.records = {
      ...good,
      'help.example.com TXT': ['v=spf1 mx -all', 'v=spf1 +all'],
      'desk._domainkey.example.com TXT': [`v=DKIM1; p=${'A'.repeat(300)}`],
    }
    const other = await examined({ MAIL_FROM: 'desk@elsewhere.example' })
    expect(other.lines['DNS: DKIM']).toMatch(/^FAIL .* has another key than DKIM_KEY_FILE/)
    expect((await examined()).lines['DNS: SPF']).toMatch(/^FAIL help\.example\.com has 2 SPF records/)
    names.records = { ...good, 'help.example.com TXT': ['v=spf1 include:x.example +all'] }
    expect((await examined()).lines['DNS: SPF']).toMatch(/^warn .*lets everybody send/)
    names.records = good
    expect((await examined({ MAIL_FROM: 'desk@elsewhere.example' })).lines['DNS: DKIM']).toMatch(
      /^warn .*proves nothing for DMARC/,
    )
  })

  test('DNS: a key for DKIM that is too short for long', async () => {
    const short = generateKeyPairSync('rsa', { modulusLength: 1024 })
    const file = join(place.folder, 'short.pem')
    writeFileSync(file, short.privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 })
    const record = short.publicKey.export({ type: 'spki', format: 'der' }).toString('base64')
    names.records = { ...good, 'desk._domainkey.example.com TXT': [`v=DKIM1; k=rsa; p=${record}`] }
    expect((await examined({ DKIM_KEY_FILE: file })).lines['DNS: DKIM']).toMatch(/^warn .* 1024 bits.*genrsa/)
    names.records = good
  })

  test('secrets: what others think of, what others read', async () => {
    expect((await examined({ SESSION_SECRET: 'x'.repeat(40) })).lines.Secrets).toMatch(
      /^FAIL .*too few different.*openssl rand/,
    )
    const key = env.DKIM_KEY_FILE ?? ''
    chmodSync(key, 0o644)
    expect((await examined()).lines.Secrets).toMatch(
      /^FAIL Others on this machine may read .*dkim\.pem. Run: chmod 600 /,
    )
    chmodSync(key, 0o600)
  })

  test('in production: https, and an example is no secret', async () => {
    const { code, lines } = await examined({
      NODE_ENV: 'production',
      EXPOSE_DEVELOPMENT: '',
      SESSION_SECRET: 'change-me-change-me-change-me-0987',
    })
    expect(lines['Base URL']).toMatch(/^FAIL http:.* is not https/)
    expect(lines.Secrets).toMatch(/^FAIL SESSION_SECRET is one that others think of too/)
    expect(code).toBe(1)
    const secure = await examined({ NODE_ENV: 'production', BASE_URL: `https://127.0.0.1:${await freePort()}` })
    expect(secure.lines['Base URL']).toMatch(/^warn https:.* does not answer from here \(.*ECONNREFUSED/)
  })

  test('without settings it looks at the portal of this folder, running or not', async () => {
    const folder = join(place.folder, 'own')
    mkdirSync(folder)
    const { code, out } = await run(['doctor'], { DATA_DIR: folder, PORT: String(await freePort()) })
    expect(out).toMatch(/^FAIL {2}Migrations {2}The database is empty. Run/m)
    expect(out).toMatch(/^- {5}Base URL .*the portal does not run$/m)
    expect(code).toBe(1)
  })
})
