// What the tests of bulk changes do and look at.
import pg from 'pg'
import type { Data } from '../kit/api.ts'
import type { Browser } from '../kit/browser.ts'
import type { World } from '../world.ts'

const figures = 'id state total done changed unchanged failed mayUndo isByFilter'

/** By the API; answers the payload. */
export async function change(browser: Browser, input: object): Promise<Data> {
  const { data, text } = await browser.graphql(
    `mutation ($input: ChangeTicketsInput!) { changeTickets(input: $input) { bulkChange { ${figures} } userErrors { code field message } } }`,
    { input },
  )
  if (!data) throw new Error(text)
  return data.changeTickets
}

export async function undo(browser: Browser, bulkChange: string): Promise<Data> {
  const { data, text } = await browser.graphql(
    `mutation ($input: UndoBulkChangeInput!) { undoBulkChange(input: $input) { bulkChange { ${figures} } userErrors { code field message } } }`,
    { input: { bulkChange } },
  )
  if (!data) throw new Error(text)
  return data.undoBulkChange
}

/** How far it has come, and what failed why, by ticket number. */
export async function progress(browser: Browser, id: string): Promise<Data> {
  const { data, text } = await browser.graphql(
    `query ($id: ID!) { bulkChange(id: $id) { ${figures} undoneBy { id } undoes { id } owner { name }
       tickets(first: 100, outcome: FAILED) { totalCount nodes { outcome reason message ticket { number } } } } }`,
    { id },
  )
  if (!data?.bulkChange) throw new Error(text)
  const { tickets, ...bulk } = data.bulkChange
  const reasons = tickets.nodes.map((node: Data) => [node.ticket.number, node.reason])
  return { ...bulk, reasons: Object.fromEntries(reasons) }
}

/** What somebody of the team reads of a ticket. */
export async function standing(browser: Browser, number: number): Promise<Data> {
  const { data } = await browser.graphql(
    `query ($number: Int!) { ticket(number: $number) {
       status priority assignee { name } category { name } tags unansweredSince doneAt closedAt
       events(last: 50) { nodes { type from to actor { name } } } } }`,
    { number },
  )
  return data.ticket
}

/** As many tickets as wanted in no time, of somebody who is on no list and so gets few mails; answers their numbers. */
export async function many({ sql }: Pick<World, 'sql'>, count: number, subject: string): Promise<number[]> {
  const rows = await sql<{ number: number }>(
    `insert into ticket (id, subject, status, priority, requester_id, requester_proven, created_at, updated_at, touched_at, last_message_at, unanswered_since)
     select gen_random_uuid(), $1 || ' ' || n, 'OPEN', 'NORMAL', (select id from person where email = 'cem@acme.example'), true,
       now(), now(), now(), now() - interval '1 hour', now() - interval '1 hour'
     from generate_series(1, $2::int) n returning number`,
    [subject, count],
  )
  return rows.map(({ number }) => number)
}

/** Has a ticket in use while `during` happens, so that whoever wants to change it waits. */
export async function inUse<T>(
  { plaindesk }: Pick<World, 'plaindesk'>,
  number: number,
  during: () => Promise<T>,
): Promise<T> {
  const client = new pg.Client({ connectionString: plaindesk.config.databaseUrl ?? '' })
  await client.connect()
  try {
    await client.query('begin')
    await client.query('select from ticket where number = $1 for no key update', [number])
    return await during()
  } finally {
    await client.end()
  }
}
