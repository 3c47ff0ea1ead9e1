// Message-IDs that we can recognise in an answer without looking anything up: `<ticket.part.proof@domain>`, where part
// is `start`, `team`, or the id of the outbox row, and proof is an HMAC over both. All hex, because some mail programs
// fold the case.
import { createHmac, timingSafeEqual } from 'node:crypto'
import { deriveKey } from '../lib/keys.ts'

/** What our own Message-ID tells. */
export interface MailReference {
  /** Id of the ticket; null for a mail about no ticket. */
  ticket: string | null
  /** `start` and `team` are the beginnings of the customer's and the team's thread, else the id of the outbox row. */
  part: string
}

/** The key of all Message-IDs, from `SESSION_SECRET`. */
export const messageIdKey = (secret: string): Buffer => deriveKey(secret, 'message-id')

/** The Message-ID in its angle brackets; the same for the same reference, so a mail that is sent again has it too. */
export function messageId(reference: MailReference, key: Buffer, domain: string): string {
  const name = `${short(reference.ticket ?? 'mail')}.${short(reference.part)}`
  return `<${name}.${proof(name, key)}@${domain}>`
}

/** Recognises a Message-ID of ours, also without brackets and with the case changed; null for all others. */
export function parseMessageId(text: string, key: Buffer): MailReference | null {
  const [, name, ticket = '', part = '', mac] =
    /^<?((mail|[0-9a-f]{32})\.(start|team|[0-9a-f]{32}))\.([0-9a-f]{32})@/.exec(text.trim().toLowerCase()) ?? []
  if (!name || !mac || !timingSafeEqual(Buffer.from(proof(name, key)), Buffer.from(mac))) return null
  return { ticket: ticket === 'mail' ? null : long(ticket), part: long(part) }
}

/** 128 bits are enough for a proof that is checked by us alone. */
const proof = (name: string, key: Buffer): string => createHmac('sha256', key).update(name).digest('hex').slice(0, 32)

const short = (id: string): string => id.replaceAll('-', '')
const long = (text: string): string => text.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
