// Issue 6, "Scale": reads go to a standby where a page allows it. A real one, which streams from its primary.
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { openReplicas } from '../../src/database/replicas.ts'
import type { Browser } from '../kit/browser.ts'
import { people } from '../kit/cast.ts'
import type { Page } from '../kit/page.ts'
import { statementsOf } from '../kit/sql.ts'
import { pair } from '../kit/standby.ts'
import { seedTemplate } from '../kit/template.ts'
import { run } from '../operation/command.ts'
import { world } from '../world.ts'

const servers = await pair()
afterAll(() => servers.stop())
const pool = new pg.Pool({ connectionString: servers.primary, max: 2 })
pool.on('error', () => {})
afterAll(() => pool.end())
const sql = async (text: string, values: unknown[] = []) => (await pool.query(text, values)).rows

let env: Record<string, string> = {}
const { as, anew, stranger, api, token, plaindesk } = await world(async usual => {
  await seedTemplate(servers.primary, `${usual.DATA_DIR}/files`)
  env = {
    ...usual,
    DATABASE_URL: servers.primary,
    DATABASE_REPLICA_URL: servers.standby,
    REPLICA_LAG_SECONDS: '600',
  }
  return env
})

const portOf = (url: string) => Number(new URL(url).port)
let number = 0

beforeAll(async () => {
  const [ticket] = await sql(
    `select number from ticket t join person p on p.id = t.requester_id where p.email = $1 and t.status = 'OPEN' limit 1`,
    [people.ann.email],
  )
  number = ticket?.number
})
afterEach(() => servers.resume().catch(() => {}))

interface Asked<T> {
  result: T
  /** How many statements each server was asked, looks at how far it is apart. */
  primary: number
  standby: number
}

async function asked<T>(work: () => Promise<T>): Promise<Asked<T>> {
  const { result, statements } = await statementsOf(work)
  const of = (url: string) =>
    statements.filter(({ text, port }) => port === portOf(url) && !text.includes('pg_control_system')).length
  return { result, primary: of(servers.primary), standby: of(servers.standby) }
}

/** Does it again and again until it is as it will be. */
async function until<T>(work: () => Promise<T>, isSo: (found: T) => boolean): Promise<T> {
  for (const end = Date.now() + 60_000; ; await sleep(50)) {
    const found = await work()
    if (isSo(found)) return found
    if (Date.now() > end) throw new Error(`it never came so: ${JSON.stringify(found).slice(0, 300)}`)
  }
}

const fromStandby = <T>(work: () => Promise<T>) =>
  until(
    () => asked(work),
    ({ standby }) => standby > 0,
  )
const caughtUp = async () => {
  const position = await written()
  await until(
    async () => plaindesk.replicas.reader(position) !== null,
    isSo => isSo,
  )
}
const written = async (): Promise<string> => (await sql('select pg_current_wal_insert_lsn()::text as at'))[0]?.at

const comment = async (browser: Browser, message: string): Promise<Page> =>
  (await browser.visit(`/tickets/${number}`))
    .form(/^(Send comment|Kommentar senden)$/)
    .fill({ message })
    .submit()

describe('issue 6, scale: pages and a standby', () => {
  test('who asks is read from the primary by one statement, what they see from the standby, by as few statements as ever', async () => {
    const ann = as('ann')
    await ann.visit('/tickets') // logs in
    for (const path of ['/tickets', `/tickets/${number}`, '/tickets?q=printer']) {
      const { result, primary, standby } = await fromStandby(() => ann.visit(path))
      expect(result.status, path).toBe(200)
      expect(primary, path).toBe(1)
      expect(primary + standby, path).toBeLessThanOrEqual(4)
    }
    const dana = as('dana')
    for (const path of ['/agent', `/agent/tickets/${number}`]) {
      await dana.visit(path) // logs in, and notes that she looks at it
      const { result, primary, standby } = await fromStandby(() => dana.visit(path))
      expect(result.status, path).toBe(200)
      expect(primary + standby, path).toBeLessThanOrEqual(8)
    }
  })

  test('own words are there at once while the standby stands still; others read them as soon as it goes on', async () => {
    const words = 'Written while the standby sleeps.'
    await caughtUp()
    await servers.pause()
    const page = await comment(as('ann'), words)
    expect(page.status).toBe(200)
    expect(page.main).toContain(words)
    const own = await asked(() => as('ann').visit(`/tickets/${number}`))
    expect(own.result.main).toContain(words)
    expect(own.standby).toBe(0)
    const phone = await anew('ann').visit(`/tickets/${number}`)
    expect(phone.main).toContain(words) // on whichever device
    const other = await fromStandby(() => as('dana').visit(`/agent/tickets/${number}`))
    expect(other.result.main).not.toContain(words)
    await servers.resume()
    await until(
      () => as('dana').visit(`/agent/tickets/${number}`),
      ({ main }) => main.includes(words),
    )
    const again = await fromStandby(() => as('ann').visit(`/tickets/${number}`))
    expect(again.result.main).toContain(words)
  })

  test('§3: whoever loses access has none on the next click, though the standby knows nothing of it', async () => {
    const bo = as('bo')
    await fromStandby(() => bo.visit('/tickets'))
    await servers.pause()
    await sql('delete from membership where user_id = (select id from person where email = $1)', [people.bo.email])
    const page = await bo.visit('/tickets')
    expect(page.status).toBe(403)
    await sql(`delete from session where user_id = (select id from person where email = $1)`, [people.dana.email])
    expect((await as('dana').visit('/agent')).path).toContain('/login')
  })

  test('strangers, posts and one-time links are for the primary', async () => {
    await caughtUp()
    const eve = as('eve')
    await fromStandby(() => eve.visit('/tickets'))
    const link = `/password/reset/${'A'.repeat(22)}.${'A'.repeat(43)}`
    for (const browser of [eve, stranger()]) expect((await asked(() => browser.visit(link))).standby, 'a link').toBe(0)
    expect((await asked(() => stranger().visit('/login'))).standby, 'a stranger').toBe(0)
    const page = await eve.visit('/tickets/new')
    const refused = await asked(() => page.form(/./, '/tickets/new').fill({ subject: '', message: '' }).submit())
    expect(refused.result.status).toBe(422)
    expect(refused.standby, 'a form that comes back').toBe(0)
  })
})

describe('issue 6, scale: programs and a standby', () => {
  const list = `query ($order: TicketOrder) { tickets(orderBy: $order, first: 3) { nodes { number messages(last: 1) { nodes { text } } } } }`
  const write = `mutation ($input: CommentOnTicketInput!) { commentOnTicket(input: $input) { userErrors { code } } }`
  const readTicket = `query ($number: Int!) { ticket(number: $number) { messages(last: 1) { nodes { text } } } }`

  test('are answered by the standby where they say up to where they have to see, and only then', async () => {
    await caughtUp()
    const bearer = { authorization: `Bearer ${await token('ann')}` }
    const ask = (variables: object, headers: Record<string, string>) => () =>
      stranger().graphql(list, variables, { ...bearer, ...headers })
    const any = { 'plaindesk-position': '0/0' }
    const { result } = await fromStandby(ask({}, any))
    expect(result.errors).toEqual([])
    expect((await asked(ask({}, {}))).standby, 'nothing said').toBe(0)
    expect((await asked(ask({}, { 'plaindesk-position': 'soon' }))).standby, 'nonsense').toBe(0)
    expect((await asked(ask({ order: 'UPDATED_AT_ASC' }, any))).standby, 'a copy is kept').toBe(0)
    expect((await asked(ask({}, { 'plaindesk-position': 'FFFFFF/0' }))).standby, 'the future').toBe(0)
  })

  test('are told by a mutation up to where, and have it there though the standby stands still', async () => {
    const secret = await token('ann')
    const any = { authorization: `Bearer ${secret}`, 'plaindesk-position': '0/0' }
    const ask = (headers: Record<string, string>) => stranger().graphql(readTicket, { number }, headers)
    const dirk = { authorization: `Bearer ${await token('dirk')}` } // which he wrote himself
    await caughtUp()
    await servers.pause()
    const done = await api(secret).graphql(write, { input: { number, message: 'By a program.' } })
    expect(done).toMatchObject({ status: 200, errors: [], data: { commentOnTicket: { userErrors: [] } } })
    const position = done.header('plaindesk-position')
    expect(position).toMatch(/^[\dA-F]+\/[\dA-F]+$/)
    const own = await ask(any)
    expect(own.data.ticket.messages.nodes).toEqual([{ text: 'By a program.' }])
    const late = await fromStandby(() => ask({ ...dirk, 'plaindesk-position': '0/0' }))
    expect(late.result.data.ticket.messages.nodes).not.toEqual([{ text: 'By a program.' }])
    const told = await asked(() => ask({ ...dirk, 'plaindesk-position': position }))
    expect(told.standby).toBe(0)
    expect(told.result.data.ticket.messages.nodes).toEqual([{ text: 'By a program.' }])
  })
})

describe('issue 6, scale: a standby in trouble', () => {
  test('it is killed: every page goes on, and it is read from again once it is back', async () => {
    await caughtUp()
    const eve = as('eve')
    await fromStandby(() => eve.visit('/tickets'))
    servers.kill()
    for (let turn = 0; turn < 20; turn++) expect((await eve.visit('/tickets')).status).toBe(200)
    expect((await asked(() => eve.visit('/tickets'))).standby).toBe(0)
    await servers.restart()
    const { result } = await fromStandby(() => eve.visit('/tickets'))
    expect(result.status).toBe(200)
  })

  test('it ends the statements of everybody: they are asked of the primary', async () => {
    const eve = as('eve')
    await fromStandby(() => eve.visit('/tickets'))
    const pages = Array.from({ length: 20 }, () => eve.visit('/tickets'))
    const client = new pg.Client({ connectionString: servers.standby })
    await client.connect()
    await client.query('select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid()')
    await client.end()
    for (const page of await Promise.all(pages)) expect(page.status).toBe(200)
  })

  test('it is further behind than it may be: it is left out, and comes back by itself', async () => {
    const settings = { databaseReplicaUrls: [servers.standby], replicaLagSeconds: 1 }
    const replicas = openReplicas(plaindesk.orm, settings, plaindesk.log)
    const isRead = async () => replicas.reader() !== null
    try {
      await until(isRead, isSo => isSo)
      await servers.pause()
      await sql('create table unseen (n int)')
      await until(isRead, isSo => !isSo)
      for (let turn = 0; turn < 20; turn++, await sleep(50)) expect(await isRead()).toBe(false)
      await servers.resume()
      await until(isRead, isSo => isSo)
    } finally {
      await replicas.close()
    }
  })

  test('a statement that writes, and a transaction, are the primary’s', async () => {
    await caughtUp()
    const em = plaindesk.replicas.reader()?.fork()
    if (!em) throw new Error('the standby is not read from')
    await em.execute(`create table written_by_reader (n int)`)
    await em.transactional(inner => inner.execute('insert into written_by_reader values (1)'))
    expect(await sql('select n from written_by_reader')).toEqual([{ n: 1 }])
  })
})

describe('issue 6, scale: what operators see of a standby', { timeout: 60_000 }, () => {
  const line = (out: string) => out.split('\n').find(each => /^\S+ +Replica/.test(each)) ?? out
  const doctor = async (own: Record<string, string> = {}) => line((await run(['doctor'], { ...env, ...own })).out)

  test('the doctor says whether it answers, whether it is one, and how far it is behind', async () => {
    expect(await doctor()).toMatch(/^ok +Replica +127\.0\.0\.1:\d+ is a standby, at most \d+\.\d s behind$/)
    expect(await doctor({ DATABASE_REPLICA_URL: servers.primary })).toMatch(/^FAIL +Replica .*it is no standby/)
    const nowhere = 'postgresql://nobody:x@127.0.0.1:1/none'
    expect(await doctor({ DATABASE_REPLICA_URL: nowhere })).toMatch(/^warn +Replica +127\.0\.0\.1:1 does not answer/)
    await servers.pause()
    await sql('create table more (n int)')
    expect(await doctor({ REPLICA_LAG_SECONDS: '1' })).toMatch(
      /^warn +Replica .* is more than \d+\.\d s behind \(\d+ by/,
    )
  })
})
