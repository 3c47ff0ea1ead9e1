// The link by which a ticket is rated: signed, per ticket, and good for nothing else.
import type { EntityManager } from '@mikro-orm/postgresql'
import type { Config } from '../config.ts'
import { deriveKey } from '../lib/keys.ts'
import { isSigned, readSignedId, signId } from '../lib/signed-id.ts'
import { Ticket } from './ticket.ts'

type Settings = Pick<Config, 'sessionSecret'>

const keyOf = ({ sessionSecret }: Settings): Buffer => deriveKey(sessionSecret, 'rating')

export const ratingPath = ({ id }: Pick<Ticket, 'id'>, config: Settings): string =>
  `/rating/${signId(id, keyOf(config))}`

/** Whose link it is; null for what is none of ours. */
export async function ticketOfRatingLink(em: EntityManager, text: string, config: Settings): Promise<Ticket | null> {
  const token = readSignedId(text)
  return token && isSigned(token, keyOf(config)) ? em.findOne(Ticket, token.id) : null
}
