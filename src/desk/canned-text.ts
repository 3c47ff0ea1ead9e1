import { Entity, Index, Property } from '@mikro-orm/decorators/legacy'
import { Field, Int, ObjectType } from 'type-graphql'
import { listOf } from '../graph/lists.ts'
import { Node } from '../graph/node.ts'

/** A text that agents answer with again and again. An archived one is no longer offered. */
@Entity()
@Index({
  name: 'canned_text_name',
  expression: 'create unique index canned_text_name on canned_text (name) where archived_at is null',
})
@ObjectType({ implements: Node, description: 'A text that agents answer with again and again. For the team.' })
export class CannedText extends Node {
  @Field(() => String, { description: 'By what agents find it.' })
  @Property({ type: 'text' })
  name: string

  @Field(() => String, { description: 'What goes into the answer, with placeholders such as `{{customer}}`.' })
  @Property({ type: 'text' })
  text: string

  @Field(() => Int, { description: 'Its place among the others.' })
  @Property({ type: 'integer' })
  position: number

  @Property({ type: 'timestamptz', nullable: true }) archivedAt: Date | null = null

  constructor(name: string, text: string, position: number) {
    super()
    this.name = name
    this.text = text
    this.position = position
  }
}

/** Those that agents choose from. */
export const cannedTexts = listOf(() => CannedText, {
  where: 't.archived_at is null',
  orderBy: 't.position, t.name',
  limit: 500,
})
