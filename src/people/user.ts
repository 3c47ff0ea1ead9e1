import { type Rel } from '@mikro-orm/core'
import { Entity, Enum, Index, ManyToOne, Property } from '@mikro-orm/decorators/legacy'
import { Field, ObjectType, registerEnumType } from 'type-graphql'
import { Node } from '../graph/node.ts'
import type { Language } from '../i18n/language.ts'
import { Organization } from './organization.ts'

export enum Role {
  CUSTOMER = 'CUSTOMER',
  AGENT = 'AGENT',
  SALES = 'SALES',
  ADMIN = 'ADMIN',
}
registerEnumType(Role, {
  name: 'Role',
  description: 'What somebody is to the company.',
  valuesConfig: {
    CUSTOMER: { description: 'Sends requests and follows them.' },
    AGENT: { description: 'Works requests.' },
    SALES: { description: 'Looks after agreements, organizations and the support list; reads requests.' },
    ADMIN: { description: 'May do everything.' },
  },
})

/** What a search for people looks at, as SQL; the index below is on the same words. Parts of an address count as words. */
export const USER_WORDS = (prefix = ''): string => `${prefix}name || ' ' || translate(${prefix}email, '@.-_+', '     ')`

/** Longer than any name in use; keeps a page readable. */
export const NAME_LENGTH = 100

/**
 * A person known by address. Without a password they are a *contact*; setting one through a mailed link proves the
 * address and makes them an account.
 */
@Entity({ tableName: 'person' })
// The few who answer, among all who ask: whom to tell, whom to choose from.
@Index({
  name: 'person_team',
  expression: "create index person_team on person (name, id) where role <> 'CUSTOMER'",
})
@Index({ name: 'person_by_name', expression: 'create index person_by_name on person (name, id)' })
@Index({
  name: 'person_of_organization',
  expression: 'create index person_of_organization on person (organization_id, name, id)',
})
@Index({
  name: 'person_words',
  expression: `create index person_words on person using gin (to_tsvector('simple', ${USER_WORDS()}))`,
})
// Who may have been meant by a mistyped name.
@Index({
  name: 'person_similar',
  expression: "create index person_similar on person using gin (plain_letters(name || ' ' || email) gin_trgm_ops)",
})
// Who may belong to an organization by their address, once its domain is entered.
@Index({
  name: 'person_without_organization',
  expression:
    "create index person_without_organization on person (split_part(email, '@', 2)) where organization_id is null and role = 'CUSTOMER' and confirmed_at is not null",
})
@ObjectType({ implements: Node, description: 'A person: customer, agent, sales or admin.' })
export class User extends Node {
  /** Lower case; compared as it stands. */
  @Property({ type: 'text', unique: true }) email: string

  /** Their address where they never gave one. */
  @Property({ type: 'text' }) name: string

  @Enum({ items: () => Role, nativeEnumName: 'role' }) role: Role = Role.CUSTOMER
  /** Argon2id; null = contact. */
  @Property({ type: 'text', nullable: true, lazy: true }) passwordHash: string | null = null
  /** When a password was first set through a mailed link. */
  @Property({ type: 'timestamptz', nullable: true }) confirmedAt: Date | null = null
  @Property({ type: 'timestamptz', nullable: true }) disabledAt: Date | null = null
  @Property({ type: 'text', nullable: true }) language: Language | null = null
  @Property({ type: 'text', nullable: true }) timezone: string | null = null
  /** Whether status notices are wanted; receipts, answers and the done mail go out anyway (V9, H14, H17). */
  @Property({ type: 'boolean' }) wantsStatusMail = true
  @Property({ type: 'boolean' }) wantsWeeklyReport = true
  @ManyToOne(() => Organization, { nullable: true }) organization: Rel<Organization> | null = null
  /** Whether they read and comment on what their colleagues ask, too; what is private excepted. */
  @Property({ type: 'boolean', default: false }) seesOrganization = false
  /** Set = an alias: all that was theirs is another's. */
  @ManyToOne(() => User, { nullable: true, index: true }) mergedInto: Rel<User> | null = null
  @Property({ type: 'timestamptz' }) createdAt: Date

  constructor(email: string, name: string, createdAt: Date) {
    super()
    this.email = email.toLowerCase()
    this.name = name
    this.createdAt = createdAt
  }

  @Field(() => Boolean, { description: 'Whether they belong to the company that answers.' })
  get isTeam(): boolean {
    return this.role !== Role.CUSTOMER
  }

  get isContact(): boolean {
    return this.confirmedAt === null
  }
}
