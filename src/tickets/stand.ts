// How a ticket stands: read from its conversation where messages came or went, or given back where that is undone.
import type { Context } from '../graph/context.ts'
import type { User } from '../people/user.ts'
import { Message } from './message.ts'
import type { Ticket } from './ticket.ts'
import { TicketStatus } from './ticket-status.ts'
import { MessageVisibility } from './vocabulary.ts'

const times = ['unansweredSince', 'lastMessageAt', 'firstResponseAt', 'doneAt', 'closedAt'] as const

/** As JSON holds it. */
export type Standing = Pick<Ticket, 'status' | 'isPrivate'> & Record<(typeof times)[number], string | null>

export function standingOf(ticket: Ticket): Standing {
  const [unansweredSince, lastMessageAt, firstResponseAt, doneAt, closedAt] = times.map(
    name => ticket[name]?.toISOString() ?? null,
  ) as (string | null)[]
  const { status, isPrivate } = ticket
  return { status, isPrivate, unansweredSince, lastMessageAt, firstResponseAt, doneAt, closedAt } as Standing
}

/** What was not remembered stays as it is. */
export function restore(ticket: Ticket, before: Partial<Standing>, by: User, now: Date): void {
  if (before.status) ticket.moveTo(before.status, by, now)
  if (before.isPrivate !== undefined) ticket.isPrivate = before.isPrivate
  for (const name of times) {
    const time = before[name]
    if (time !== undefined) Object.assign(ticket, { [name]: time === null ? null : new Date(time) })
  }
}

/** Whether nobody has said or decided anything since. */
export const stands = (ticket: Ticket, as: Standing): boolean =>
  Object.entries(standingOf(ticket)).every(([name, value]) => Reflect.get(as, name) === value)

/**
 * Since when somebody waits, and what the last word was, read from the conversation as it is now. Where the customer waits, we
 * do not wait for them.
 */
export async function stand({ em, now }: Context, ticket: Ticket, by: User): Promise<void> {
  const said = await em.find(
    Message,
    { ticket, visibility: MessageVisibility.PUBLIC },
    { orderBy: { createdAt: 'asc', id: 'asc' }, populate: ['author'] },
  )
  const lastAnswer = said.findLastIndex(({ author }) => author?.isTeam)
  const kept = said[lastAnswer] && ticket.unansweredSince && ticket.unansweredSince <= said[lastAnswer].createdAt
  const waits = kept ? said.find(word => isKept(word, ticket.unansweredSince)) : said[lastAnswer + 1]
  ticket.lastMessageAt = said.at(-1)?.createdAt ?? ticket.lastMessageAt
  ticket.unansweredSince = ticket.isOpenStatus ? (waits?.createdAt ?? null) : null
  if (ticket.unansweredSince && ticket.status === TicketStatus.WAITING) ticket.moveTo(TicketStatus.OPEN, by, now)
}

/** What `keepWaiting` brought waits on behind a newer answer. */
const isKept = ({ author, createdAt }: Message, since: Date | null): boolean =>
  !author?.isTeam && since !== null && createdAt >= since

/**
 * Words that waited for an answer where they came from wait for it here, too, also where the team's last answer here is
 * newer than they are: it answered something else.
 */
export function keepWaiting(ticket: Ticket, since: Date | null, by: User, now: Date): void {
  if (since === null) return
  if (ticket.status !== TicketStatus.NEW) ticket.moveTo(TicketStatus.OPEN, by, now)
  ticket.unansweredSince = ticket.unansweredSince && ticket.unansweredSince < since ? ticket.unansweredSince : since
}
