import { randomBytes } from 'node:crypto'
import type { Rel } from '@mikro-orm/core'
import { Entity, Enum, Index, ManyToOne, Property } from '@mikro-orm/decorators/legacy'
import type { Config } from '../config.ts'
import { Node } from '../graph/node.ts'
import { User } from './user.ts'

export enum LinkKind {
  /** Sets the first password and joins the support list (V10). */
  INVITATION = 'INVITATION',
  /** Sets the first password; joins only where the box on its page is ticked (V12, H9). */
  REGISTRATION = 'REGISTRATION',
  RESET = 'RESET',
  /** Confirms joining the support list. */
  CONFIRM = 'CONFIRM',
  /** Proves a new address. */
  ADDRESS = 'ADDRESS',
  /** Takes back a leaving that somebody else's click caused. */
  UNDO_LEAVE = 'UNDO_LEAVE',
  /** Proves an address besides the one there is. */
  MORE_ADDRESS = 'MORE_ADDRESS',
}

const HOUR = 3_600_000
const DAY = 24 * HOUR
/** The settings that say how long links work. */
export type LinkTerms = Pick<Config, 'invitationDays' | 'resetHours' | 'confirmDays'>

/** In milliseconds. */
const lifetime: Record<LinkKind, (terms: LinkTerms) => number> = {
  INVITATION: ({ invitationDays }) => invitationDays * DAY,
  REGISTRATION: ({ invitationDays }) => invitationDays * DAY,
  RESET: ({ resetHours }) => resetHours * HOUR,
  CONFIRM: ({ confirmDays }) => confirmDays * DAY,
  ADDRESS: () => DAY,
  MORE_ADDRESS: () => DAY,
  UNDO_LEAVE: () => 14 * DAY, // §3
}

/**
 * A link that was mailed and works once. The row holds no token: it is derived from id, nonce and the application's key
 * when the mail is rendered (link-token.ts), so a copy of the database opens nothing.
 */
@Entity()
@Index({ properties: ['user', 'kind'] })
export class OneTimeLink extends Node {
  @Enum({ items: () => LinkKind, nativeEnumName: 'link_kind' }) kind: LinkKind
  @ManyToOne(() => User) user: Rel<User>
  @Property({ type: 'blob' }) nonce: Buffer = randomBytes(32)
  /** The address that an ADDRESS link proves. */
  @Property({ type: 'text', nullable: true }) email: string | null = null
  /** Whether following it joins the list, where it was the checkbox that asked for it. */
  @Property({ type: 'boolean' }) joinsList = false
  @Property({ type: 'timestamptz' }) createdAt: Date
  @Property({ type: 'timestamptz', index: true }) expiresAt: Date
  @Property({ type: 'timestamptz', nullable: true }) usedAt: Date | null = null
  /** Hex SHA-256 of what tells one post of its form from another (saved-just-now.ts). */
  @Property({ type: 'text', nullable: true }) usedBy: string | null = null
  /** Set when a newer link of the kind was sent, or its purpose is gone. */
  @Property({ type: 'timestamptz', nullable: true }) revokedAt: Date | null = null

  /** What changes of the terms later is not its matter, as its mail names the moment. */
  constructor(kind: LinkKind, user: User, terms: LinkTerms, now: Date) {
    super()
    this.kind = kind
    this.user = user
    this.createdAt = now
    this.expiresAt = new Date(now.getTime() + lifetime[kind](terms))
  }

  isOpen(now: Date): boolean {
    return this.usedAt === null && this.revokedAt === null && this.expiresAt > now
  }
}
