import type { Rel } from '@mikro-orm/core'
import { Entity, ManyToOne, PrimaryKey, Property } from '@mikro-orm/decorators/legacy'
import { User } from '../people/user.ts'
import type { Variable } from './adjustable.ts'

/** What an admin chose for a setting. Without a row the environment or the default holds. */
@Entity()
export class Setting {
  /** Its name in the environment. */
  @PrimaryKey({ type: 'text' }) name: Variable
  /** As the environment would hold it. */
  @Property({ type: 'text' }) value: string
  /** Null = somebody who was erased. */
  @ManyToOne(() => User, { nullable: true, index: true }) changedBy: Rel<User> | null
  @Property({ type: 'timestamptz' }) changedAt: Date

  constructor(name: Variable, value: string, changedBy: User | null, now: Date) {
    this.name = name
    this.value = value
    this.changedBy = changedBy
    this.changedAt = now
  }
}
