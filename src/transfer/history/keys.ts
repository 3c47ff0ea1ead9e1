// By what something is known that came before: the other system's id, its number, or else its content.
import { createHash } from 'node:crypto'
import type { MessageLine, TicketLine } from './format.ts'

/** A hash in the form of an id; `source` keeps apart the ids of several systems. */
export function keyOf(...parts: readonly string[]): string {
  const hex = createHash('sha256').update(JSON.stringify(parts)).digest('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-')
}

export const ticketKey = (source: string, { id, number, ...rest }: TicketLine): string =>
  namedTicketKey(
    source,
    id ?? number?.toString() ?? JSON.stringify([rest.subject, rest.requester.email, rest.messages[0]]),
  )

const namedTicketKey = (source: string, id: string): string => keyOf('ticket', source, id)

/** The key of the ticket that this one follows. */
export const followedKey = (source: string, { followUpOf }: Pick<TicketLine, 'followUpOf'>): string | null =>
  followUpOf === undefined ? null : namedTicketKey(source, followUpOf)

/** Of several without ids and with the same content, each its own. */
export function messageKeys(ticket: string, messages: readonly MessageLine[]): string[] {
  const seen = new Map<string, number>()
  return messages.map(({ id, author, at, text, note }) => {
    if (id !== undefined) return keyOf('message', ticket, id)
    const content = JSON.stringify([author?.email ?? '', at, text, note])
    const count = seen.get(content) ?? 0
    seen.set(content, count + 1)
    return keyOf('message', ticket, content, String(count))
  })
}
