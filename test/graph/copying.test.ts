// §8: whoever keeps a copy of the tickets by `tickets(orderBy: UPDATED_AT_ASC, after: <the last cursor>)` misses no change.
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, beforeEach, describe, expect, inject, test } from 'vitest'
import { goOnCounting } from '../../src/tickets/changes.ts'
import type { Name } from '../kit/cast.ts'
import { cloneDatabase } from '../kit/database.ts'
import { world } from '../world.ts'

const { as, plaindesk, sql, clock } = await world()
beforeEach(() => sql('delete from rate_limit'))

interface Told {
  number: number
  subject: string
  updatedAt: string
}

/** A program that follows the changes from a moment on; each look reads all pages that there are. */
function reader(name: Name, { since = '2000-01-01T00:00:00Z', size = 7 } = {}) {
  const copy = new Map<number, Told>()
  let after: string | null = null
  async function look(): Promise<number[]> {
    const told: Told[] = []
    for (let hasMore = true; hasMore; ) {
      const { data, errors } = await as(name).graphql(
        `query ($after: String, $since: DateTime, $size: Int) {
          tickets(first: $size, after: $after, filter: { updatedSince: $since }, orderBy: UPDATED_AT_ASC) {
            nodes { number subject updatedAt } pageInfo { hasNextPage endCursor } } }`,
        { after, since, size },
      )
      if (errors.length > 0) throw new Error(JSON.stringify(errors))
      const { nodes, pageInfo } = data.tickets
      told.push(...nodes)
      after = pageInfo.endCursor ?? after
      hasMore = pageInfo.hasNextPage
    }
    for (const ticket of told) copy.set(ticket.number, ticket)
    return told.map(({ number }) => number)
  }
  const has = (...numbers: number[]) =>
    eventually(() => look().then(() => numbers.filter(number => !copy.has(number)))).toEqual([])
  return { look, copy, has }
}

/** The worker may have something open for a moment: until then nothing new is told. */
const eventually = (look: () => Promise<unknown>) => expect.poll(look, { interval: 50 })

const clients: pg.Client[] = []
async function transaction(url = plaindesk.config.databaseUrl ?? ''): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  clients.push(client)
  await client.query('begin')
  return client
}
afterAll(() => Promise.all(clients.map(client => client.end())))

async function open(subject: string, name: Name = 'ann'): Promise<number> {
  const { data } = await as(name).graphql(
    'mutation ($input: CreateTicketInput!) { createTicket(input: $input) { ticket { number } userErrors { code } } }',
    { input: { subject, message: 'First' } },
  )
  return data.createTicket.ticket.number
}
const write = async (number: number, message: string, name: Name = 'ann') =>
  (
    await as(name).graphql(
      'mutation ($input: CommentOnTicketInput!) { commentOnTicket(input: $input) { ticket { number } userErrors { code } } }',
      { input: { number, message } },
    )
  ).data.commentOnTicket
const note = (number: number) =>
  as('dana').graphql(
    'mutation ($input: NoteOnTicketInput!) { noteOnTicket(input: $input) { ticket { number } userErrors { code } } }',
    { input: { number, message: 'among us' } },
  )

const sorted = (list: Iterable<Told>) => [...list].sort((a, b) => a.number - b.number)

const change = `update ticket set touched_at = $1, updated_at = $1 where number = $2`

describe.each(['ann', 'dana'] as const)('what %s keeps a copy of', name => {
  test('§8: a transaction that began before another and ends after it is not missed', async () => {
    const [early, late] = [await open('Begun early'), await open('Begun late')]
    const following = reader(name)
    await following.has(early, late)

    const slow = await transaction()
    await slow.query(change, [new Date(), early])
    const quick = await transaction()
    await quick.query(change, [new Date(Date.now() + 1000), late])
    await quick.query('commit')
    expect(await following.look()).not.toContain(late) // else the reader would be past the other one
    await slow.query('commit')

    const told: number[] = []
    const lookOn = async () => told.push(...(await following.look()))
    await eventually(() => lookOn().then(() => told)).toEqual(expect.arrayContaining([early, late]))
    expect(told.indexOf(early)).toBeLessThan(told.indexOf(late))
  })

  test('§8: not even where the clock of the one that ends last is behind', async () => {
    const [behind, before] = [await open('Behind'), await open('Before')]
    const following = reader(name)
    await following.has(behind, before)
    const slow = await transaction()
    await write(before, 'on time')
    await slow.query(change, [new Date(Date.now() - 60_000), behind])
    await eventually(following.look).toContain(before)
    await slow.query('commit')
    await eventually(following.look).toContain(behind)
  })
})

test('§8: a ticket that changes while one pages comes again, and no other one is lost', async () => {
  const all = await Promise.all(['One', 'Two', 'Three', 'Four'].map(subject => open(subject, 'bo')))
  const following = reader('bo', { size: 1 })
  const turn = (at: number) => write(all[at] ?? 0, 'meanwhile', 'bo')
  await Promise.all([turn(0), following.look(), turn(2), turn(3)])
  await following.has(...all)
  const { data } = await as('bo').graphql('{ tickets(first: 100) { nodes { number subject updatedAt } } }')
  await eventually(() => following.look().then(() => sorted(following.copy.values()))).toEqual(
    sorted(data.tickets.nodes),
  )
})

test('§8: what is going on in another database of the server holds nothing back', async () => {
  const other = await cloneDatabase(inject('ground').server, null)
  try {
    await other.sql('create table long (number int)')
    const slow = await transaction(other.url)
    await slow.query('insert into long values (1)')
    const following = reader('ann')
    await following.has(await open('Meanwhile elsewhere'))
    await slow.end()
  } finally {
    await other.drop()
  }
})

test('§8: a note is a change for the team and none for customers', async () => {
  const number = await open('With a note')
  const [team, customer] = [reader('dana'), reader('ann')]
  for (const each of [team, customer]) await each.has(number)
  await note(number)
  await eventually(team.look).toContain(number)
  expect(await customer.look()).not.toContain(number)
})

test('§8: what moves no date is a change too: words that are there no more', async () => {
  const number = await open('Other words')
  const both = [reader('dana'), reader('ann')]
  for (const each of both) await each.has(number)
  await sql(`update message set text = 'Second' where ticket_id = (select id from ticket where number = $1)`, [number])
  for (const each of both) await eventually(each.look).toContain(number)
})

const MINUTE = 60_000
const random = (most: number) => Math.floor(Math.random() * most)

test('§8, issue 5 Proved by 4: four writers and a reader for a minute: it ends with exactly what they wrote', {
  timeout: 4 * MINUTE,
}, async () => {
  const tickets = await Promise.all(Array.from({ length: 6 }, (_, at) => open(`Four writers ${at}`)))
  const anyOf = () => tickets[random(6)] ?? 0
  const since = new Date(clock.now().getTime() - MINUTE).toISOString()
  const following = reader('dana', { since })
  const end = performance.now() + MINUTE
  const whileItLasts = async (work: () => Promise<unknown>, pause: number) => {
    let times = 0
    for (; performance.now() < end; times += 1) await work().then(() => sleep(pause + random(pause)))
    return times
  }
  // Two write by the API; the transactions of the other two stay open, so that what began first often ends last.
  const slowly = async () => {
    const client = await transaction()
    await client.query('update ticket set touched_at = now(), updated_at = now(), subject = $1 where number = $2', [
      `Slowly ${random(MINUTE)}`,
      anyOf(),
    ])
    await sleep(random(500))
    await client.query('commit')
    await client.end()
  }
  const [, quick = 0, quickToo = 0, ...slow] = await Promise.all([
    whileItLasts(following.look, 100),
    whileItLasts(() => write(anyOf(), 'Quickly'), 250), // a minute has 600 operations
    whileItLasts(() => write(anyOf(), 'Quickly'), 250),
    whileItLasts(slowly, 50),
    whileItLasts(slowly, 50),
  ])
  expect(Math.min(quick, quickToo, ...slow)).toBeGreaterThan(10)
  expect(await sql(`select id from message where text = 'Quickly'`)).toHaveLength(quick + quickToo)
  const rows = await sql<Told>(
    `select number, subject, touched_at as "updatedAt" from ticket where touched_at >= $1 and hold is null`,
    [since],
  )
  const written = rows.map(row => ({ ...row, updatedAt: new Date(row.updatedAt).toISOString() }))
  await eventually(() => following.look().then(() => sorted(following.copy.values()))).toEqual(sorted(written))
})

test('§8: after a move to another server, which counts from lower numbers, a reader goes on where it was', async () => {
  const number = await open('Moved along')
  const following = reader('dana')
  await following.has(number)
  const em = plaindesk.orm.em.fork()
  const ahead = async () => Number((await sql('select ahead from change_number'))[0]?.ahead)
  await goOnCounting(em)
  expect(await ahead()).toBe(0)

  await sql('alter table ticket disable trigger ticket_change')
  await sql('update ticket set touched_in = touched_in + 1000000000, updated_in = updated_in + 1000000000')
  await sql('alter table ticket enable trigger ticket_change')
  await goOnCounting(em)
  const told = await ahead()
  expect(told).toBeGreaterThan(1_000_000_000)
  await goOnCounting(em)
  expect(await ahead()).toBe(told)

  await eventually(following.look).toContain(number)
  await write(number, 'after the move')
  await eventually(following.look).toContain(number)
})
