// A batch into the tables, in one transaction.
import type pg from 'pg'
import { inTransaction } from '../connect.ts'
import type { Ground, Part, Prepared } from './ground.ts'
import { followedKey } from './keys.ts'
import { ticketsOf } from './known.ts'
import { keptNumbers } from './numbers.ts'
import { addMessages, addTicket, noRows, type Rows } from './rows.ts'
import { growTickets, writeRows } from './write.ts'

const TRIES = 3

/** A ticket that comes into being at the same moment may take a number that we just saw free: then we look again. */
export async function putIn(ground: Ground, client: pg.Client, prepared: Prepared): Promise<void> {
  const mode = ground.isDry ? 'read only' : ''
  for (let tries = 1; ; tries += 1) {
    try {
      return await inTransaction(client, () => putInOnce(ground, client, prepared), mode)
    } catch (error) {
      if (tries >= TRIES || Reflect.get(Object(error), 'constraint') !== 'ticket_number_unique') throw error
    }
  }
}

/** What became of the tickets of a batch, by their keys. */
interface Became {
  kept: ReadonlyMap<string, number>
  /** Their rows, and those of the tickets that they follow. */
  rows: ReadonlyMap<string, string>
  /** Numbers by rows. */
  numbers: ReadonlyMap<string, number>
}

async function putInOnce(ground: Ground, client: pg.Client, { parts, found }: Prepared): Promise<void> {
  const { source, now, isDry, imagined } = ground
  const kept = await keptNumbers(client, parts, imagined.numbers)
  const follows = parts.flatMap(({ ticket }) => followedKey(source, ticket) ?? [])
  const tickets = new Map(await ticketsOf(client, follows))
  const rows = noRows()
  for (const part of parts) {
    if (part.ticketId !== null) addMessages(rows, part.ticketId, part, found, true)
    else {
      const followUpOf = tickets.get(followedKey(source, part.ticket) ?? '') ?? null
      tickets.set(part.key, addTicket(rows, part, { ...found, followUpOf, number: kept.get(part.key) ?? null, now }))
    }
  }
  const numbers = isDry ? new Map<string, number>() : await write(ground, client, rows, parts)
  tell(ground, parts, { kept, rows: tickets, numbers })
  count(ground, parts, rows)
}

async function write(
  { clamdUrl, now }: Ground,
  client: pg.Client,
  rows: Rows,
  parts: readonly Part[],
): Promise<Map<string, number>> {
  const numbers = await writeRows(client, rows, clamdUrl !== null)
  const grown = parts.flatMap(({ ticketId }) => ticketId ?? [])
  await growTickets(client, grown, now)
  return numbers
}

function count({ teller: { report } }: Ground, parts: readonly Part[], rows: Rows): void {
  report.tickets += rows.tickets.length
  report.messages += rows.messages.length
  report.files += parts.flatMap(({ ticket }) => ticket.messages.flatMap(({ files }) => files)).length
}

function tell({ teller, source, imagined, isDry }: Ground, parts: readonly Part[], became: Became): void {
  const { kept, rows, numbers } = became
  for (const { key, place, ticket, ticketId } of parts) {
    if (ticketId !== null) continue
    const { number, followUpOf } = ticket
    const isKept = kept.has(key)
    if (number !== undefined && !isKept) teller.renumber(place, number, numbers.get(rows.get(key) ?? '') ?? null)
    const follows = followedKey(source, ticket)
    if (follows !== null && !rows.has(follows) && !imagined.tickets.has(follows))
      teller.remark(place, `followUpOf: no ticket "${followUpOf}" came before this line, so it stands by itself`)
    if (isDry) imagined.tickets.add(key)
    if (isDry && isKept && number !== undefined) imagined.numbers.add(number)
  }
}
