import { registerEnumType } from 'type-graphql'

export enum TicketStatus {
  NEW = 'NEW',
  OPEN = 'OPEN',
  WAITING = 'WAITING',
  DONE = 'DONE',
  CLOSED = 'CLOSED',
}
registerEnumType(TicketStatus, {
  name: 'TicketStatus',
  description: 'Where a ticket stands.',
  valuesConfig: {
    NEW: { description: 'Nobody has answered yet.' },
    OPEN: { description: 'The team is working on it.' },
    WAITING: { description: 'The team asked something and waits for the customer.' },
    DONE: { description: 'Answered; a reply reopens it.' },
    CLOSED: { description: 'Final; a reply starts a follow-up ticket.' },
  },
})

export const openStatuses = [TicketStatus.NEW, TicketStatus.OPEN, TicketStatus.WAITING]
export const doneStatuses = [TicketStatus.DONE, TicketStatus.CLOSED]

/** Whether these are all the open statuses, or all the done ones; null for anything else. */
export function opennessOf(statuses: readonly TicketStatus[]): boolean | null {
  const are = (others: readonly TicketStatus[]) =>
    statuses.length === others.length && others.every(other => statuses.includes(other))
  return are(openStatuses) ? true : are(doneStatuses) ? false : null
}

/** What a customer's word makes of a status; null = not possible any more, a follow-up takes over. */
export const statusAfter: Record<'comment' | 'markDone' | 'reopen', Record<TicketStatus, TicketStatus | null>> = {
  comment: {
    NEW: TicketStatus.NEW,
    OPEN: TicketStatus.OPEN,
    WAITING: TicketStatus.OPEN,
    DONE: TicketStatus.OPEN,
    CLOSED: null,
  },
  markDone: {
    NEW: TicketStatus.DONE,
    OPEN: TicketStatus.DONE,
    WAITING: TicketStatus.DONE,
    DONE: TicketStatus.DONE,
    CLOSED: null,
  },
  reopen: {
    NEW: TicketStatus.NEW,
    OPEN: TicketStatus.OPEN,
    WAITING: TicketStatus.WAITING,
    DONE: TicketStatus.OPEN,
    CLOSED: null,
  },
}

/** What an agent may choose with a public answer. */
export const answerStatuses = [TicketStatus.WAITING, TicketStatus.OPEN, TicketStatus.DONE]
