import type { Context } from '../graph/context.ts'
import { Message } from './message.ts'
import type { Ticket } from './ticket.ts'
import { MessageVisibility } from './vocabulary.ts'

/** Since when somebody waits, and what the last word was, read from the conversation as it is now. */
export async function stand({ em }: Context, ticket: Ticket): Promise<void> {
  const said = await em.find(
    Message,
    { ticket, visibility: MessageVisibility.PUBLIC },
    { orderBy: { createdAt: 'asc', id: 'asc' }, populate: ['author'] },
  )
  const lastAnswer = said.findLastIndex(({ author }) => author?.isTeam)
  ticket.lastMessageAt = said.at(-1)?.createdAt ?? ticket.lastMessageAt
  ticket.unansweredSince = ticket.isOpenStatus ? (said[lastAnswer + 1]?.createdAt ?? null) : null
}
