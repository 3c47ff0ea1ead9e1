import { Collection } from '@mikro-orm/core'
import { Entity, Index, OneToMany, Property } from '@mikro-orm/decorators/legacy'
import { Field, ObjectType } from 'type-graphql'
import { Node } from '../graph/node.ts'
import { Agreement } from './agreement.ts'

/** What a search for organizations looks at, as SQL; the index below is on the same words. */
export const ORGANIZATION_WORDS = (prefix = ''): string => `${prefix}name`

@Entity()
@Index({ name: 'organization_by_name', expression: 'create index organization_by_name on organization (name, id)' })
@Index({
  name: 'organization_words',
  expression: `create index organization_words on organization using gin (to_tsvector('simple', ${ORGANIZATION_WORDS()}))`,
})
@Index({
  name: 'organization_similar',
  expression: 'create index organization_similar on organization using gin (plain_letters(name) gin_trgm_ops)',
})
@ObjectType({ implements: Node, description: 'Customers that belong together.' })
export class Organization extends Node {
  @Field(() => String, { description: 'The name of the company.' })
  @Property({ type: 'text', unique: true })
  name: string

  @Field(() => Date, { description: 'When it was added.' })
  @Property({ type: 'timestamptz' })
  createdAt: Date

  /** Whether people with a proven address of its domains belong to it by themselves; else sales say so. */
  @Property({ type: 'boolean', default: false }) joins = false

  @OneToMany(
    () => Agreement,
    agreement => agreement.organization,
  )
  agreements = new Collection<Agreement>(this)

  constructor(name: string, createdAt: Date) {
    super()
    this.name = name
    this.createdAt = createdAt
  }
}
