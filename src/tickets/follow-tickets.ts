// The news of tickets for one subscriber: each is read anew as whoever asks then, by the rules of every page.

import type { Backlog, Look } from '../graph/backlog.ts'
import { allOf, condition } from '../graph/condition.ts'
import type { Context } from '../graph/context.ts'
import { checkInput } from '../graph/input.ts'
import { follow } from '../graph/live.ts'
import { Refusal, Refusals } from '../graph/refusal.ts'
import { parseGlobalId } from '../lib/ids.ts'
import { isStaff } from '../people/viewer.ts'
import { settledSince } from './changes.ts'
import { findMessages } from './message.resolver.ts'
import type { Message } from './message.ts'
import { NEWS, type News, newsIn } from './news.ts'
import type { Ticket } from './ticket.ts'
import { listed } from './ticket-counts.ts'
import { cursorBehind } from './ticket-cursor.ts'
import { TicketFilter } from './ticket-filter.ts'
import { circleOf, findTicket } from './visible.ts'

export interface TicketWish {
  ticket?: string | null
  filter?: TicketFilter | null
}

/** Tickets as they change. Refuses a filter that does not fit, and a ticket that is not the viewer's to see. */
export async function followTickets(context: Context, { ticket, filter: asked }: TicketWish): Promise<Backlog> {
  const filter = asked ? Object.assign(new TicketFilter(), asked) : null
  const refusals = checkInput(filter, false)
  if (refusals.length > 0) throw new Refusals(refusals)
  listed(context, filter) // refuses ids that are none
  return followNews(context, ticket, filter, news => (news.message ? null : findListed(news.ticket, filter)))
}

/** Messages as they are added. */
export const followMessages = (context: Context, { ticket }: Pick<TicketWish, 'ticket'>): Promise<Backlog> =>
  followNews(context, ticket, null, ({ message }) => (message ? findMessage(message) : null))

/** Reads what is told of. */
type Find = (context: Context) => Promise<{ ticket: Ticket } | { message: Message } | null>

async function followNews(
  context: Context,
  ticket: string | null | undefined,
  filter: TicketFilter | null,
  findOf: (news: News) => Find | null,
): Promise<Backlog> {
  const { stream, viewer, em } = context
  if (!stream) throw new Refusal('BAD_USER_INPUT')
  const only = ticket ? await idOfVisible(context, ticket) : null
  let floor: bigint | null = null
  const lookAt = (news: News, find: Find): Look => ({
    concerns: circleOfNews(context, news),
    async read(now) {
      const found = isForViewer(news, now) ? await find(now) : null
      return found && { ...found, cursor: cursorBehind(lower(news.settled, floor), now.viewer, filter) }
    },
  })
  const backlog = await follow(stream, NEWS, payload => {
    const news = newsIn(payload)
    if (news === 'many') return news
    const find = (only ?? news.ticket) === news.ticket && isForViewer(news, { viewer }) ? findOf(news) : null
    return find && { key: news.message ?? news.ticket, look: lookAt(news, find) }
  })
  try {
    floor = await settledSince(em)
    return backlog
  } catch (error) {
    await backlog.return()
    throw error
  }
}

const lower = (settled: string, floor: bigint | null): string =>
  floor !== null && floor < BigInt(settled) ? String(floor) : settled

const circles = new WeakMap<News, Look['concerns']>()

/** Read once for all who hear of it. */
function circleOfNews(context: Context, news: News): Look['concerns'] {
  const circle = circles.get(news) ?? circleOf(context, news.ticket)
  circles.set(news, circle)
  return circle
}

/** What is not for customers must not even reach them as a change of nothing. */
const isForViewer = (news: News, { viewer }: Pick<Context, 'viewer'>): boolean => news.public || isStaff(viewer)

async function idOfVisible(context: Context, ticket: string): Promise<string> {
  const parsed = parseGlobalId(ticket)
  const found = parsed?.type === 'Ticket' && (await findTicket(context, condition('t.id = ?', parsed.id)))
  if (!found) throw new Refusal('NOT_FOUND')
  return found.id
}

/** The ticket, where the list of this filter has it. */
const findListed =
  (id: string, filter: TicketFilter | null): Find =>
  async context => {
    const { where } = listed(context, filter)
    const which = condition('t.id = ?', id)
    if (filter && !(await isThere(context, allOf(which, where)))) return null
    const ticket = await findTicket(context, filter ? which : allOf(which, where))
    return ticket && { ticket }
  }

async function isThere({ em }: Context, { sql, values }: ReturnType<typeof condition>): Promise<boolean> {
  return (await em.execute<object[]>(`select 1 from ticket t where ${sql}`, [...values])).length > 0
}

/** The message, where its ticket is in the list: the team is not told of what is held. */
const findMessage =
  (id: string): Find =>
  async context => {
    const { sql, values } = listed(context, null).where
    const isListed = condition(`t.ticket_id in (select t.id from ticket t where ${sql})`, ...values)
    const [message] = await findMessages(context, allOf(condition('t.id = ?', id), isListed))
    return message ? { message } : null
  }
