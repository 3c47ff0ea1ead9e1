import type { Rel } from '@mikro-orm/core'
import { Check, Entity, ManyToOne, Property } from '@mikro-orm/decorators/legacy'
import { Field, Int, ObjectType } from 'type-graphql'
import { Node } from '../graph/node.ts'
import { Organization } from './organization.ts'

/** V6: what an organization has a right to, from a first to a last day, both included. */
@Entity()
@Check({ expression: '"until" is null or "until" >= "from"' })
@ObjectType({ implements: Node, description: 'A service agreement: what an organization has a right to, and when.' })
export class Agreement extends Node {
  @ManyToOne(() => Organization, { index: true }) organization: Rel<Organization>

  @Field(() => String, { description: 'First day, as YYYY-MM-DD.' })
  @Property({ type: 'date' })
  from: string

  @Field(() => String, { nullable: true, description: 'Last day, as YYYY-MM-DD; null = until further notice.' })
  @Property({ type: 'date', nullable: true })
  until: string | null = null

  @Field(() => Boolean, { description: 'Whether it includes the portal.' })
  @Property({ type: 'boolean' })
  portalAccess: boolean

  @Field(() => Int, { nullable: true, description: 'Hours within which a first answer is promised.' })
  @Property({ type: 'integer', nullable: true })
  responseHours: number | null = null

  constructor(organization: Organization, from: string, until: string | null, portalAccess: boolean) {
    super()
    this.organization = organization
    this.from = from
    this.until = until
    this.portalAccess = portalAccess
  }

  /** Days as YYYY-MM-DD, which compare as text. */
  isInForce(day: string): boolean {
    return this.from <= day && (this.until === null || day <= this.until)
  }
}
