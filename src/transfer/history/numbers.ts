import type pg from 'pg'
import type { Part } from './ground.ts'

const wishesOf = (parts: readonly Part[]) =>
  parts.flatMap(({ key, ticket: { number }, ticketId }) =>
    number === undefined || ticketId !== null ? [] : [{ key, number }],
  )

/** The numbers that new tickets keep, by their keys: what is taken already, or by one before, is given to nobody else. */
export async function keptNumbers(
  client: pg.Client,
  parts: readonly Part[],
  imagined: ReadonlySet<number>,
): Promise<ReadonlyMap<string, number>> {
  const wished = wishesOf(parts)
  const numbers = wished.map(({ number }) => number)
  const { rows } = await client.query<{ number: number }>('select number from ticket where number = any($1)', [numbers])
  const taken = new Set(rows.map(({ number }) => number))
  const kept = new Map<string, number>()
  for (const { key, number } of wished) {
    if (taken.has(number) || imagined.has(number)) continue
    taken.add(number)
    kept.set(key, number)
  }
  return kept
}

/** What is given next is above all that are wished for: else a new ticket would one day meet one of them. */
export async function goOnAbove(client: pg.Client, parts: readonly Part[]): Promise<void> {
  const highest = wishesOf(parts).reduce((most, { number }) => Math.max(most, number), 0)
  await client.query(`select setval('ticket_number', $1) from ticket_number where last_value < $1`, [highest])
}
