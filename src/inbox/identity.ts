// By what a second copy of a mail is known.
import type { EntityManager } from '@mikro-orm/postgresql'
import { IncomingMail } from './incoming-mail.ts'

/** In characters; an index takes no more than 2,700 bytes. */
const LONGEST = 600

/** A mail without a Message-ID, or with one that nobody would write, is known by its content. */
export const identityOf = ({ messageId, sha256 }: Pick<IncomingMail, 'messageId' | 'sha256'>): string =>
  messageId !== null && messageId.length <= LONGEST ? messageId : `sha256:${sha256}`

/**
 * The other mail of an identity, if any. Of two at the same moment one waits here. What was refused may come again; and
 * what somebody sent under another's Message-ID, and could not prove, does not stand in the way of the real one.
 */
export async function originalOf(
  em: EntityManager,
  identity: string,
  { id, sha256 }: IncomingMail,
): Promise<IncomingMail | null> {
  await em.execute('select pg_advisory_xact_lock(hashtextextended(?, 0))', [identity])
  await em.execute(
    `update incoming_mail set identity = null where identity = ? and id <> ?
       and (outcome = 'REFUSED' or outcome = 'HELD' and proof in ('NONE', 'UNKNOWN') and sha256 <> ?)`,
    [identity, id, sha256],
  )
  return em.findOne(IncomingMail, { identity, id: { $ne: id } })
}
