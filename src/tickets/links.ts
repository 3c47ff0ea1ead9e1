// Tickets that belong together by the word of the team. Customers never learn of it.
import { batched } from '../graph/batched.ts'
import { condition } from '../graph/condition.ts'
import type { Context } from '../graph/context.ts'
import { idList, read } from '../graph/reading.ts'
import type { User } from '../people/user.ts'
import { recordBoth } from './record-both.ts'
import { Ticket } from './ticket.ts'
import { TicketLink } from './ticket-link.ts'
import { TicketEventType } from './vocabulary.ts'

/** Already so means no change. Both have to be locked. */
export async function link(context: Context, one: Ticket, other: Ticket, by: User): Promise<void> {
  const { em, now } = context
  if (await em.findOne(TicketLink, pair(one, other))) return
  em.create(TicketLink, { ...pair(one, other), createdAt: now, createdBy: by })
  recordBoth(one, other, TicketEventType.LINKED, by, now)
}

export async function unlink(context: Context, one: Ticket, other: Ticket, by: User): Promise<void> {
  const { em, now } = context
  const known = await em.findOne(TicketLink, pair(one, other))
  if (!known) return
  em.remove(known)
  recordBoth(one, other, TicketEventType.UNLINKED, by, now)
}

export const pair = (one: Ticket, other: Ticket) =>
  one.id < other.id ? { older: one, newer: other } : { older: other, newer: one }

/** What came along with a ticket (`withLinks`), or is read now. For the team. */
export async function linksOf({ em }: Context, ticket: Ticket): Promise<readonly Ticket[]> {
  const cameAlong: unknown = Reflect.get(ticket, 'links')
  if (Array.isArray(cameAlong)) return cameAlong.map(row => Object.assign(Object.create(Ticket.prototype), row))
  return (await linked(em, ticket.id)) ?? []
}

const linked = batched(async (em: Context['em'], ids) => {
  const rows = await em.execute<{ ticket: string; other: string }[]>(
    `select older_id as ticket, newer_id as other from ticket_link where older_id = any(?::uuid[])
     union all select newer_id, older_id from ticket_link where newer_id = any(?::uuid[])`,
    [idList(ids), idList(ids)],
  )
  const where = condition('t.id = any(?::uuid[])', idList(rows.map(({ other }) => other)))
  const found = new Map((await read(em, Ticket, { where })).map(ticket => [ticket.id, ticket]))
  const ofTicket = Map.groupBy(rows, row => row.ticket)
  return new Map([...ofTicket].map(([id, some]) => [id, some.flatMap(({ other }) => found.get(other) ?? [])]))
})
