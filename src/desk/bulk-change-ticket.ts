import type { Rel } from '@mikro-orm/core'
import { Entity, Enum, Index, ManyToOne, Property, Unique } from '@mikro-orm/decorators/legacy'
import { Field, ObjectType, registerEnumType } from 'type-graphql'
import { Node } from '../graph/node.ts'
import { Ticket } from '../tickets/ticket.ts'
import type { TicketStatus } from '../tickets/ticket-status.ts'
import type { TicketPriority } from '../tickets/vocabulary.ts'
import { BulkChange } from './bulk-change.ts'

export enum BulkOutcome {
  CHANGED = 'CHANGED',
  UNCHANGED = 'UNCHANGED',
  FAILED = 'FAILED',
}
registerEnumType(BulkOutcome, {
  name: 'BulkOutcome',
  description: 'What became of one ticket of a bulk change.',
  valuesConfig: {
    CHANGED: { description: 'It was changed.' },
    UNCHANGED: { description: 'It was like that already.' },
    FAILED: { description: 'It could not be changed, and the reason says why.' },
  },
})

export enum BulkFailure {
  MERGED = 'MERGED',
  HELD = 'HELD',
  CLOSED = 'CLOSED',
  CHANGED = 'CHANGED',
  NEWER_MESSAGE = 'NEWER_MESSAGE',
  TOO_MANY_TAGS = 'TOO_MANY_TAGS',
  ASSIGNEE_GONE = 'ASSIGNEE_GONE',
  FORBIDDEN = 'FORBIDDEN',
  INTERNAL = 'INTERNAL',
}
registerEnumType(BulkFailure, {
  name: 'BulkFailure',
  description: 'Why a ticket of a bulk change was not changed, or not wholly.',
  valuesConfig: {
    MERGED: { description: 'It was put into another ticket.' },
    HELD: { description: 'It is held, not in the queue.' },
    CLOSED: { description: 'It was closed after it had been selected.' },
    CHANGED: { description: 'Somebody else changed it after it had been selected, or after what is undone.' },
    NEWER_MESSAGE: { description: 'Somebody wrote after it had been selected, so its status was left alone.' },
    TOO_MANY_TAGS: { description: 'It would have more tags than a ticket may have.' },
    ASSIGNEE_GONE: { description: 'Whoever was to work it does not work tickets any more.' },
    FORBIDDEN: { description: 'Whoever asked for it does not work tickets any more.' },
    INTERNAL: { description: 'A mistake of ours; the log tells more.' },
  },
})

/** How a ticket stands, as JSON holds it; ids of what it refers to. */
export interface Standing {
  status: TicketStatus
  priority: TicketPriority
  assignee: string | null
  category: string | null
  tags: string[]
  unansweredSince: string | null
  doneAt: string | null
  closedAt: string | null
}

/** One ticket of a bulk change. */
@Entity()
@Unique({ properties: ['bulkChange', 'position'] })
@Index({
  name: 'bulk_change_ticket_due',
  expression:
    'create index bulk_change_ticket_due on bulk_change_ticket (bulk_change_id, position) where outcome is null',
})
@Index({
  name: 'bulk_change_ticket_outcome',
  expression: 'create index bulk_change_ticket_outcome on bulk_change_ticket (bulk_change_id, outcome, position, id)',
})
@ObjectType({ implements: Node, description: 'One ticket of a bulk change, and what became of it.' })
export class BulkChangeTicket extends Node {
  @ManyToOne(() => BulkChange, { deleteRule: 'cascade' }) bulkChange!: Rel<BulkChange>
  @ManyToOne(() => Ticket, { index: true, deleteRule: 'cascade' }) ticket!: Rel<Ticket>
  /** By ticket number. */
  @Property({ type: 'integer' }) position!: number

  @Field(() => BulkOutcome, { nullable: true, description: 'Null while it waits for its turn.' })
  @Enum({ items: () => BulkOutcome, nativeEnumName: 'bulk_outcome', nullable: true })
  outcome: BulkOutcome | null = null

  @Field(() => BulkFailure, { nullable: true, description: 'Why it failed.' })
  @Enum({ items: () => BulkFailure, nativeEnumName: 'bulk_failure', nullable: true })
  reason: BulkFailure | null = null

  /** When it was selected; once it was changed, just before that. */
  @Property({ type: 'json' }) before!: Standing
  @Property({ type: 'timestamptz', nullable: true }) changedAt: Date | null = null
}
