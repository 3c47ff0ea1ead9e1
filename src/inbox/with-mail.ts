import type { Message } from '../tickets/message.ts'
import { IncomingMail } from './incoming-mail.ts'

/** For reading messages together with the mails they came by: `adds: withMail`. Whatever a page may show of one. */
export const withMail = {
  mail: `select row_to_json(x) from (
    select id, door, received_at as "receivedAt", size, from_address as "fromAddress", from_name as "fromName",
      reply_to as "replyTo", subject, excerpt, outcome, reason, verdict, proof, match, storage_key as "storageKey",
      handled_at as "handledAt" from incoming_mail where id = t.mail_id) x`,
} as const

/** The mail that was read together with a message; null where it was not. */
export function mailCameAlong(message: Message): IncomingMail | null {
  const row: unknown = Reflect.get(message, 'mail')
  if (row === null || typeof row !== 'object') return null
  const receivedAt: unknown = Reflect.get(row, 'receivedAt')
  const handledAt: unknown = Reflect.get(row, 'handledAt')
  const dates = { receivedAt: new Date(String(receivedAt)), handledAt: handledAt ? new Date(String(handledAt)) : null }
  return Object.assign(Object.create(IncomingMail.prototype), row, dates)
}
