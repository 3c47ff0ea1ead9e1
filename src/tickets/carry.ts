import { idList } from '../graph/condition.ts'
import type { Context } from '../graph/context.ts'
import type { Message } from './message.ts'
import type { Ticket } from './ticket.ts'

/** What goes along with messages to another ticket: the ledger's lines of their mails, and mails about them that are still to go. */
export const along = {
  ledger: 'update incoming_mail set ticket_id = ? where id in (select mail_id from message where id = any(?::uuid[]))',
  outbox: `update outbox_mail set rows = rows || jsonb_build_object('ticket', ?::text)
    where rows->>'message' = any(?::text[]) and state = 'DUE'`,
} as const

/** Puts messages on another ticket, which has to be saved. */
export async function carry({ em }: Context, messages: readonly Message[], to: Ticket): Promise<void> {
  for (const message of messages) message.ticket = to
  await em.flush()
  for (const sql of Object.values(along)) await em.execute(sql, [to.id, idList(messages.map(({ id }) => id))])
}
