import { type Rel } from '@mikro-orm/core'
import { Entity, Enum, ManyToOne, Property } from '@mikro-orm/decorators/legacy'
import { Field, Int, ObjectType } from 'type-graphql'
import { listOf } from '../graph/lists.ts'
import { Node } from '../graph/node.ts'
import { Role, User } from '../people/user.ts'
import { TicketPriority } from './vocabulary.ts'

/** Admins say how it is called, and what a new ticket about it begins with. An archived one can no longer be chosen. */
@Entity()
@ObjectType({ implements: Node, description: 'What a ticket is about, as chosen on the form.' })
export class Category extends Node {
  @Field(() => String, { description: 'Its English name.' })
  @Property({ type: 'text', unique: true })
  nameEn: string

  @Field(() => String, { description: 'Its German name.' })
  @Property({ type: 'text', unique: true })
  nameDe: string

  @Field(() => String, { nullable: true, description: 'What the English form says beside it.' })
  @Property({ type: 'text', nullable: true })
  hintEn: string | null = null

  @Field(() => String, { nullable: true, description: 'What the German form says beside it.' })
  @Property({ type: 'text', nullable: true })
  hintDe: string | null = null

  @Field(() => Int, { description: 'Its place among the others.' })
  @Property({ type: 'integer' })
  position: number

  /** Who works what is new about it; null = whoever takes it. */
  @ManyToOne(() => User, { nullable: true, index: true }) assignee: Rel<User> | null = null
  /** How pressing what is new about it is; null = normal. */
  @Enum({ items: () => TicketPriority, nativeEnumName: 'ticket_priority', nullable: true })
  priority: TicketPriority | null = null
  @Property({ type: 'timestamptz', nullable: true }) archivedAt: Date | null = null

  constructor(nameEn: string, nameDe: string, position: number) {
    super()
    this.nameEn = nameEn
    this.nameDe = nameDe
    this.position = position
  }

  /** The default assignee, as long as they work tickets. */
  get worker(): User | null {
    const { assignee } = this
    const works = assignee?.role === Role.AGENT || assignee?.role === Role.ADMIN
    return works && assignee.disabledAt === null ? assignee : null
  }
}

/** Those that can be chosen. */
export const categories = listOf(() => Category, {
  where: 't.archived_at is null',
  orderBy: 't.position, t.id',
  limit: 200,
})
