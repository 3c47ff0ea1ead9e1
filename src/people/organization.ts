import { Collection } from '@mikro-orm/core'
import { Entity, OneToMany, Property } from '@mikro-orm/decorators/legacy'
import { Field, ObjectType } from 'type-graphql'
import { Node } from '../graph/node.ts'
import { Agreement } from './agreement.ts'

@Entity()
@ObjectType({ implements: Node, description: 'Customers that belong together.' })
export class Organization extends Node {
  @Field(() => String, { description: 'The name of the company.' })
  @Property({ type: 'text', unique: true })
  name: string

  @Property({ type: 'timestamptz' }) createdAt: Date
  @OneToMany(() => Agreement, agreement => agreement.organization) agreements = new Collection<Agreement>(this)

  constructor(name: string, createdAt: Date) {
    super()
    this.name = name
    this.createdAt = createdAt
  }
}
