// What became of the mails that brought a message to its readers, as the team sees it.
import type { EntityManager } from '@mikro-orm/postgresql'
import { batched } from '../graph/batched.ts'
import { causeOf, type DeliveryCause } from './cause.ts'
import { type DropReason, MailState } from './outbox-mail.ts'

export enum DeliveryState {
  WAITING = 'WAITING',
  SENT = 'SENT',
  DELAYED = 'DELAYED',
  BOUNCED = 'BOUNCED',
  FAILED = 'FAILED',
  BLOCKED = 'BLOCKED',
  WITHHELD = 'WITHHELD',
  DROPPED = 'DROPPED',
}

export interface Delivery {
  recipient: string
  state: DeliveryState
  sentAt: Date | null
  /** The words of a mail server; null where none spoke. */
  answer: string | null
  /** Why it did not arrive, as far as the words tell. */
  cause: DeliveryCause | null
}

interface Row {
  recipient: string
  state: MailState
  /** As JSON holds a time. */
  sent_at: string | null
  response: string | null
  last_error: string | null
  dropped_because: DropReason | null
}

/** The mails that told of a message whose id is the SQL `id`. The team's own mails are left out: they are no delivery. */
const mailsOf = (id: string): string =>
  `select coalesce(json_agg(x), '[]') from (
     select recipient, state, sent_at, response, last_error, dropped_because from outbox_mail
     where rows->>'message' = ${id} and template in ('receipt', 'answer', 'done') order by recipient, created_at, outbox_mail.id
   ) x`

/** For reading messages together with their mails: `adds: withDeliveries`. */
export const withDeliveries = { deliveries: mailsOf('t.id::text') } as const

const mails = batched(async (em: EntityManager, messages) => {
  const sql = `select m.id, (${mailsOf('m.id')}) as mails from unnest(?::text[]) m (id)`
  const rows = await em.execute<{ id: string; mails: Row[] }[]>(sql, [`{${messages}}`])
  return new Map(rows.map(row => [row.id, row.mails]))
})

/** The mails that told of a message, by recipient; those of many messages by one statement. */
export async function deliveriesOf(em: EntityManager, message: { id: string }): Promise<Delivery[]> {
  const cameAlong: unknown = Reflect.get(message, 'deliveries')
  const rows = Array.isArray(cameAlong) ? cameAlong : await mails(em, message.id)
  return rows?.map(deliveryOf) ?? []
}

function deliveryOf(row: Row): Delivery {
  const { recipient, response, last_error: error } = row
  const sentAt = row.sent_at === null ? null : new Date(row.sent_at)
  const state = stateOf(row)
  if (state === DeliveryState.SENT) return { recipient, state, sentAt, answer: response, cause: null }
  return { recipient, state, sentAt, answer: error, cause: error === null ? null : causeOf(error) }
}

function stateOf({ state, last_error: error, dropped_because: reason }: Row): DeliveryState {
  if (state === MailState.DUE) return DeliveryState.WAITING
  if (state === MailState.DROPPED)
    return reason === 'BLOCKED' || reason === 'WITHHELD' ? DeliveryState[reason] : DeliveryState.DROPPED
  if (state === MailState.SENT) return error === null ? DeliveryState.SENT : DeliveryState.DELAYED
  // Without a mail server a mail is as sent as it will ever be.
  return state === MailState.KEPT ? DeliveryState.SENT : DeliveryState[state]
}
