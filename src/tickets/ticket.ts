import { Collection, type Rel } from '@mikro-orm/core'
import { Check, Entity, Enum, Index, ManyToMany, ManyToOne, OneToMany, Property } from '@mikro-orm/decorators/legacy'
import { Field, Int, ObjectType } from 'type-graphql'
import type { MailContent } from '../graph/context.ts'
import { Node } from '../graph/node.ts'
import { Refusal } from '../graph/refusal.ts'
import { Organization } from '../people/organization.ts'
import { User } from '../people/user.ts'
import { Category } from './category.ts'
import { Message } from './message.ts'
import { TicketEvent } from './ticket-event.ts'
import { answerStatuses, openStatuses, statusAfter, TicketStatus } from './ticket-status.ts'
import { Channel, MessageVisibility, TicketEventType, TicketPriority } from './vocabulary.ts'

/** Why a request waits in `/agent/held` instead of the queue. */
export enum Hold {
  RATE = 'RATE',
  HONEYPOT = 'HONEYPOT',
  TOO_FAST = 'TOO_FAST',
  SPAM = 'SPAM',
  BLOCKED = 'BLOCKED',
}

/** What goes with a message besides its text. */
export interface MessageDetails {
  channel: Channel
  now: Date
  mail?: MailContent
}

/**
 * A request and all that belongs to it. The rules of its life are methods here; they touch no database, so whatever a
 * change brings along (message, event, follow-up) hangs on the ticket and is saved with it.
 */
@Entity()
// My requests, open ones first: one index serves the list, its tabs and both directions.
@Index({
  name: 'ticket_of_requester',
  expression: 'create index ticket_of_requester on ticket (requester_id, is_open desc, updated_at desc, id desc)',
})
// The same by last change alone, as programs read them.
@Index({
  name: 'ticket_own_changes',
  expression: 'create index ticket_own_changes on ticket (requester_id, updated_at desc, id desc)',
})
@Index({
  name: 'ticket_queue',
  expression: 'create index ticket_queue on ticket (is_answered, queue_since, id) where is_open and hold is null',
})
// The queue's other tabs, in the queue's order.
@Index({
  name: 'ticket_of_assignee',
  expression:
    'create index ticket_of_assignee on ticket (assignee_id, is_answered, queue_since, id) where is_open and hold is null',
})
@Index({
  name: 'ticket_waiting',
  expression:
    "create index ticket_waiting on ticket (is_answered, queue_since, id) where status = 'WAITING' and hold is null",
})
@Index({
  name: 'ticket_new',
  expression: "create index ticket_new on ticket (is_answered, queue_since, id) where status = 'NEW' and hold is null",
})
// Nobody's: the order of `ticket_of_assignee` is of no use where the assignee is null.
@Index({
  name: 'ticket_unassigned',
  expression:
    'create index ticket_unassigned on ticket (is_answered, queue_since, id) where is_open and hold is null and assignee_id is null',
})
@Index({
  name: 'ticket_of_organization',
  expression: 'create index ticket_of_organization on ticket (organization_id, touched_at desc, id desc)',
})
// What colleagues see, in the order of their list.
@Index({
  name: 'ticket_shared',
  expression:
    'create index ticket_shared on ticket (organization_id, is_open desc, updated_at desc, id desc) where not is_private and hold is null',
})
// What is overdue: without a first answer, by who was promised one.
@Index({
  name: 'ticket_promised',
  expression:
    'create index ticket_promised on ticket (organization_id, created_at) where is_open and hold is null and first_response_at is null',
})
// The queue by what people filter and save views by.
@Index({
  name: 'ticket_of_category',
  expression:
    'create index ticket_of_category on ticket (category_id, is_answered, queue_since, id) where hold is null',
})
@Index({
  name: 'ticket_of_priority',
  expression:
    'create index ticket_of_priority on ticket (priority, is_answered, queue_since, id) where is_open and hold is null',
})
@Index({
  name: 'ticket_of_channel',
  expression: 'create index ticket_of_channel on ticket (channel, touched_at desc, id desc)',
})
@Index({ name: 'ticket_created', expression: 'create index ticket_created on ticket (created_at desc, id desc)' })
// The queue's order where a filter asks for what is done as well.
@Index({
  name: 'ticket_longest_first',
  expression: 'create index ticket_longest_first on ticket (is_answered, queue_since, id) where hold is null',
})
@Index({ name: 'ticket_of_tag', expression: 'create index ticket_of_tag on ticket using gin (tags)' })
@Index({
  name: 'ticket_done_at',
  expression: 'create index ticket_done_at on ticket (done_at, id) where done_at is not null',
})
@Index({ name: 'ticket_touched', expression: 'create index ticket_touched on ticket (touched_at desc, id desc)' })
// For whoever keeps a copy.
@Index({
  name: 'ticket_touched_in',
  expression: 'create index ticket_touched_in on ticket (touched_in, touched_at, id)',
})
@Index({
  name: 'ticket_updated_in',
  expression: 'create index ticket_updated_in on ticket (requester_id, updated_in, updated_at, id)',
})
@Index({
  name: 'ticket_held',
  expression: 'create index ticket_held on ticket (created_at, id) where hold is not null',
})
// What an agent decides about, oldest first; and what was put aside, last changed first.
@Index({
  name: 'ticket_to_release',
  expression:
    "create index ticket_to_release on ticket (created_at, id) where hold in ('RATE', 'HONEYPOT', 'TOO_FAST')",
})
@Index({
  name: 'ticket_put_aside',
  expression: 'create index ticket_put_aside on ticket (hold, touched_at desc, id desc) where hold is not null',
})
// For the job that closes what has been done for some weeks (H17).
@Index({
  name: 'ticket_done',
  expression: "create index ticket_done on ticket (last_message_at, id) where status = 'DONE'",
})
@Index({
  name: 'ticket_search_public',
  expression: 'create index ticket_search_public on ticket using gin (search_public)',
})
@Index({
  name: 'ticket_search_notes',
  expression: 'create index ticket_search_notes on ticket using gin (search_notes)',
})
@Check({ expression: "(status = 'CLOSED') = (closed_at is not null)" })
@ObjectType({ implements: Node, description: 'A request and all that belongs to it.' })
export class Ticket extends Node {
  @Field(() => Int, { description: 'The public number, from 10001 on.' })
  @Property({ type: 'integer', unique: true, defaultRaw: "nextval('ticket_number')", ignoreSchemaChanges: ['default'] })
  number!: number

  @Field(() => String, { description: 'What it is about, in one line.' })
  @Property({ type: 'text' })
  subject: string

  @Field(() => TicketStatus, { description: 'Where it stands.' })
  @Enum({ items: () => TicketStatus, nativeEnumName: 'ticket_status' })
  status: TicketStatus = TicketStatus.NEW

  /** Generated column: `NEW`, `OPEN` or `WAITING`. */
  @Property({ type: 'boolean', generated: "(status in ('NEW', 'OPEN', 'WAITING')) stored" })
  readonly isOpen!: boolean

  @Field(() => Channel, { description: 'By which way it came.' })
  @Enum({ items: () => Channel, nativeEnumName: 'channel', default: Channel.WEB })
  channel: Channel

  @Field(() => TicketPriority, { description: 'How pressing it is.' })
  @Enum({ items: () => TicketPriority, nativeEnumName: 'ticket_priority' })
  priority: TicketPriority = TicketPriority.NORMAL

  @ManyToOne(() => Category, { nullable: true }) category: Rel<Category> | null = null
  @ManyToOne(() => User) requester: Rel<User>
  @ManyToOne(() => User, { nullable: true, index: true }) assignee: Rel<User> | null = null
  @ManyToOne(() => Organization, { nullable: true, index: true }) organization: Rel<Organization> | null
  @Property({ type: 'string[]', columnType: 'text[]', default: [] }) tags: string[] = []
  @ManyToMany(() => User, undefined, { pivotTable: 'ticket_participant' }) participants = new Collection<User>(this)

  @Field(() => Boolean, { description: 'False while nobody proved that the requester typed their own address.' })
  @Property({ type: 'boolean' })
  requesterProven: boolean

  @Field(() => Boolean, {
    description: 'Whether colleagues who see all tickets of the organization do not see this one.',
  })
  @Property({ type: 'boolean', default: false })
  isPrivate = false

  /** Set = not in the queue, but in `/agent/held`; the customer sees no difference. */
  @Enum({ items: () => Hold, nativeEnumName: 'hold', nullable: true }) hold: Hold | null = null

  @Field(() => Date, { description: 'When it was opened.' })
  @Property({ type: 'timestamptz' })
  createdAt: Date

  /** Last change a customer can see; a note does not move it (§8: no cursor includes a note). */
  @Property({ type: 'timestamptz' }) updatedAt: Date
  /** Last change of any kind, as the team sees it. */
  @Property({ type: 'timestamptz' }) touchedAt: Date
  /** In which transaction it was last changed at all, and in a way that customers see; kept by a trigger, see changes.ts. */
  @Property({ type: 'bigint', lazy: true, defaultRaw: '0' }) readonly touchedIn!: string
  @Property({ type: 'bigint', lazy: true, defaultRaw: '0' }) readonly updatedIn!: string

  @Field(() => Date, { nullable: true, description: 'When the team first answered.' })
  @Property({ type: 'timestamptz', nullable: true })
  firstResponseAt: Date | null = null

  @Field(() => Date, { nullable: true, description: 'When it was last set to done.' })
  @Property({ type: 'timestamptz', nullable: true })
  doneAt: Date | null = null

  @Field(() => Date, { nullable: true, description: 'When it was closed for good.' })
  @Property({ type: 'timestamptz', nullable: true })
  closedAt: Date | null = null

  /** Since when the customer waits for an answer; null = the team has the last word. Orders the queue. */
  @Property({ type: 'timestamptz', nullable: true }) unansweredSince: Date | null
  /** Generated columns: the queue shows the longest unanswered first, then what was answered longest ago. */
  @Property({ type: 'boolean', generated: '(unanswered_since is null) stored' }) readonly isAnswered!: boolean
  @Property({ type: 'timestamptz', generated: '(coalesce(unanswered_since, last_message_at)) stored' })
  readonly queueSince!: Date
  /** The last human message of either side; auto-closing counts from it (H17). */
  @Property({ type: 'timestamptz' }) lastMessageAt: Date
  /** Its messages are there now, and whatever comes for it goes there. */
  @ManyToOne(() => Ticket, { nullable: true, index: true }) mergedInto: Rel<Ticket> | null = null
  @ManyToOne(() => Ticket, { nullable: true, index: true }) followUpOf: Rel<Ticket> | null = null

  @OneToMany(
    () => Ticket,
    ticket => ticket.followUpOf,
  )
  followUps = new Collection<Ticket>(this)

  @OneToMany(
    () => Message,
    message => message.ticket,
  )
  messages = new Collection<Message>(this)
  @OneToMany(
    () => TicketEvent,
    event => event.ticket,
  )
  events = new Collection<TicketEvent>(this)

  /** Full-text documents, kept by triggers (see the migration): what participants may find, and what only the team may. */
  @Property({ type: 'text', columnType: 'tsvector', lazy: true, default: '' }) readonly searchPublic!: string
  @Property({ type: 'text', columnType: 'tsvector', lazy: true, default: '' }) readonly searchNotes!: string

  private constructor(requester: User, subject: string, channel: Channel, now: Date) {
    super()
    this.requester = requester
    this.organization = requester.organization
    this.subject = subject
    this.channel = channel
    this.requesterProven = false
    this.createdAt = now
    this.updatedAt = now
    this.touchedAt = now
    this.lastMessageAt = now
    this.unansweredSince = now
  }

  /** A new request with its first message. `by` is who wrote it down: the requester, or an agent for a caller. */
  static open(
    requester: User,
    subject: string,
    text: string,
    { channel, now, mail, by = requester, proven }: MessageDetails & { by?: User; proven: boolean },
  ): Ticket {
    const ticket = new Ticket(requester, subject, channel, now)
    ticket.requesterProven = proven
    ticket.record(TicketEventType.CREATED, by, now)
    ticket.messages.add(new Message(ticket, requester, text, MessageVisibility.PUBLIC, channel, now, mail))
    return ticket
  }

  /** A ticket for a message that is there already. */
  static around(requester: User, subject: string, channel: Channel, now: Date): Ticket {
    return new Ticket(requester, subject, channel, now)
  }

  /** A new ticket's category decides who works it and how pressing it is, until somebody decides otherwise. */
  beginUnder(category: Category | null): void {
    this.category = category
    this.assignee = category?.worker ?? null
    this.priority = category?.priority ?? TicketPriority.NORMAL
  }

  get isOpenStatus(): boolean {
    return openStatuses.includes(this.status)
  }

  get isClosed(): boolean {
    return this.status === TicketStatus.CLOSED
  }

  /** A word of the requester or a participant. On a closed ticket it opens a follow-up, so it is never lost. */
  comment(author: User, text: string, details: MessageDetails): Message {
    const next = statusAfter.comment[this.status]
    if (next === null) return this.followUp(author, text, details)
    const message = this.say(author, text, MessageVisibility.PUBLIC, details)
    this.unansweredSince ??= details.now
    this.moveTo(next, author, details.now)
    return message
  }

  /** The team's public answer; the agent says where the ticket stands with it. On a closed ticket: a follow-up. */
  answer(agent: User, text: string, status: TicketStatus, details: MessageDetails): Message {
    if (!answerStatuses.includes(status)) throw new Refusal('INVALID_STATUS', 'status')
    const ticket = this.isClosed ? this.openFollowUp(agent, details) : this
    const message = ticket.say(agent, text, MessageVisibility.PUBLIC, details)
    ticket.firstResponseAt ??= details.now
    ticket.unansweredSince = null
    ticket.moveTo(status, agent, details.now)
    return message
  }

  /** An internal note; nothing that a customer can see moves. */
  note(agent: User, text: string, details: MessageDetails): Message {
    return this.say(agent, text, MessageVisibility.INTERNAL, details)
  }

  /**
   * What a program wrote, such as an out-of-office reply: kept where it belongs, for the team to see. It is nobody's word,
   * so nothing moves: no status, no queue, no date that closing counts from.
   */
  keepAutomatic(author: User, text: string, { channel, now, mail }: MessageDetails): Message {
    const message = new Message(this, author, text, MessageVisibility.INTERNAL, channel, now, mail)
    message.isAutomatic = true
    this.messages.add(message)
    return message
  }

  /** Says whether anything changed; already done is fine. */
  markDone(by: User, now: Date): boolean {
    return this.moveByCustomer('markDone', by, now)
  }

  reopen(by: User, now: Date): boolean {
    return this.moveByCustomer('reopen', by, now)
  }

  /** The team's or the clock's change of status; says whether anything changed. */
  moveTo(status: TicketStatus, by: User | null, now: Date): boolean {
    if (status === this.status) return false
    this.record(TicketEventType.STATUS, by, now, this.status, status)
    this.status = status
    this.doneAt = status === TicketStatus.DONE ? now : this.doneAt
    this.closedAt = status === TicketStatus.CLOSED ? now : null
    if (!openStatuses.includes(status)) this.unansweredSince = null
    this.updatedAt = now
    return true
  }

  record(
    type: TicketEventType,
    actor: User | null,
    now: Date,
    from: string | null = null,
    to: string | null = null,
  ): void {
    this.events.add(new TicketEvent(this, type, actor, now, from, to))
    this.touchedAt = now
  }

  private followUp(author: User, text: string, details: MessageDetails): Message {
    const ticket = this.openFollowUp(author, details)
    return ticket.say(author, text, MessageVisibility.PUBLIC, details)
  }

  private openFollowUp(by: User, { channel, now }: MessageDetails): Ticket {
    const ticket = new Ticket(this.requester, this.subject, channel, now)
    this.followUps.add(ticket)
    ticket.category = this.category
    ticket.organization = this.organization
    ticket.assignee = this.assignee
    ticket.isPrivate = this.isPrivate
    ticket.hold = this.hold
    ticket.requesterProven = this.requesterProven
    ticket.participants.set(this.participants.isInitialized() ? this.participants.getItems() : [])
    ticket.record(TicketEventType.CREATED, by, now)
    this.record(TicketEventType.FOLLOW_UP, by, now)
    return ticket
  }

  private say(
    author: User,
    text: string,
    visibility: MessageVisibility,
    { channel, now, mail }: MessageDetails,
  ): Message {
    const message = new Message(this, author, text, visibility, channel, now, mail)
    this.messages.add(message)
    const isNote = visibility === MessageVisibility.INTERNAL
    this.record(isNote ? TicketEventType.NOTE : TicketEventType.MESSAGE, author, now)
    if (!isNote) this.updatedAt = this.lastMessageAt = now
    return message
  }

  private moveByCustomer(word: 'markDone' | 'reopen', by: User, now: Date): boolean {
    const next = statusAfter[word][this.status]
    if (next === null) throw new Refusal('TICKET_CLOSED')
    if (word === 'reopen' && next !== this.status) this.unansweredSince = now
    return this.moveTo(next, by, now)
  }
}
