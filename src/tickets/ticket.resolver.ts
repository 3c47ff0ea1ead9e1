import { Arg, Args, Authorized, Ctx, FieldResolver, Int, Query, Resolver, Root } from 'type-graphql'
import { allOf, condition, isOneOf } from '../graph/condition.ts'
import { type Connection, keysetPage, PAGE_SIZE, PageArgs } from '../graph/connection.ts'
import type { Context } from '../graph/context.ts'
import { loaded, related } from '../graph/loader.ts'
import { registerNode } from '../graph/nodes.ts'
import { withMail } from '../inbox/with-mail.ts'
import { cleanLine } from '../lib/clean-text.ts'
import { withDeliveries } from '../outbox/delivery.ts'
import { Agreement } from '../people/agreement.ts'
import { Organization } from '../people/organization.ts'
import { User } from '../people/user.ts'
import { isStaff } from '../people/viewer.ts'
import { Category } from './category.ts'
import { settled, withChange } from './changes.ts'
import { MessageConnection, TicketConnection, TicketEventConnection } from './connections.ts'
import { withHasDraft } from './drafts.ts'
import { followUpOf, followUpsOf } from './linked-tickets.ts'
import { mayAnswer, mayComment, mayDecide, mayMarkSpam, mayNote, mayRelease, mayUpdate } from './may.ts'
import { Message } from './message.ts'
import { agreementOf } from './promise.ts'
import { proveAddress } from './prove-address.ts'
import { found } from './search-tickets.ts'
import { Hold, Ticket } from './ticket.ts'
import { countsOfPage, type TicketPage } from './ticket-counts.ts'
import { fingerprintOf } from './ticket-cursor.ts'
import { TicketEvent } from './ticket-event.ts'
import { isUsual, sortKey, TicketFilter, TicketOrder, usualOrder } from './ticket-filter.ts'
import { matchOf, TicketMatch } from './ticket-match.ts'
import { openStatuses, TicketStatus } from './ticket-status.ts'
import { findTicket, findTickets, ofTypes, readableEvents, readableMessages, seesOthers } from './visible.ts'
import { TicketEventType } from './vocabulary.ts'

registerNode(
  'Ticket',
  (context, id) => findTicket(context, condition('t.id = ?', id)),
  (context, ids) => findTickets(context, isOneOf('t.id', ids)),
)

const DAY = 24 * 3_600_000

@Resolver(() => Ticket)
export class TicketResolver {
  @Authorized()
  @Query(() => Ticket, {
    nullable: true,
    description: 'One ticket by its number; null where the viewer may not see it.',
  })
  async ticket(
    @Arg('number', () => Int, { description: 'Its public number.' }) number: number,
    @Ctx() context: Context,
  ): Promise<Ticket | null> {
    const which = condition('t.number = ?', number)
    const ticket = await findTicket(context, which)
    return ticket && (await proveAddress(context, ticket)) ? findTicket(context, which) : ticket
  }

  @Authorized()
  @Query(() => TicketConnection, { description: 'Tickets that the viewer may see, one page at a time.' })
  async tickets(
    @Args(() => PageArgs) page: PageArgs,
    @Arg('filter', () => TicketFilter, {
      nullable: true,
      description: 'Only tickets that fit all of it; whoever asks sees their own whatever it says.',
    })
    filter: TicketFilter | null,
    @Arg('orderBy', () => TicketOrder, {
      nullable: true,
      description: 'Last changed first; without a search, customers have open ones first.',
    })
    orderBy: TicketOrder | null,
    @Ctx() context: Context,
  ): Promise<TicketPage> {
    const { em, viewer } = context
    const order = orderBy ?? usualOrder(viewer, filter)
    const isFirst = !page.after && !page.before && page.last == null
    const { count, similarNames, ...list } = await found(context, filter, { order, isFirst })
    const isCopied = order === TicketOrder.UPDATED_AT_ASC
    const result = await keysetPage(em, page, {
      type: Ticket,
      ...list,
      where: isCopied ? allOf(list.where, settled(viewer)) : list.where,
      order: sortKey(order, viewer),
      fingerprint: fingerprintOf(filter),
      isPrepared:
        !isCopied && (isUsual(filter) || count !== null) && (page.first ?? page.last ?? PAGE_SIZE) === PAGE_SIZE,
      brings: isStaff(viewer)
        ? ['requester', 'assignee', 'organization', 'category']
        : seesOthers(viewer)
          ? ['requester']
          : [],
      adds: {
        ...(isStaff(viewer) && { hasDraft: withHasDraft(viewer) }),
        ...(isCopied && withChange(viewer)),
      },
    })
    return {
      ...result,
      similarNames,
      counts: () => countsOfPage(context, filter, result),
      ...(count !== null && { totalCount: async () => count }),
    }
  }

  @FieldResolver(() => Category, { nullable: true, description: 'What it is about.' })
  category(@Root() ticket: Ticket, @Ctx() { em }: Context): Promise<Category | null> {
    return loaded(em, ticket.category)
  }

  @FieldResolver(() => User, { description: 'Whose ticket it is.' })
  requester(@Root() ticket: Ticket, @Ctx() { em }: Context): Promise<User | null> {
    return loaded(em, ticket.requester)
  }

  @FieldResolver(() => User, { nullable: true, description: 'Who works it; null for customers.' })
  assignee(@Root() ticket: Ticket, @Ctx() { em, viewer }: Context): Promise<User | null> | null {
    return isStaff(viewer) ? loaded(em, ticket.assignee) : null
  }

  @FieldResolver(() => Organization, {
    nullable: true,
    description: "The requester's organization when it was opened.",
  })
  organization(@Root() ticket: Ticket, @Ctx() { em }: Context): Promise<Organization | null> {
    return loaded(em, ticket.organization)
  }

  @FieldResolver(() => Agreement, {
    nullable: true,
    description:
      "Of its organization's service agreements the one in force today, of several the one that promises an answer soonest; team only.",
  })
  async agreement(@Root() ticket: Ticket, @Ctx() context: Context): Promise<Agreement | null> {
    return isStaff(context.viewer) ? agreementOf(context, ticket) : null
  }

  @FieldResolver(() => [String], { description: "The team's tags; empty for customers." })
  tags(@Root() ticket: Ticket, @Ctx() { viewer }: Context): string[] {
    return isStaff(viewer) ? ticket.tags : []
  }

  @FieldResolver(() => Date, { description: 'Last change that the viewer can see.' })
  updatedAt(@Root() ticket: Ticket, @Ctx() { viewer }: Context): Date {
    return isStaff(viewer) ? ticket.touchedAt : ticket.updatedAt
  }

  @FieldResolver(() => Date, { nullable: true, description: 'Since when the customer waits for an answer; team only.' })
  unansweredSince(@Root() ticket: Ticket, @Ctx() { viewer }: Context): Date | null {
    return isStaff(viewer) ? ticket.unansweredSince : null
  }

  @FieldResolver(() => Date, { nullable: true, description: 'When a done ticket closes by itself, if nobody writes.' })
  closesAt(@Root() ticket: Ticket, @Ctx() { config }: Context): Date | null {
    return ticket.status === TicketStatus.DONE
      ? new Date(ticket.lastMessageAt.getTime() + config.autoCloseDays * DAY)
      : null
  }

  @FieldResolver(() => Boolean, {
    description: 'Whether it waits to be released or dropped; always false for customers.',
  })
  isHeld(@Root() ticket: Ticket, @Ctx() { viewer }: Context): boolean {
    return isStaff(viewer) && ticket.hold !== null
  }

  @FieldResolver(() => TicketMatch, { nullable: true, description: 'Where it has the words of a search.' })
  match(
    @Root() { id }: Ticket,
    @Arg('search', () => String, { description: 'What was searched for, as in the filter.' }) search: string,
    @Ctx() context: Context,
  ): Promise<TicketMatch | null> {
    return matchOf(context, id, cleanLine(search).slice(0, 200))
  }

  @FieldResolver(() => [User], { description: 'Further people who read and comment.' })
  participants(@Root() ticket: Ticket, @Ctx() { em }: Context): Promise<readonly User[]> {
    return related(em, ticket, 'participants')
  }

  @FieldResolver(() => Ticket, {
    nullable: true,
    description: 'The closed ticket that this one goes on from, where the viewer may see it.',
  })
  followUpOf(@Root() ticket: Ticket, @Ctx() context: Context): Promise<Ticket | null> {
    return followUpOf(context, ticket)
  }

  @FieldResolver(() => [Ticket], {
    description: 'Tickets that go on from this one, as far as the viewer may see them.',
  })
  followUps(@Root() ticket: Ticket, @Ctx() context: Context): Promise<readonly Ticket[]> {
    return followUpsOf(context, ticket)
  }

  @FieldResolver(() => MessageConnection, { description: 'The conversation, oldest first.' })
  messages(
    @Root() ticket: Ticket,
    @Args(() => PageArgs) page: PageArgs,
    @Ctx() context: Context,
  ): Promise<Connection<Message>> {
    const { em, viewer } = context
    return keysetPage(em, page, {
      type: Message,
      parent: { column: 'ticket_id', property: 'ticket', id: ticket.id },
      where: readableMessages(viewer),
      order: { name: 'written', columns: ['created_at', 'id'], properties: ['createdAt', 'id'], descending: false },
      fingerprint: ticket.id,
      brings: ['author', 'attachments'],
      adds: isStaff(viewer) ? { ...withDeliveries, mail: withMail(context) } : {},
      isPrepared: true,
    })
  }

  @FieldResolver(() => TicketEventConnection, {
    description: 'Its history, oldest first; for customers changes of status and public messages.',
  })
  events(
    @Root() ticket: Ticket,
    @Args(() => PageArgs) page: PageArgs,
    @Arg('type', () => [TicketEventType], { nullable: true, description: 'Only what happened of these kinds.' })
    types: TicketEventType[] | null,
    @Ctx() { em, viewer }: Context,
  ): Promise<Connection<TicketEvent>> {
    return keysetPage(em, page, {
      type: TicketEvent,
      parent: { column: 'ticket_id', property: 'ticket', id: ticket.id },
      where: allOf(readableEvents(viewer), ...(types ? [ofTypes(types)] : [])),
      order: { name: 'happened', columns: ['created_at', 'id'], properties: ['createdAt', 'id'], descending: false },
      fingerprint: [ticket.id, ...(types ?? [])].join(),
      brings: ['actor'],
      isPrepared: true,
    })
  }

  @FieldResolver(() => String, { description: 'Where it is read in a browser.' })
  url(@Root() ticket: Ticket, @Ctx() { config, viewer, via }: Context): string {
    return `${via === 'page' ? '' : config.baseUrl}${isStaff(viewer) ? '/agent' : ''}/tickets/${ticket.number}`
  }

  @FieldResolver(() => Boolean, { description: 'Whether the viewer may comment on it.' })
  mayComment(@Root() ticket: Ticket, @Ctx() { viewer }: Context): boolean {
    return mayComment(viewer, ticket)
  }

  @FieldResolver(() => Boolean, { description: 'Whether the viewer can end it by their own word now.' })
  mayMarkDone(@Root() ticket: Ticket, @Ctx() { viewer }: Context): boolean {
    return mayDecide(viewer, ticket) && openStatuses.includes(ticket.status)
  }

  @FieldResolver(() => Boolean, { description: 'Whether the viewer can open it again by their own word now.' })
  mayReopen(@Root() ticket: Ticket, @Ctx() { viewer }: Context): boolean {
    return mayDecide(viewer, ticket) && ticket.status === TicketStatus.DONE
  }

  @FieldResolver(() => Boolean, { description: 'Whether the viewer may answer it for the team.' })
  mayAnswer(@Root() ticket: Ticket, @Ctx() { viewer }: Context): boolean {
    return mayAnswer(viewer, ticket)
  }

  @FieldResolver(() => Boolean, { description: 'Whether the viewer may add internal notes.' })
  mayNote(@Root() ticket: Ticket, @Ctx() { viewer }: Context): boolean {
    return mayNote(viewer, ticket)
  }

  @FieldResolver(() => Boolean, {
    description: 'Whether the viewer may change status, priority, assignee, category and tags.',
  })
  mayUpdate(@Root() ticket: Ticket, @Ctx() { viewer }: Context): boolean {
    return mayUpdate(viewer, ticket)
  }

  @FieldResolver(() => Boolean, { description: 'Whether the viewer may mark it as spam now.' })
  mayMarkSpam(@Root() ticket: Ticket, @Ctx() { viewer }: Context): boolean {
    return mayMarkSpam(viewer, ticket) && ticket.hold !== Hold.SPAM
  }

  @FieldResolver(() => Boolean, { description: 'Whether the viewer may release it from being held.' })
  mayRelease(@Root() ticket: Ticket, @Ctx() { viewer }: Context): boolean {
    return mayRelease(viewer, ticket)
  }
}
