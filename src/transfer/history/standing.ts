// How a ticket stands by its messages, as if it had been lived through here: the same rules as `Ticket`, after the fact.
import { openStatuses, TicketStatus } from '../../tickets/ticket-status.ts'
import type { TicketLine } from './format.ts'

export interface Said {
  at: Date
  isNote: boolean
  /** Whether the team wrote it. */
  isOurs: boolean
}

export interface Standing {
  createdAt: Date
  updatedAt: Date
  lastMessageAt: Date
  firstResponseAt: Date | null
  unansweredSince: Date | null
  doneAt: Date | null
  closedAt: Date | null
}

/** `said` in the order of time. */
export function standingOf(
  ticket: Pick<TicketLine, 'status' | 'createdAt' | 'doneAt' | 'closedAt'>,
  said: readonly Said[],
): Standing {
  const first = said[0]?.at ?? new Date(0)
  const createdAt = ticket.createdAt ?? first
  const words = said.filter(({ isNote }) => !isNote)
  const lastMessageAt = words.at(-1)?.at ?? createdAt
  const closedAt = ticket.status === TicketStatus.CLOSED ? (ticket.closedAt ?? ticket.doneAt ?? lastMessageAt) : null
  const doneAt = ticket.doneAt ?? (ticket.status === TicketStatus.DONE ? lastMessageAt : null)
  return {
    createdAt,
    lastMessageAt,
    closedAt,
    doneAt,
    updatedAt: latest([lastMessageAt, doneAt, closedAt]),
    firstResponseAt: words.find(({ isOurs }) => isOurs)?.at ?? null,
    unansweredSince: openStatuses.includes(ticket.status) ? waitingSince(ticket.status, words, createdAt) : null,
  }
}

/** The first word of the customer after the team's last. */
function waitingSince(status: TicketStatus, words: readonly Said[], createdAt: Date): Date | null {
  const answered = words.findLastIndex(({ isOurs }) => isOurs)
  const since = words[answered + 1]?.at ?? null
  return since ?? (status === TicketStatus.NEW ? createdAt : null)
}

const latest = (moments: readonly (Date | null)[]): Date =>
  new Date(Math.max(...moments.map(moment => moment?.getTime() ?? 0)))
