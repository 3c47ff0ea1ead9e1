// A history's tickets as rows of the tables, named as their columns.
import type { StoredFile } from '../../files/stored-file.ts'
import { newId } from '../../lib/ids.ts'
import { TicketStatus } from '../../tickets/ticket-status.ts'
import { Channel, TicketEventType } from '../../tickets/vocabulary.ts'
import type { Person } from './directory.ts'
import type { Entry } from './entries.ts'
import { addEvent, addStatus } from './event-rows.ts'
import { attachmentRow, type MessageRow, messageRow } from './message-rows.ts'
import { standingOf } from './standing.ts'

export interface Rows {
  tickets: object[]
  messages: MessageRow[]
  events: object[]
  participants: { ticket_id: string; user_id: string }[]
  attachments: object[]
  imported: { key: string; row_id: string }[]
}

/** What is known of a ticket by the time its rows are made. */
export interface Setting {
  people: ReadonlyMap<string, Person>
  categories: ReadonlyMap<string, string>
  /** Of the message with a key. */
  files: ReadonlyMap<string, readonly StoredFile[]>
  /** The row of the ticket that this one follows. */
  followUpOf: string | null
  number: number | null
  now: Date
}

export const noRows = (): Rows => ({
  tickets: [],
  messages: [],
  events: [],
  participants: [],
  attachments: [],
  imported: [],
})

/** A new ticket with all that belongs to it; answers its row's id. */
export function addTicket(rows: Rows, { ticket, key, messageKeys }: Entry, setting: Setting): string {
  const { people, categories, followUpOf, number, now } = setting
  const id = newId()
  const requester = known(people, ticket.requester.email)
  const assignee = ticket.assignee && known(people, ticket.assignee.email)
  const { createdAt, updatedAt, lastMessageAt, firstResponseAt, unansweredSince, doneAt, closedAt } = standingOf(
    ticket,
    ticket.messages.map(({ at, note, author }) => ({
      at,
      isNote: note,
      isOurs: known(people, author?.email ?? ticket.requester.email).isTeam,
    })),
  )
  rows.tickets.push({
    id,
    number,
    subject: ticket.subject,
    status: ticket.status,
    channel: ticket.channel ?? ticket.messages[0]?.channel ?? Channel.API,
    priority: ticket.priority,
    category_id: (ticket.category && categories.get(ticket.category)) ?? null,
    requester_id: requester.id,
    assignee_id: assignee?.isTeam ? assignee.id : null,
    organization_id: requester.organizationId,
    tags: ticket.tags,
    is_private: ticket.private,
    created_at: createdAt,
    updated_at: updatedAt,
    touched_at: now,
    first_response_at: firstResponseAt,
    done_at: doneAt,
    closed_at: closedAt,
    unanswered_since: unansweredSince,
    last_message_at: lastMessageAt,
    follow_up_of_id: followUpOf,
  })
  rows.imported.push({ key, row_id: id })
  addEvent(rows, id, TicketEventType.CREATED, requester.id, createdAt)
  addMessages(rows, id, { ticket, messageKeys }, setting)
  if (ticket.status !== TicketStatus.NEW) addStatus(rows, id, ticket.status, doneAt, closedAt, lastMessageAt)
  const others = new Set(ticket.participants.map(({ email }) => known(people, email).id))
  others.delete(requester.id)
  for (const user_id of others) rows.participants.push({ ticket_id: id, user_id })
  return id
}

/** Messages of a ticket; `isGrowing`: it was there before, so its first is none of these. */
export function addMessages(
  rows: Rows,
  ticketId: string,
  { ticket, messageKeys }: Pick<Entry, 'ticket' | 'messageKeys'>,
  { people, files }: Pick<Setting, 'people' | 'files'>,
  isGrowing = false,
): void {
  for (const [at, message] of ticket.messages.entries()) {
    const key = messageKeys[at] ?? ''
    const author = known(people, message.author?.email ?? ticket.requester.email)
    const row = messageRow(ticketId, author.id, message, ticket.channel)
    rows.messages.push(row)
    rows.imported.push({ key, row_id: row.id })
    if (message.note) addEvent(rows, ticketId, TicketEventType.NOTE, author.id, message.at)
    else if (at > 0 || isGrowing) addEvent(rows, ticketId, TicketEventType.MESSAGE, author.id, message.at)
    for (const file of files.get(key) ?? []) rows.attachments.push(attachmentRow(row, file))
  }
}

function known(people: ReadonlyMap<string, Person>, address: string): Person {
  const person = people.get(address)
  if (!person) throw new Error('an address was not looked up')
  return person
}
