import type { Rel } from '@mikro-orm/core'
import { Entity, Index, ManyToOne, PrimaryKey, Property } from '@mikro-orm/decorators/legacy'
import { User } from './user.ts'

/** What a search for people looks at, as SQL; the index below is on the same words. */
export const ADDRESS_WORDS = (prefix = ''): string => `translate(${prefix}address, '@.-_+', '     ')`

/**
 * A further address that somebody has proven: they log in with it, and mail from it is theirs. Our mails go to the one
 * that stands with the person. No address is both.
 */
@Entity()
@Index({
  name: 'person_address_words',
  expression: `create index person_address_words on person_address using gin (to_tsvector('simple', ${ADDRESS_WORDS()}))`,
})
@Index({
  name: 'person_address_similar',
  expression: 'create index person_address_similar on person_address using gin (plain_letters(address) gin_trgm_ops)',
})
export class PersonAddress {
  @PrimaryKey({ type: 'text' }) address: string
  @ManyToOne(() => User, { index: true }) user: Rel<User>
  /** Null = it came along when people were merged: mail from it is theirs, but it opens nothing. */
  @Property({ type: 'timestamptz', nullable: true }) provenAt: Date | null

  constructor(user: User, address: string, provenAt: Date) {
    this.user = user
    this.address = address
    this.provenAt = provenAt
  }
}
