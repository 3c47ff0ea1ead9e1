// plaindesk backup and restore, as processes of their own, beside a portal that is at work.
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import {
  createReadStream,
  createWriteStream,
  existsSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import type { Manifest } from '../../src/backup/manifest.ts'
import { readArchive } from '../../src/backup/read-archive.ts'
import { writeArchive } from '../../src/backup/write-archive.ts'
import { migrateInTurn } from '../../src/database/migrate.ts'
import { freePort } from '../../src/database/postmaster.ts'
import { createFileStore } from '../../src/files/store.ts'
import { createLog } from '../../src/log.ts'
import { s3 } from '../files/s3.ts'
import type { Data } from '../kit/api.ts'
import { newFolder } from '../kit/folder.ts'
import { world } from '../world.ts'
import { begin, end, run } from './command.ts'
import { contentOf, emptyPlace, filesOf, jobsOf, rulesOf, type TestPlace } from './place.ts'

const { as, plaindesk, sql, settled } = await world({ FORM_LIMIT: '100000' })
const folder = newFolder('backup')
const archive = (name: string) => join(folder, `${name}.tar.zst`)
const source = {
  DATABASE_URL: plaindesk.config.databaseUrl ?? '',
  STORAGE_URL: plaindesk.config.storageUrl,
  SESSION_SECRET: plaindesk.config.sessionSecret,
}
const places: TestPlace[] = []
async function place(own: Record<string, string> = {}, template: string | null = null): Promise<TestPlace> {
  const made = await emptyPlace(own, template)
  places.push(made)
  return made
}
afterAll(async () => {
  for (const { database, folder } of places) {
    await database.drop()
    rmSync(folder, { recursive: true, force: true })
  }
  rmSync(folder, { recursive: true, force: true })
})

const trouble = (words: RegExp) => ({ code: 1, err: expect.stringMatching(words) })
const withoutTrace = expect.not.stringMatching(/^\s+at /m)

async function openTicket(subject: string): Promise<number> {
  const file = {
    filename: `${subject}.txt`,
    contentType: 'text/plain',
    content: Buffer.from(`in ${subject} `.repeat(500)),
  }
  const { json } = await as('ann').upload(file)
  const { data, errors } = await as('ann').graphql(
    `mutation ($input: CreateTicketInput!) { createTicket(input: $input) { ticket { number } userErrors { code } } }`,
    { input: { subject, message: `First of ${subject}`, attachments: [json.id] } },
  )
  if (!data?.createTicket?.ticket) throw new Error(JSON.stringify({ data, errors, json }))
  return data.createTicket.ticket.number
}
const comment = (number: number) =>
  as('ann').graphql(
    `mutation ($input: CommentOnTicketInput!) { commentOnTicket(input: $input) { ticket { number } userErrors { code } } }`,
    { input: { number, message: `More of ${number}` } },
  )

describe('under load', { timeout: 300_000 }, () => {
  let copy: TestPlace
  const before: number[] = []
  beforeAll(async () => {
    for (let i = 0; i < 5; i += 1) before.push(await openTicket(`before ${i}`))
    let isOver = false
    const writer = async (name: string) => {
      for (let i = 0; !isOver; i += 1) await comment(await openTicket(`${name} ${i}`))
    }
    const writers = [writer('one'), writer('two'), writer('three')]
    const saved = await run(['backup', archive('load')], source)
    const meanwhile = await sql('select count(*)::int as n from ticket')
    isOver = true
    await Promise.all(writers)
    expect(saved).toMatchObject({
      code: 0,
      out: '',
      err: expect.stringMatching(/^Saved \d+ rows and \d+ files as of .*\n$/),
    })
    copy = await place()
    const restored = await run(['restore', archive('load')], copy.env)
    expect(restored).toMatchObject({ code: 0, out: expect.stringMatching(/^Restored \d+ rows and \d+ files/), err: '' })
    const [there] = await copy.database.sql('select count(*)::int as n from ticket')
    expect(there?.n).toBeLessThanOrEqual(meanwhile[0]?.n)
  }, 300_000)

  test('what was acknowledged before is there, each ticket with its messages, history, file and number', async () => {
    const tickets = await copy.database.sql(`
      select t.number, t.subject, (select count(*)::int from message m where m.ticket_id = t.id) as messages,
        (select count(*)::int from ticket_event e where e.ticket_id = t.id and e.type = 'CREATED') as created,
        (select count(*)::int from attachment a join message m on m.id = a.message_id where m.ticket_id = t.id) as files
      from ticket t where t.subject similar to '(before|one|two|three) %' order by number`)
    expect(tickets.map(({ number }) => number)).toEqual(expect.arrayContaining(before))
    for (const ticket of tickets) {
      expect(ticket).toMatchObject({ files: 1, created: 1 })
      expect([1, 2]).toContain(ticket.messages)
    }
  })

  test('no row differs from the one that it was: what never changes is the same in both', async () => {
    for (const table of ['message', 'ticket_event']) {
      const rows = `select id, md5(t::text) as content from ${table} t`
      const known = new Map((await sql(rows)).map(({ id, content }) => [id, content]))
      for (const { id, content } of await copy.database.sql(rows)) expect(known.get(id), `${table} ${id}`).toBe(content)
    }
  })

  test('each file of a row is there with the bytes that the row tells of', async () => {
    const store = await createFileStore({ storageUrl: filesOf(copy.folder) })
    const rows = await copy.database.sql('select storage_key as key, sha256, filename from attachment')
    expect(rows.length).toBeGreaterThan(before.length)
    for (const { key, sha256, filename } of rows) {
      const bytes = await buffer(await store.read(key))
      expect(createHash('sha256').update(bytes).digest('hex'), filename).toBe(sha256)
    }
  })

  test('the copy is a portal: its numbers go on, its words are found, no session came along', async () => {
    const port = await freePort()
    const url = `http://127.0.0.1:${port}`
    const [last] = await copy.database.sql('select max(number) as number from ticket')
    expect(await copy.database.sql('select from session')).toEqual([])
    const env = { ...copy.env, PORT: String(port), BASE_URL: url }
    const token = (
      await run(['token', 'create', 'ann@acme.example', '--scope', 'tickets:read', 'tickets:write'], env)
    ).out.trim()
    const portal = begin(['serve', '--processes', '1'], env)
    try {
      await once(portal.stdout ?? portal, 'data')
      const ask = async (query: string) => {
        const answer = await fetch(`${url}/graphql`, {
          method: 'POST',
          headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
          body: JSON.stringify({ query }),
        })
        return ((await answer.json()) as { data: Data }).data
      }
      const made = await ask(
        'mutation { createTicket(input: { subject: "After", message: "New" }) { ticket { number } } }',
      )
      expect(made.createTicket.ticket.number).toBeGreaterThan(last?.number)
      const found = await ask('{ tickets(first: 5, filter: { search: "before 3" }) { nodes { subject } } }')
      expect(found.tickets.nodes).toContainEqual({ subject: 'before 3' })
    } finally {
      portal.kill('SIGTERM')
      await once(portal, 'exit')
    }
  })
})

describe('when nobody writes', { timeout: 300_000 }, () => {
  beforeAll(async () => {
    await settled()
    await sql(
      `select graphile_worker.add_job('send-mail', '{"mail": "none"}', run_at => '2100-01-01', job_key => 'later', max_attempts => 7)`,
    )
    await sql(`update graphile_worker._private_jobs set attempts = 7, last_error = 'in vain' where key = 'later'`)
    await sql(`select graphile_worker.add_job('send-mail', '{"mail": "waits"}', 'a queue', '2100-01-02', 3, null, 5)`)
    expect(await run(['backup', archive('quiet')], source)).toMatchObject({ code: 0 })
  }, 300_000)

  test('only its owner may read the archive, and none is replaced', async () => {
    expect(statSync(archive('quiet')).mode & 0o777).toBe(0o600)
    expect(existsSync(`${archive('quiet')}.part`)).toBe(false)
    expect(await run(['backup', archive('quiet')], source)).toMatchObject(trouble(/already; a backup replaces none/))
    expect(await run(['backup', '/nowhere/at/all'], source)).toMatchObject(trouble(/cannot be written.*ENOENT/))
  })

  test('all rows, rules, numbers and jobs are the same after it; with files on S3, from standard output, and back', async () => {
    const server = await s3()
    const copy = await place(server.env)
    const saving = begin(['backup', '-'], source)
    saving.stdout?.pipe(createWriteStream(archive('piped')))
    expect((await once(saving, 'close'))[0]).toBe(0)
    expect(await run(['restore', archive('piped')], copy.env)).toMatchObject({ code: 0, err: '' })
    expect(await contentOf(copy.database.sql)).toEqual(await contentOf(sql))
    expect(await rulesOf(copy.database.sql)).toEqual(await rulesOf(sql))
    expect(await jobsOf(copy.database.sql)).toEqual(await jobsOf(sql))
    expect(await jobsOf(copy.database.sql)).toMatchObject([
      { attempts: 7, last_error: 'in vain' },
      { queue_name: 'a queue' },
    ])
    // A bucket with something in it is no empty place.
    const other = await place(server.env)
    expect(await run(['restore', archive('piped')], other.env)).toMatchObject(trouble(/files in the file store/))
    expect(await run(['backup', archive('from-s3')], copy.env)).toMatchObject({ code: 0 })
    await server.close()
    const back = await place()
    expect(await run(['restore', archive('from-s3')], back.env)).toMatchObject({ code: 0, err: '' })
    expect(await contentOf(back.database.sql)).toEqual(await contentOf(sql))
    const store = await createFileStore({ storageUrl: filesOf(back.folder) })
    for (const { key, sha256 } of await sql('select storage_key as key, sha256 from attachment')) {
      const bytes = await buffer(await store.read(key))
      expect(createHash('sha256').update(bytes).digest('hex')).toBe(sha256)
    }
  })

  test('a place with data is refused, with another secret it is said what that means', async () => {
    const filled = await place({}, inject('ground').template)
    const before = await contentOf(filled.database.sql)
    const refused = await run(['restore', archive('quiet')], filled.env)
    expect(refused).toMatchObject(trouble(/^The database is not empty \(.*\): a restore takes an empty one/))
    expect(refused.err).toEqual(withoutTrace)
    expect(await contentOf(filled.database.sql)).toEqual(before)
    const foreign = await place()
    await foreign.database.sql('create table somebodys (n int)')
    expect(await run(['restore', archive('quiet')], foreign.env)).toMatchObject(trouble(/not empty \(somebodys\)/))
    const other = await place({ SESSION_SECRET: 'another secret of tests, and of nothing else' })
    expect((await run(['restore', archive('quiet')], other.env)).out).toMatch(/SESSION_SECRET is another one/)
  })

  test('a damaged archive is refused before anything is written', async () => {
    const whole = readFileSync(archive('quiet'))
    const changed = (at: number) => {
      const bytes = Buffer.from(whole)
      bytes[at] = (bytes[at] ?? 0) ^ 0x10
      return bytes
    }
    const damaged = [
      whole.subarray(0, whole.length / 2),
      changed(Math.floor(whole.length / 2)),
      changed(200),
      Buffer.from('no archive'),
    ]
    const empty = await place()
    for (const bytes of damaged) {
      writeFileSync(archive('damaged'), bytes)
      const refused = await run(['restore', archive('damaged')], empty.env)
      expect(refused).toMatchObject(trouble(/damaged or cut off|no archive/))
      expect(refused.err).toEqual(withoutTrace)
    }
    expect(await empty.database.sql(`select from pg_tables where schemaname = 'public'`)).toEqual([])
    expect(await run(['restore', archive('none')], empty.env)).toMatchObject(trouble(/There is no file/))
  })

  test('wherever a byte is changed or the end is missing: refused, or exactly what was written', async () => {
    const whole = readFileSync(archive('quiet'))
    const entries = async (bytes: Buffer) => {
      writeFileSync(archive('fuzzed'), bytes)
      const hash = createHash('sha256')
      for await (const { name, content } of readArchive(createReadStream(archive('fuzzed')), () => {})) {
        hash.update(name)
        for await (const chunk of content) hash.update(chunk)
      }
      return hash.digest('hex')
    }
    const right = await entries(whole)
    const refused = /damaged or cut off|no archive|newer/
    for (let i = 0; i < 60; i += 1) {
      const at = Math.floor((whole.length * i) / 60)
      const bytes = Buffer.from(whole)
      bytes[at] = (bytes[at] ?? 0) ^ (1 << (i % 8))
      expect(await entries(bytes).catch(({ message }) => message)).toMatch(refused)
      expect(await entries(whole.subarray(0, at)).catch(({ message }) => message)).toMatch(refused)
    }
    for (let i = 1; i < 24; i += 1)
      expect([right, 'refused']).toContain(await entries(whole.subarray(0, whole.length - i)).catch(() => 'refused'))
  })

  test('an archive of a newer program is refused, by its format and by its schema', async () => {
    const empty = await place()
    for (const own of [{ format: 2, tables: 'elsewhere' }, { migrations: ['0001-foundation', '9999-unheard-of'] }]) {
      const newer = await rewritten(archive('quiet'), archive('newer'), manifest => ({
        ...manifest,
        version: '99.0.0',
        ...own,
      }))
      expect(await run(['restore', newer], empty.env)).toMatchObject(trouble(/newer Plaindesk \(99\.0\.0\): update/))
    }
    expect(await empty.database.sql(`select from pg_tables where schemaname = 'public'`)).toEqual([])
  })

  test('kill -9 while it restores: nothing starts on what is there, and it is begun again', async () => {
    const copy = await place()
    const { sql: ask } = copy.database
    for (const sign of [
      `select from unfinished_restore`,
      `select from pg_locks l join pg_class c on c.oid = l.relation where c.relname = 'ticket' and l.mode = 'AccessExclusiveLock' and l.granted`,
    ]) {
      const restoring = begin(['restore', archive('quiet')], copy.env)
      while ((await ask(sign).catch(() => [])).length === 0) {
        expect(restoring.exitCode, sign).toBe(null)
        await sleep(2)
      }
      restoring.kill('SIGKILL')
      await once(restoring, 'exit')
      for (const command of ['serve', 'migrate'])
        expect(await run([command], copy.env)).toMatchObject(trouble(/^A restore into this database was not finished/))
      expect(await run(['backup', archive('half')], copy.env)).toMatchObject(trouble(/not finished/))
    }
    const again = await run(['restore', archive('quiet')], copy.env)
    expect(again).toMatchObject({ code: 0, err: 'An earlier restore was not finished; this one begins anew.\n' })
    expect(await contentOf(copy.database.sql)).toEqual(await contentOf(sql))
    expect(await rulesOf(copy.database.sql)).toEqual(await rulesOf(sql))
  })

  test('an older schema is saved as it is, and brought to the newest when it is restored', async () => {
    const old = await place()
    const log = createLog({ logLevel: 'silent' })
    await migrateInTurn(old.database.url, log, ['0001-foundation', '0002-mail', '0003-out'])
    await old.database.sql(`insert into person (id, email, name, language, role, wants_status_mail, wants_weekly_report, created_at)
      select gen_random_uuid(), 'old@example.com', 'Old', language, role, true, true, now() from (select 'en' as language, 'CUSTOMER'::role as role) d`)
    expect(await run(['backup', archive('old')], old.env)).toMatchObject({ code: 0 })
    const copy = await place()
    expect(await run(['restore', archive('old')], copy.env)).toMatchObject({ code: 0 })
    expect(await copy.database.sql('select email from person')).toEqual([{ email: 'old@example.com' }])
    expect(await run(['migrate'], copy.env)).toMatchObject({ code: 0, out: 'The schema is current.\n' })
    // Further than the archive is further than a restore can go back.
    const further = await place()
    expect(await run(['migrate'], further.env)).toMatchObject({ code: 0 })
    expect(await run(['restore', archive('old')], further.env)).toMatchObject(
      trouble(/schema is newer than the archive's/),
    )
    expect(await run(['restore', archive('quiet')], further.env)).toMatchObject({ code: 0 })
  })

  test('a file that was lost is named, and the rest is saved', async () => {
    const [lost] = await sql('select storage_key as key from attachment limit 1')
    unlinkSync(join(fileURLToPath(plaindesk.config.storageUrl), lost?.key))
    const saved = await run(['backup', archive('lost')], source)
    expect(saved).toMatchObject({
      code: 0,
      err: expect.stringContaining(`Missing in the file store, though rows tell of them: ${lost?.key}`),
    })
  })

  test.skipIf(!existsSync('/dev/full'))('a disk that is full: one sentence, and another exit code', async () => {
    const full = openSync('/dev/full', 'w')
    const saving = begin(['backup', '-'], source, full)
    expect(await end(saving)).toMatchObject(trouble(/^The backup was broken off.*no space left on device/))
  })

  test('PostgreSQL ends the connection meanwhile, or the operator stops it: nothing is left of it', async () => {
    // Nobody reads on, so it stands still in the middle.
    const held = await place({}, inject('ground').template)
    await held.database.sql(`create table large as
      select string_agg(md5(random()::text), '') as words from generate_series(1, 600000) i group by i % 600`)
    const ended = begin(['backup', '-'], { ...held.env, STORAGE_URL: source.STORAGE_URL })
    await expect
      .poll(
        () =>
          held.database.sql(
            `select from pg_stat_activity where application_name = 'plaindesk backup' and query like 'copy%'`,
          ),
        { timeout: 300_000 },
      )
      .toHaveLength(1)
    await held.database.sql(
      `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'plaindesk backup'`,
    )
    expect(await end(ended)).toMatchObject(trouble(/^The backup was broken off/))
    const stopped = begin(['backup', archive('stopped')], source)
    await expect
      .poll(() => existsSync(`${archive('stopped')}.part`) || stopped.exitCode !== null, {
        timeout: 300_000,
        interval: 1,
      })
      .toBe(true)
    stopped.kill('SIGINT')
    const [code] = await once(stopped, 'close')
    expect(existsSync(archive('stopped'))).toBe(code === 0)
    expect(existsSync(`${archive('stopped')}.part`)).toBe(false)
  })

  test('an empty database has nothing to save', async () => {
    const empty = await place()
    expect(await run(['backup', archive('empty')], empty.env)).toMatchObject(trouble(/^The database is empty/))
    expect(existsSync(archive('empty'))).toBe(false)
  })
})

/** The same archive with another manifest, sealed as ever. */
async function rewritten(from: string, to: string, change: (manifest: Manifest) => object): Promise<string> {
  const stream = createWriteStream(to)
  const writer = writeArchive(stream)
  const first = (manifest: Manifest) => writer.add('manifest.json', Buffer.from(JSON.stringify(change(manifest))))
  for await (const { name, content } of readArchive(createReadStream(from), first))
    await writer.add(name, await buffer(content))
  await writer.finish()
  return to
}
