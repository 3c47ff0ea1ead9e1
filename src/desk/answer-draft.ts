import type { Context } from '../graph/context.ts'
import { loaded } from '../graph/loader.ts'
import { mayAnswer } from '../tickets/may.ts'
import type { Ticket } from '../tickets/ticket.ts'
import { cannedTexts } from './canned-text.ts'
import { type Facts, fillPlaceholders } from './fill-placeholders.ts'

/** A canned text as an answer to a ticket, its placeholders filled in; null for whoever may not answer, and where there is none. */
export async function answerFrom(context: Context, ticket: Ticket, cannedText: string): Promise<string | null> {
  if (!mayAnswer(context.viewer, ticket)) return null
  const texts = await cannedTexts(context.em)
  const found = texts.find(({ globalId }) => globalId === cannedText)
  return found ? fillPlaceholders(found.text, await factsOf(context, ticket)) : null
}

async function factsOf({ em, viewer, config }: Context, ticket: Ticket): Promise<Facts> {
  const [requester, organization] = await Promise.all([loaded(em, ticket.requester), loaded(em, ticket.organization)])
  return {
    customer: requester?.name ?? null,
    number: String(ticket.number),
    subject: ticket.subject,
    organization: organization?.name ?? null,
    agent: viewer.user?.name ?? null,
    brand: config.brandName,
    link: `${config.baseUrl}/tickets/${ticket.number}`,
  }
}
