import type { Rel } from '@mikro-orm/core'
import { Entity, ManyToOne, Property } from '@mikro-orm/decorators/legacy'
import { Field, ObjectType, registerEnumType } from 'type-graphql'
import { Node } from '../graph/node.ts'
import { User } from '../people/user.ts'

/** What a token may do; the wire form has a colon, which GraphQL's enum names cannot have. */
export enum Scope {
  TICKETS_READ = 'tickets:read',
  TICKETS_WRITE = 'tickets:write',
  ADMIN = 'admin',
  ON_BEHALF = 'on-behalf',
}
registerEnumType(Scope, {
  name: 'Scope',
  description: 'What an API token may do.',
  valuesConfig: {
    TICKETS_READ: { description: '`tickets:read`: read what its owner may read.' },
    TICKETS_WRITE: { description: '`tickets:write`: write to tickets and upload files as its owner.' },
    ADMIN: { description: '`admin`: everything that its owner may do.' },
    ON_BEHALF: {
      description:
        '`on-behalf`: open tickets and comment in the name of customers (`onBehalfOf`), which the admin log keeps. Agents and admins.',
    },
  },
})

/** A bearer token `pd_…` of the API; only its hash is kept. */
@Entity()
@ObjectType({ implements: Node, description: 'An API token. The token itself is shown once, when it is made.' })
export class ApiToken extends Node {
  @ManyToOne(() => User, { index: true }) user: Rel<User>

  @Field(() => String, { description: 'What it is for.' })
  @Property({ type: 'text' })
  name: string

  /** Hex SHA-256 of the token. 256 random bits need no slow hash. */
  @Property({ type: 'text', unique: true }) hash: string

  @Field(() => [Scope], { description: 'What it may do.' })
  @Property({ type: 'string[]', columnType: 'text[]' })
  scopes: Scope[]

  @Field(() => Date, { description: 'When it was made.' })
  @Property({ type: 'timestamptz' })
  createdAt: Date

  @Field(() => Date, { description: 'When it ends by itself.' })
  @Property({ type: 'timestamptz' })
  expiresAt: Date

  @Field(() => Date, { nullable: true, description: 'When it was last used, to ten minutes.' })
  @Property({ type: 'timestamptz', nullable: true })
  lastUsedAt: Date | null = null

  @Field(() => String, { nullable: true, description: 'The network address from which that was.' })
  @Property({ type: 'text', nullable: true })
  lastUsedFrom: string | null = null

  @Field(() => Date, { nullable: true, description: 'When it was revoked.' })
  @Property({ type: 'timestamptz', nullable: true })
  revokedAt: Date | null = null

  constructor(user: User, name: string, hash: string, scopes: Scope[], now: Date, expiresAt: Date) {
    super()
    this.user = user
    this.name = name
    this.hash = hash
    this.scopes = scopes
    this.createdAt = now
    this.expiresAt = expiresAt
  }
}
