// Product §9: the database or the mail server is gone, and comes back.
import pg from 'pg'
import { afterAll, describe, expect, test } from 'vitest'
import { expectGoodPage } from '../kit/good-page.ts'
import { type Line, lineTo } from '../kit/line.ts'
import { world } from '../world.ts'

let line!: Line
let databaseUrl = ''
afterAll(() => line.close()) // after the world has ended: hooks run backwards
const { as, stranger, mailbox, mailTo, mailsTo, sql, newcomer } = await world(async ({ DATABASE_URL = '' }) => {
  databaseUrl = DATABASE_URL
  line = await lineTo(DATABASE_URL)
  return { DATABASE_URL: line.url }
})

describe('the database is gone', () => {
  test('§9: pages and API answer 503 with a hint to try again; it works again without a restart, and nothing is lost (ASVS 16.5.2)', async () => {
    const browser = stranger()
    const form = (await browser.visit('/tickets/new')).form('Send request').fill({
      name: 'Anna Away',
      email: 'away@line.example',
      subject: 'Sent into the void',
      message: 'Typed with care',
    })
    const ann = as('ann')
    await ann.visit('/tickets')

    await line.cut()
    for (const path of ['/', '/tickets/new', '/login', '/help', '/register']) {
      const page = await browser.visit(path)
      // A page that asks nothing of the database may go on.
      if (page.status === 200) continue
      expect(page.status, path).toBe(503)
      expect(page.header('retry-after'), path).toMatch(/^\d+$/)
      await expectGoodPage(page)
    }
    for (const path of ['/tickets', '/account', '/agent']) {
      const page = await ann.visit(path)
      expect([page.status, page.header('retry-after')], path).toEqual([503, expect.stringMatching(/^\d+$/)])
      await expectGoodPage(page)
    }
    const api = await ann.graphql('{ tickets(first: 1) { nodes { number } } }')
    expect([api.status, api.code, api.header('retry-after')]).toEqual([503, 'INTERNAL', expect.stringMatching(/^\d+$/)])
    const upload = await ann.upload({ filename: 'x.txt', content: 'x' })
    expect([upload.status, upload.json?.errors?.[0]?.extensions.code]).toEqual([503, 'INTERNAL'])
    const sent = await form.submit()
    expect(sent.status).toBe(503)
    expect((await ann.raw('GET', '/readyz')).status).toBe(503)
    expect((await ann.raw('GET', '/healthz')).status).toBe(200)

    await line.mend()
    expect((await ann.visit('/tickets')).status).toBe(200)
    const again = await form.submit()
    expect(again.path).toMatch(/\/tickets\/received\/\d+/)
    expect(await sql(`select 1 from ticket where subject = 'Sent into the void'`)).toHaveLength(1)
    await mailTo('away@line.example', /received your request/i) // the worker is back too
  })

  test('§5: /readyz says 503 while the database is not migrated', async () => {
    const ready = async () => (await stranger().raw('GET', '/readyz')).status
    const done = await sql<{ name: string }>('delete from mikro_orm_migrations returning name')
    const answer = await ready()
    for (const { name } of done) await sql('insert into mikro_orm_migrations (name) values ($1)', [name])
    expect([answer, await ready()]).toEqual([503, 200])
  })

  test('§9: what was typed comes back with the 503, to somebody signed in as well, and can be sent again', async () => {
    const browser = stranger()
    const form = (await browser.visit('/tickets/new'))
      .form('Send request')
      .fill({ name: 'Anna', email: 'kept@line.example', subject: 'Kept', message: 'Please do not lose this' })
    const { browser: noor } = await newcomer()
    const own = (await noor.visit('/tickets/new'))
      .form('Send request')
      .fill({ subject: 'Kept too', message: 'Signed in and typed' })
    await line.cut()
    const [page, signedIn] = [await form.submit(), await own.submit()]
    await line.mend()
    expect(signedIn.status).toBe(503)
    expect((await signedIn.form('Send again').submit()).main).toContain('Signed in and typed')
    expect(page.status).toBe(503)
    expect(page.html).toContain('Please do not lose this')
    await expectGoodPage(page)
    const sent = await page.form('Send again').submit()
    expect(sent.path).toMatch(/\/tickets\/received\/\d+/)
    expect(await sql(`select 1 from ticket where subject = 'Kept'`)).toHaveLength(1)
  })
})

test('§9: an outage in the middle of many transactions leaves nothing of them and costs no connection (ASVS 2.3.3)', async () => {
  const { browser } = await newcomer()
  const page = await (await browser.visit('/tickets/new'))
    .form('Send request')
    .fill({ subject: 'Held up', message: 'x' })
    .submit()
  const number = Number(/\d+/.exec(page.path)?.[0])
  const holder = new pg.Client({ connectionString: databaseUrl })
  await holder.connect()
  await holder.query('begin')
  await holder.query('select 1 from ticket where number = $1 for update', [number])
  const comment = 'mutation ($input: CommentOnTicketInput!) { commentOnTicket(input: $input) { userErrors { code } } }'
  const waiting = Array.from({ length: 20 }, (_, i) =>
    browser.graphql(comment, { input: { number, message: `waits ${i}` } }),
  )
  await new Promise(resolve => setTimeout(resolve, 500))
  await line.cut()
  expect(new Set((await Promise.all(waiting)).map(reply => reply.status))).toEqual(new Set([503]))
  await holder.end()
  await line.mend()
  await new Promise(resolve => setTimeout(resolve, 1500)) // broken connections are let go of within a second
  const again = await Promise.all(Array.from({ length: 20 }, () => browser.visit(`/tickets/${number}`)))
  expect(new Set(again.map(each => each.status))).toEqual(new Set([200]))
  expect(await sql(`select 1 from message where text like 'waits %'`)).toEqual([])
})

test('§9: while PostgreSQL is read-only, pages are read and posts wait with their text', async () => {
  const { browser } = await newcomer()
  const form = (await browser.visit('/tickets/new'))
    .form('Send request')
    .fill({ subject: 'Not now', message: 'Typed while nothing could be kept' })
  const name = new URL(databaseUrl).pathname.slice(1)
  await sql(`alter database "${name}" set default_transaction_read_only = on`)
  await line.cut() // it holds for new connections
  await line.mend()
  await expect.poll(async () => (await browser.visit('/tickets')).status).toBe(200)
  const page = await form.submit()
  const admin = new pg.Client({ connectionString: databaseUrl })
  await admin.connect()
  await admin.query('set default_transaction_read_only = off')
  await admin.query(`alter database "${name}" reset default_transaction_read_only`)
  await admin.end()
  expect([page.status, page.header('retry-after')]).toEqual([503, '10'])
  expect(page.html).toContain('Typed while nothing could be kept')
  await line.cut()
  await line.mend()
  await expect.poll(async () => (await form.submit()).path).toMatch(/\/tickets\/received\/\d+|\/tickets\/\d+/)
  expect(await sql(`select 1 from ticket where subject = 'Not now'`)).toHaveLength(1)
})

test('§9, V9: while the mail server refuses, requests go on and their mails wait; then they go', async () => {
  mailbox.isRefusing = true
  const form = (await stranger().visit('/tickets/new')).form('Send request')
  await form.fill({ name: 'M', email: 'waiting@line.example', subject: 'No mail today', message: 'x' }).submit()
  expect(await mailsTo('waiting@line.example')).toEqual([])
  expect(await sql(`select state from outbox_mail where recipient = 'waiting@line.example'`)).toEqual([
    { state: 'DUE' },
  ])
  mailbox.isRefusing = false
  await sql(
    `select graphile_worker.reschedule_jobs(array(select id from graphile_worker.jobs where attempts > 0), run_at => now())`,
  )
  expect((await mailTo('waiting@line.example')).subject).toMatch(/\[#\d+\]/)
})
