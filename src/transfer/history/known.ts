// What came by an import before.
import type pg from 'pg'
import type { Entry } from './entries.ts'
import type { Ground, Part } from './ground.ts'

/** Tickets that came before are left as they are; messages of theirs that did not are new. */
export async function whatIsNew({ client, teller, imagined }: Ground, entries: readonly Entry[]): Promise<Part[]> {
  const keys = entries.map(({ key }) => key)
  const tickets = await ticketsOf(client, keys)
  const grown = entries.filter(({ key }) => tickets.has(key)).flatMap(({ messageKeys }) => messageKeys)
  const messages = await knownOf(client, grown)
  return entries.flatMap(entry => {
    const ticketId = tickets.get(entry.key) ?? null
    if (ticketId === null && !imagined.tickets.has(entry.key)) return [{ ...entry, ticketId }]
    teller.report.known += 1
    return ticketId === null ? [] : grownPart(entry, ticketId, messages)
  })
}

function grownPart(entry: Entry, ticketId: string, known: ReadonlySet<string>): Part[] {
  const isNew = entry.messageKeys.map(key => !known.has(key))
  if (!isNew.includes(true)) return []
  const pick = <T>(list: readonly T[]): T[] => list.filter((_, at) => isNew[at])
  const ticket = { ...entry.ticket, messages: pick(entry.ticket.messages) }
  return [{ ...entry, ticket, messageKeys: pick(entry.messageKeys), ticketId }]
}

/** The rows of tickets by their keys; where one was put into another since, that one. */
export async function ticketsOf(client: pg.Client, keys: readonly string[]): Promise<ReadonlyMap<string, string>> {
  if (keys.length === 0) return new Map()
  const { rows } = await client.query<{ key: string; id: string }>(
    `select i.key, coalesce(t.merged_into_id, t.id) as id from imported i join ticket t on t.id = i.row_id
     where i.key = any($1::uuid[])`,
    [keys],
  )
  return new Map(rows.map(({ key, id }) => [key, id]))
}

async function knownOf(client: pg.Client, keys: readonly string[]): Promise<ReadonlySet<string>> {
  if (keys.length === 0) return new Set()
  const { rows } = await client.query<{ key: string }>('select key from imported where key = any($1::uuid[])', [keys])
  return new Set(rows.map(({ key }) => key))
}
