import { Entity, Property } from '@mikro-orm/decorators/legacy'
import { ObjectType } from 'type-graphql'
import { listOf } from '../graph/lists.ts'
import { Node } from '../graph/node.ts'

@Entity()
@ObjectType({ implements: Node, description: 'What a ticket is about, as chosen on the form.' })
export class Category extends Node {
  @Property({ type: 'text', unique: true }) nameEn: string
  @Property({ type: 'text', unique: true }) nameDe: string
  @Property({ type: 'integer' }) position: number
  @Property({ type: 'timestamptz', nullable: true }) archivedAt: Date | null = null

  constructor(nameEn: string, nameDe: string, position: number) {
    super()
    this.nameEn = nameEn
    this.nameDe = nameDe
    this.position = position
  }
}

/** Those that can be chosen. */
export const categories = listOf(() => Category, {
  where: 't.archived_at is null',
  orderBy: 't.position, t.id',
  limit: 200,
})
