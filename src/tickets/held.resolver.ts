import {
  Arg,
  Args,
  Authorized,
  Ctx,
  Field,
  InputType,
  Int,
  Mutation,
  ObjectType,
  Query,
  Resolver,
  registerEnumType,
} from 'type-graphql'
import { condition } from '../graph/condition.ts'
import { type Connection, keysetPage, PageArgs } from '../graph/connection.ts'
import type { Context } from '../graph/context.ts'
import { Refusal } from '../graph/refusal.ts'
import { Repeatable } from '../graph/repeatable.ts'
import { afterRelease } from '../list/join.ts'
import { TicketConnection } from './connections.ts'
import { mayMarkSpam, mayRelease } from './may.ts'
import { TicketPayload } from './status.resolver.ts'
import { tellTeamOfTicket } from './tell.ts'
import { Hold, Ticket } from './ticket.ts'
import { TicketEvent } from './ticket-event.ts'
import { lockTicket, signedIn } from './visible.ts'
import { TicketEventType } from './vocabulary.ts'

enum HeldKind {
  WAITING = 'WAITING',
  BLOCKED = 'BLOCKED',
  SPAM = 'SPAM',
}
registerEnumType(HeldKind, {
  name: 'HeldKind',
  description: 'Why tickets are not in the queue.',
  valuesConfig: {
    WAITING: { description: 'Requests of the public form that wait for a decision.' },
    BLOCKED: { description: 'Requests of blocked senders.' },
    SPAM: { description: 'What an agent marked as spam.' },
  },
})

const putAside = (hold: 'BLOCKED' | 'SPAM') => ({
  where: condition(`t.hold = '${hold}'`),
  order: { name: 'aside', columns: ['touched_at', 'id'], properties: ['touchedAt', 'id'], descending: true },
})
const lists = {
  WAITING: {
    where: condition("t.hold in ('RATE', 'HONEYPOT', 'TOO_FAST')"),
    order: { name: 'held', columns: ['created_at', 'id'], properties: ['createdAt', 'id'], descending: false },
  },
  BLOCKED: putAside('BLOCKED'),
  SPAM: putAside('SPAM'),
}

@InputType({ description: 'Which held request.' })
export class ReleaseRequestInput extends Repeatable {
  @Field(() => Int, { description: "The ticket's public number." }) number!: number
}
@InputType({ description: 'The ticket that is held.' })
export class MarkAsSpamInput extends ReleaseRequestInput {}
@ObjectType({ description: 'The ticket, now in the queue.' })
export class ReleaseRequestPayload extends TicketPayload {}
@ObjectType({ description: 'The ticket, now spam.' })
export class MarkAsSpamPayload extends TicketPayload {}

@Resolver()
export class HeldResolver {
  @Authorized('agent')
  @Query(() => TicketConnection, {
    description:
      'Tickets that are not in the queue: those that wait for a decision oldest first, others last changed first.',
  })
  heldRequests(
    @Args(() => PageArgs) page: PageArgs,
    @Arg('kind', () => HeldKind, { defaultValue: HeldKind.WAITING, description: 'What became of them so far.' })
    kind: HeldKind,
    @Ctx() { em }: Context,
  ): Promise<Connection<Ticket>> {
    return keysetPage(em, page, { type: Ticket, ...lists[kind], fingerprint: kind, brings: ['requester', 'category'] })
  }

  @Authorized('agent')
  @Mutation(() => ReleaseRequestPayload, {
    description: 'Puts a held request into the queue; the team is told, unless it was in the queue before.',
  })
  async releaseRequest(
    @Arg('input', () => ReleaseRequestInput) { number }: ReleaseRequestInput,
    @Ctx() context: Context,
  ): Promise<ReleaseRequestPayload> {
    const ticket = await lockTicket(context, number)
    if (!mayRelease(context.viewer, ticket)) throw new Refusal('NOT_FOUND')
    const { user } = signedIn(context.viewer)
    const isBack = await wasInQueue(context, ticket)
    ticket.record(TicketEventType.RELEASED, user, context.now)
    ticket.hold = null
    if (isBack) return { ticket }
    await tellTeamOfTicket(context, ticket)
    await afterRelease(context.em, ticket.requester, context.config, context.now)
    return { ticket }
  }

  @Authorized('agent')
  @Mutation(() => MarkAsSpamPayload, {
    description: 'Takes a ticket out of the queue and out of sight; nobody is told, and it can be released again.',
  })
  async markAsSpam(
    @Arg('input', () => MarkAsSpamInput) { number }: MarkAsSpamInput,
    @Ctx() context: Context,
  ): Promise<MarkAsSpamPayload> {
    const { viewer, now } = context
    const ticket = await lockTicket(context, number)
    if (!mayMarkSpam(viewer, ticket)) throw new Refusal('NOT_FOUND')
    if (ticket.hold === Hold.SPAM) return { ticket }
    ticket.record(TicketEventType.SPAM, signedIn(viewer).user, now, ticket.hold)
    ticket.hold = Hold.SPAM
    return { ticket }
  }
}

/** The team knows of it, and whoever wished to be invited was. */
async function wasInQueue({ em }: Context, ticket: Ticket): Promise<boolean> {
  if (ticket.hold !== Hold.SPAM) return false
  const where = { ticket, type: TicketEventType.SPAM }
  const marked = await em.findOne(TicketEvent, where, { orderBy: { createdAt: 'desc', id: 'desc' } })
  return marked?.from === null
}
