// Whose mails and public requests are held whatever they say. Nothing of theirs is lost, and no notice goes to them.
import type { Rel } from '@mikro-orm/core'
import { Entity, Index, ManyToOne, Property } from '@mikro-orm/decorators/legacy'
import type { EntityManager } from '@mikro-orm/postgresql'
import { Field, ObjectType } from 'type-graphql'
import { Node } from '../graph/node.ts'
import { User } from './user.ts'

@Entity()
@Index({
  name: 'blocked_sender_newest',
  expression: 'create index blocked_sender_newest on blocked_sender (blocked_at desc, id desc)',
})
@ObjectType({
  implements: Node,
  description: 'An address or a domain whose mails and public requests are held. For agents.',
})
export class BlockedSender extends Node {
  @Field(() => String, { description: 'An address, or a domain: then all addresses of it and its subdomains.' })
  @Property({ type: 'text', unique: true })
  sender: string

  @Field(() => String, { description: 'Why, in the words of whoever blocked it; may be empty.' })
  @Property({ type: 'text', default: '' })
  reason: string

  @Field(() => Date, { description: 'Since when what it writes is put aside.' })
  @Property({ type: 'timestamptz' })
  blockedAt: Date

  @ManyToOne(() => User, { nullable: true, index: true, deleteRule: 'set null' }) blockedBy: Rel<User> | null

  constructor(sender: string, reason: string, blockedBy: User, now: Date) {
    super()
    this.sender = sender
    this.reason = reason
    this.blockedBy = blockedBy
    this.blockedAt = now
  }
}

/** In SQL, for an address in its stored form: what would have to be blocked for it to be. Itself, its domain, or one above that. */
const namesOf = (address: string): string => `array(
  select ${address} union all
  select array_to_string(labels[i:], '.') from string_to_array(split_part(${address}, '@', 2), '.') labels,
    generate_series(1, array_length(labels, 1) - 1) i)`

/** Whether an address, in its stored form, is blocked; a colleague's never is. */
export async function isBlockedSender(em: EntityManager, address: string): Promise<boolean> {
  const rows = await em.execute(
    `select 1 from blocked_sender where sender = any(${namesOf('?::text')})
       and not exists (select from person where email = ? and role <> 'CUSTOMER') limit 1`,
    [address, address, address],
  )
  return rows.length > 0
}

/** A subquery for reading people together with what blocks their address: one row as JSON, or null. `person` is their table's name. */
export const blockedSenderOf = (person: string): string => `(
  select row_to_json(x) from (
    select b.id, b.sender, b.reason, b.blocked_at as "blockedAt",
      (select row_to_json(y) from (select w.id, w.name, w.email, w.role from person w where w.id = b.blocked_by_id) y) as "blockedBy"
    from blocked_sender b where b.sender = any(${namesOf(`${person}.email`)}) and ${person}.role = 'CUSTOMER'
    order by length(b.sender) desc limit 1) x)`
