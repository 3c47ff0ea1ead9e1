import { Collection, type Rel } from '@mikro-orm/core'
import { Entity, Enum, Index, ManyToOne, OneToMany, Property, Unique } from '@mikro-orm/decorators/legacy'
import { Field, Int, ObjectType, registerEnumType } from 'type-graphql'
import { Node } from '../graph/node.ts'
import { User } from '../people/user.ts'
import { Category } from '../tickets/category.ts'
import type { TicketFilter } from '../tickets/ticket-filter.ts'
import { TicketStatus } from '../tickets/ticket-status.ts'
import { TicketPriority } from '../tickets/vocabulary.ts'

export enum BulkState {
  RUNNING = 'RUNNING',
  STOPPED = 'STOPPED',
  FINISHED = 'FINISHED',
}
registerEnumType(BulkState, {
  name: 'BulkState',
  description: 'How far a bulk change has come.',
  valuesConfig: {
    RUNNING: { description: 'A worker is at it, or soon will be.' },
    STOPPED: { description: 'It was undone before its end; the rest of its tickets was not touched.' },
    FINISHED: { description: 'Every ticket had its turn.' },
  },
})

/** What is done to each of its tickets. */
export type BulkDeed = Pick<
  BulkChange,
  'status' | 'priority' | 'assignee' | 'setsAssignee' | 'category' | 'setsCategory' | 'addTags' | 'removeTags'
>

/**
 * One change of many tickets, worked off by a job. Which tickets is settled when it is asked for; how far it has come
 * stands in its counters, which are written with the tickets themselves. Undoing is a bulk change of its own.
 */
@Entity()
@Index({
  name: 'bulk_change_newest',
  expression: 'create index bulk_change_newest on bulk_change (created_at desc, id desc)',
})
@ObjectType({ implements: Node, description: 'One change of many tickets at once, and how far it has come.' })
export class BulkChange extends Node {
  @ManyToOne(() => User, { index: true }) owner: Rel<User>

  @Field(() => Date, { description: 'When it was asked for; what is selected is fixed as of then.' })
  @Property({ type: 'timestamptz' })
  createdAt: Date

  /** As of then somebody saw the tickets: where a message came since, a status is not changed over its author's head. */
  @Property({ type: 'timestamptz' }) seenAt: Date
  /** Set = all that matched; for the record. */
  @Property({ type: 'json', nullable: true }) filter: TicketFilter | null = null

  @Field(() => TicketStatus, { nullable: true, description: 'The new status; null = stays.' })
  @Enum({ items: () => TicketStatus, nativeEnumName: 'ticket_status', nullable: true })
  status: TicketStatus | null = null

  @Field(() => TicketPriority, { nullable: true, description: 'The new priority; null = stays.' })
  @Enum({ items: () => TicketPriority, nativeEnumName: 'ticket_priority', nullable: true })
  priority: TicketPriority | null = null

  @Field(() => Boolean, { description: 'Whether it says who works them; without an assignee, nobody does.' })
  @Property({ type: 'boolean' })
  setsAssignee = false
  @ManyToOne(() => User, { nullable: true, index: true }) assignee: Rel<User> | null = null

  @Field(() => Boolean, { description: 'Whether it says what they are about; without a category, nothing.' })
  @Property({ type: 'boolean' })
  setsCategory = false
  @ManyToOne(() => Category, { nullable: true, index: true }) category: Rel<Category> | null = null

  @Field(() => [String], { description: 'Tags that are added.' })
  @Property({ type: 'string[]', columnType: 'text[]' })
  addTags: string[] = []

  @Field(() => [String], { description: 'Tags that are taken away.' })
  @Property({ type: 'string[]', columnType: 'text[]' })
  removeTags: string[] = []

  @Field(() => Int, { description: 'How many tickets were selected.' })
  @Property({ type: 'integer' })
  total: number

  @Field(() => Int, { description: 'How many had their turn so far.' })
  @Property({ type: 'integer' })
  done = 0

  @Field(() => Int, { description: 'How many of these were changed.' })
  @Property({ type: 'integer' })
  changed = 0

  @Field(() => Int, { description: 'How many of these could not be changed.' })
  @Property({ type: 'integer' })
  failed = 0

  @Field(() => Date, { nullable: true, description: 'When the last ticket had its turn, or it was stopped.' })
  @Property({ type: 'timestamptz', nullable: true })
  finishedAt: Date | null = null

  /** Set = it gives back what that one changed. At most one does. */
  @Unique({ name: 'bulk_change_undoes_id_unique' })
  @ManyToOne(() => BulkChange, { nullable: true })
  undoes: Rel<BulkChange> | null = null

  @OneToMany(
    () => BulkChange,
    other => other.undoes,
  )
  undoneBy = new Collection<BulkChange>(this)

  constructor(owner: User, total: number, now: Date, seenAt: Date = now) {
    super()
    this.owner = owner
    this.total = total
    this.createdAt = now
    this.seenAt = seenAt
  }

  @Field(() => BulkState, { description: 'Whether it still runs.' })
  get state(): BulkState {
    if (this.finishedAt === null) return BulkState.RUNNING
    return this.done < this.total ? BulkState.STOPPED : BulkState.FINISHED
  }

  @Field(() => Boolean, { description: 'Whether it was for all that matched a filter.' })
  get isByFilter(): boolean {
    return this.filter !== null
  }
}
