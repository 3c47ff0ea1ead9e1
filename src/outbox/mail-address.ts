import { Entity, Index, PrimaryKey, Property } from '@mikro-orm/decorators/legacy'

/** An address that mail came back from, whether or not it is somebody's. */
@Entity()
@Index({
  name: 'mail_address_blocked',
  expression: 'create index mail_address_blocked on mail_address (address) where blocked_at is not null',
})
export class MailAddress {
  @PrimaryKey({ type: 'text' }) address: string
  /** Hard ones since the last time an agent lifted the block. */
  @Property({ type: 'integer' }) bounces = 0
  /** Why the last mail came back, in its server's words. */
  @Property({ type: 'text' }) reason: string = ''
  @Property({ type: 'timestamptz' }) lastBouncedAt: Date
  /** Set = nothing more is sent there until an agent lifts it. */
  @Property({ type: 'timestamptz', nullable: true }) blockedAt: Date | null = null

  constructor(address: string, now: Date) {
    this.address = address
    this.lastBouncedAt = now
  }

  /** Product §7: `most` hard bounces make an address a dead one. */
  bounced(reason: string, most: number, now: Date): void {
    this.bounces += 1
    this.reason = reason
    this.lastBouncedAt = now
    if (this.bounces >= most) this.blockedAt ??= now
  }

  lift(): void {
    this.bounces = 0
    this.blockedAt = null
  }
}
