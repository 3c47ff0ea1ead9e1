// Two agents at one ticket: nobody is locked out, and nobody answers without having read what came in meanwhile.
import type { Context } from '../graph/context.ts'
import { Refusal } from '../graph/refusal.ts'
import { parseGlobalId } from '../lib/ids.ts'
import { Message } from './message.ts'
import type { Ticket } from './ticket.ts'

/** Refuses where another person wrote after the message that was read last. The ticket has to be locked. */
export async function checkNothingNewer({ em, viewer }: Context, ticket: Ticket, lastSeen: string): Promise<void> {
  const id = parseGlobalId(lastSeen)
  const seen = id?.type === 'Message' ? await em.findOne(Message, { id: id.id, ticket }) : null
  if (!seen) return // moved or taken back meanwhile: no reason to hold up an answer
  const newer = await em.findOne(
    Message,
    {
      ticket,
      isAutomatic: false,
      $and: [
        { $or: [{ author: null }, { author: { $ne: viewer.user?.id ?? '' } }] },
        { $or: [{ createdAt: { $gt: seen.createdAt } }, { createdAt: seen.createdAt, id: { $gt: seen.id } }] },
      ],
    },
    { populate: ['author'], orderBy: { createdAt: 'desc' } },
  )
  if (newer) throw new Refusal('NEWER_MESSAGE', 'message', { name: newer.author?.name ?? '' })
}
