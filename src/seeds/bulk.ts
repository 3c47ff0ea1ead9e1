// Many tickets, for measuring and for looking at long lists: written past the entities and their triggers, because a
// million conversations could not be played one by one. Needs the example people, whose agents work the tickets.
import pg from 'pg'
import { conversation, type Rows } from './bulk-conversation.ts'
import { type BulkPerson, people } from './bulk-people.ts'
import { createDice, createTexts, type Dice } from './bulk-texts.ts'

const BATCH = 2_000 // tickets that are made and written at once
const CUSTOMERS = 20_000
const YEARS = 5 * 365 * 24 * 3_600_000

/**
 * Adds tickets of five years, with four messages each, to a migrated database that has the example people. `progress`
 * is told how many are there and says whether to go on.
 */
export async function seedBulk(
  url: string,
  tickets: number,
  now: Date,
  progress: (done: number) => boolean,
): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query('begin') // killed halfway, the triggers are back by themselves
    await write(client, tickets, now, progress)
    await client.query('commit')
    await client.query('vacuum analyze') // as autovacuum would have done in the course of years
    progress(tickets)
  } finally {
    await client.end()
  }
}

async function write(
  client: pg.Client,
  tickets: number,
  now: Date,
  progress: (done: number) => boolean,
): Promise<void> {
  const dice = createDice(1)
  const texts = createTexts(dice)
  const [ann] = await textsOf(client, "select password_hash as text from person where email = 'ann@acme.example'")
  const [known] = await textsOf(client, 'select count(*) as text from person')
  const { customers, rows } = people(Math.min(CUSTOMERS, tickets), Number(known), ann ?? null, texts, now)
  await insertAll(client, rows)
  const agents = await textsOf(client, "select id as text from person where role = 'AGENT' order by email")
  const categories = await textsOf(client, 'select id as text from category order by position')
  const addSearch = await withoutSearch(client)
  for (let done = 0; done < tickets && progress(done); done += BATCH) {
    const batch: Rows = { ticket: [], ticket_participant: [], message: [], ticket_event: [], attachment: [] }
    for (const [index, number] of (await nextNumbers(client, Math.min(BATCH, tickets - done))).entries()) {
      const age = 1 - (done + index + 1) / (tickets + 1)
      conversation(batch, {
        number,
        isRecent: age < 0.1,
        createdAt: new Date(now.getTime() - age * YEARS),
        now,
        requester: requesterOf(customers, dice),
        agent: agents[number % agents.length] ?? null,
        category: categories[number % categories.length] ?? null,
        friend: number % 50 === 0 ? requesterOf(customers, dice) : null,
        texts,
        dice,
      })
    }
    await insertAll(client, batch)
  }
  await addSearch()
}

const textsOf = async (client: pg.Client, query: string): Promise<string[]> =>
  (await client.query<{ text: string }>(query)).rows.map(({ text }) => text)

async function nextNumbers(client: pg.Client, count: number): Promise<number[]> {
  const query = "select nextval('ticket_number')::int as number from generate_series(1, $1)"
  return (await client.query<{ number: number }>(query, [count])).rows.map(({ number }) => number)
}

/** Three customers have nearly a tenth of all tickets, the others many to none. */
function requesterOf(customers: readonly BulkPerson[], dice: Dice): BulkPerson {
  const heavy = Math.floor(dice() * 33)
  return customers[heavy < 3 ? heavy : Math.floor(customers.length * dice() ** 2)] as BulkPerson
}

/** The triggers would update a ticket for each of its messages; here its words come with it. */
async function withoutSearch(client: pg.Client): Promise<() => Promise<void>> {
  const tables = ['ticket', 'message', 'attachment']
  const { rows: indexes } = await client.query<{ name: string; definition: string }>(
    `select indexname as name, indexdef as definition from pg_indexes
     where tablename = 'ticket' and indexname like 'ticket_search%'`,
  )
  for (const table of tables) await client.query(`alter table ${table} disable trigger user`)
  for (const { name } of indexes) await client.query(`drop index ${name}`)
  return async () => {
    for (const { definition } of indexes) await client.query(definition)
    for (const table of tables) await client.query(`alter table ${table} enable trigger user`)
  }
}

async function insertAll(client: pg.Client, batch: Record<string, readonly object[]>): Promise<void> {
  for (const [table, rows] of Object.entries(batch)) if (rows.length > 0) await insert(client, table, rows)
}

/** Rows whose properties are named as the columns; for a search column they hold its words. */
async function insert(client: pg.Client, table: string, rows: readonly object[]): Promise<void> {
  const { rows: columns } = await client.query<{ name: string; type: string }>(
    `select quote_ident(attname) as name, format_type(atttypid, null) as type from pg_attribute
     where attrelid = $1::regclass and attname = any($2)`,
    [table, Object.keys(rows[0] ?? {})],
  )
  const names = columns.map(({ name }) => name).join(', ')
  const values = columns.map(({ name, type }) => (type === 'tsvector' ? `search_words(${name})` : name)).join(', ')
  const row = columns.map(({ name, type }) => `${name} ${type === 'tsvector' ? 'text' : type}`).join(', ')
  await client.query(`insert into ${table} (${names}) select ${values} from json_to_recordset($1) as row (${row})`, [
    JSON.stringify(rows),
  ])
}
