// For UNDO_SECONDS an answer's mails wait in the outbox, and as long as none of them is on its way the answer can be made
// as if it had never been: nobody was told of it (H1 keeps what was said, and this was not).
import { LockMode } from '@mikro-orm/core'
import type { Context } from '../graph/context.ts'
import { Refusal } from '../graph/refusal.ts'
import { MailState } from '../outbox/outbox-mail.ts'
import type { User } from '../people/user.ts'
import { Message } from './message.ts'
import { Ticket } from './ticket.ts'
import { TicketEvent } from './ticket-event.ts'
import { TicketEventType } from './vocabulary.ts'

/** How a ticket stands, as far as an answer changes it. */
type Standing = Pick<
  Ticket,
  'status' | 'updatedAt' | 'touchedAt' | 'firstResponseAt' | 'doneAt' | 'closedAt' | 'unansweredSince' | 'lastMessageAt'
>

/** To be asked before the answer. */
export function standingOf(ticket: Standing): Standing {
  const { status, updatedAt, touchedAt, firstResponseAt, doneAt, closedAt, unansweredSince, lastMessageAt } = ticket
  return { status, updatedAt, touchedAt, firstResponseAt, doneAt, closedAt, unansweredSince, lastMessageAt }
}

/** Remembers how the ticket stood before an answer that can be taken back. */
export async function rememberStanding(
  { em, now, config }: Context,
  message: Message,
  before: Standing,
): Promise<void> {
  if (config.undoSeconds === 0) return
  await em.execute('insert into answer_undo (message_id, before, created_at) values (?, ?, ?)', [
    message.id,
    JSON.stringify(before),
    now,
  ])
}

/**
 * Removes an answer of `by` and gives back the ticket it was written on, standing as before. Refuses with `TOO_LATE` once
 * its time is over or a mail of it was begun. The ticket has to be locked.
 */
export async function takeBack(context: Context, message: Message, by: User): Promise<Ticket> {
  const { em, now } = context
  const before = await standingBefore(context, message)
  await dropMails(context, message)
  const { ticket } = message
  const begun = ticket.createdAt.getTime() === message.createdAt.getTime() ? ticket.followUpOf : null
  const old = begun && (await em.findOneOrFail(Ticket, begun.id, { lockMode: LockMode.PESSIMISTIC_WRITE }))
  await forgetEvents(context, message, ticket, [TicketEventType.MESSAGE, TicketEventType.STATUS])
  await forgetKey(context, message, by)
  await em.nativeDelete(Message, message.id)
  const isAlone = (await em.count(Message, { ticket })) === 0
  if (old && isAlone) await removeFollowUp(context, message, ticket, old)
  const stands = old && isAlone ? old : ticket
  restore(stands, before, message)
  stands.record(TicketEventType.TAKEN_BACK, by, now)
  return stands
}

async function standingBefore({ em, now, config }: Context, message: Message): Promise<Standing> {
  const [row] = await em.execute<{ before: Record<string, string | null> }[]>(
    'delete from answer_undo where message_id = ? and created_at >= ? returning before',
    [message.id, new Date(now.getTime() - config.undoSeconds * 1000)],
  )
  if (!row) throw new Refusal('TOO_LATE')
  const dates = Object.entries(row.before).map(([name, value]) => [
    name,
    name === 'status' || value === null ? value : new Date(value),
  ])
  return standingOf(Object.fromEntries(dates))
}

/** Whoever changes a mail's row first wins: the job that sends it, which marks it begun, or this. */
async function dropMails({ em }: Context, message: Message): Promise<void> {
  const mails = await em.execute<{ state: MailState; started_at: Date | null }[]>(
    `select state, started_at from outbox_mail where rows->>'message' = ? order by id for update`,
    [message.id],
  )
  if (mails.some(mail => mail.state !== MailState.DUE || mail.started_at !== null)) throw new Refusal('TOO_LATE')
  await em.execute(
    `update outbox_mail set state = 'DROPPED', dropped_because = 'TAKEN_BACK' where rows->>'message' = ?`,
    [message.id],
  )
}

/** The form that wrote it may be sent once more, and then must not be taken for a repetition. */
async function forgetKey({ em }: Context, message: Message, by: User): Promise<void> {
  await em.execute(`delete from idempotency_key where scope = ? and result->'message'->>'node' = ?`, [
    by.id,
    message.globalId,
  ])
}

/** What happened at the very moment of the answer happened by it. */
async function forgetEvents(
  { em }: Context,
  { author, createdAt }: Message,
  ticket: Ticket,
  types: TicketEventType[],
): Promise<void> {
  await em.nativeDelete(TicketEvent, { ticket, actor: author, createdAt, type: { $in: types } })
}

/** The answer had begun it on a closed ticket, and nobody else has written there. */
async function removeFollowUp(context: Context, message: Message, followUp: Ticket, old: Ticket): Promise<void> {
  const { em } = context
  await forgetEvents(context, message, old, [TicketEventType.FOLLOW_UP])
  await em.nativeDelete(TicketEvent, { ticket: followUp })
  await em.nativeDelete(Ticket, followUp.id)
}

/** Where somebody wrote or changed something meanwhile, that stays; only the queue forgets the answer. */
function restore(ticket: Ticket, before: Standing, message: Message): void {
  const isUntouched = ticket.touchedAt.getTime() === message.createdAt.getTime()
  if (isUntouched) Object.assign(ticket, before)
  else {
    ticket.firstResponseAt = before.firstResponseAt
    ticket.unansweredSince = before.unansweredSince ?? ticket.unansweredSince
  }
}
