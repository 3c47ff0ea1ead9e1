import type { Rel } from '@mikro-orm/core'
import { Check, Entity, Enum, Index, ManyToOne, Property } from '@mikro-orm/decorators/legacy'
import { Field, ObjectType, registerEnumType } from 'type-graphql'
import { Node } from '../graph/node.ts'
import { User } from '../people/user.ts'

export enum Door {
  REQUEST_FORM = 'REQUEST_FORM',
  REGISTRATION = 'REGISTRATION',
  INVITATION = 'INVITATION',
  NO_ACCESS_PAGE = 'NO_ACCESS_PAGE',
  LEAVE_LINK = 'LEAVE_LINK',
  ONE_CLICK = 'ONE_CLICK',
  UNDO_LINK = 'UNDO_LINK',
  ACCOUNT = 'ACCOUNT',
  TEAM = 'TEAM',
}
registerEnumType(Door, {
  name: 'Door',
  description: 'By which way somebody came onto the support list or left it.',
  valuesConfig: {
    REQUEST_FORM: { description: 'The checkbox of the request form.' },
    REGISTRATION: { description: 'The checkbox of the registration or set-password page.' },
    INVITATION: { description: 'An invitation that was followed.' },
    NO_ACCESS_PAGE: { description: 'The button of the no-access page.' },
    LEAVE_LINK: { description: 'The leave link of a mail.' },
    ONE_CLICK: { description: "The mail program's own unsubscribe button (RFC 8058)." },
    UNDO_LINK: { description: 'The undo link of the mail that confirmed leaving.' },
    ACCOUNT: { description: 'The account page, or closing the account.' },
    TEAM: { description: 'Sales or an admin.' },
  },
})

export enum MembershipState {
  PENDING = 'PENDING',
  MEMBER = 'MEMBER',
  LEFT = 'LEFT',
}
registerEnumType(MembershipState, {
  name: 'MembershipState',
  description: 'Where a stay on the support list stands.',
  valuesConfig: {
    PENDING: { description: 'Wished for, but the mailed link was not followed yet.' },
    MEMBER: { description: 'On the list.' },
    LEFT: { description: 'Left the list: only sales and admins put them back.' },
  },
})

/** The wording people consent to; raised whenever the checkbox's sentence changes. */
export const CONSENT_WORDING = '2026-11'

/**
 * One stay on the support list, from the wish to join to the end; whoever comes back gets a new row, so the rows are
 * the record of consent: when, by which door, on which wording. Pending until `joinedAt`, over at `endedAt`.
 */
@Entity()
@Index({
  name: 'membership_current',
  expression: 'create unique index membership_current on membership (user_id) where ended_at is null',
})
// The page of the list, newest first: who is on it, who wishes to be, who left.
@Index({
  name: 'membership_members',
  expression:
    'create index membership_members on membership (joined_at desc, id desc) where joined_at is not null and ended_at is null',
})
@Index({
  name: 'membership_wishes',
  expression:
    'create index membership_wishes on membership (requested_at desc, id desc) where joined_at is null and ended_at is null',
})
@Index({
  name: 'membership_left',
  expression:
    'create index membership_left on membership (ended_at desc, id desc) where joined_at is not null and ended_at is not null',
})
@Check({ expression: 'ended_at is null or ended_by is not null' })
@ObjectType({ implements: Node, description: 'One stay on the support list.' })
export class Membership extends Node {
  @ManyToOne(() => User, { index: true }) user: Rel<User>

  @Field(() => Date, { description: 'When the wish to join was expressed.' })
  @Property({ type: 'timestamptz' })
  requestedAt: Date

  @Field(() => Door, { description: 'By which door the wish to join came.' })
  @Enum({ items: () => Door, nativeEnumName: 'door' })
  requestedBy: Door

  @Field(() => String, { description: 'Which version of the wording was consented to.' })
  @Property({ type: 'text' })
  wording: string = CONSENT_WORDING

  @Field(() => Date, { nullable: true, description: 'When it was confirmed; null = pending.' })
  @Property({ type: 'timestamptz', nullable: true })
  joinedAt: Date | null = null

  @Field(() => Date, { nullable: true, description: 'When it ended.' })
  @Property({ type: 'timestamptz', nullable: true })
  endedAt: Date | null = null

  @Field(() => Door, { nullable: true, description: 'By which door it ended.' })
  @Enum({ items: () => Door, nativeEnumName: 'door', nullable: true })
  endedBy: Door | null = null

  /** The sales person or admin who put them back (V16). */
  @ManyToOne(() => User, { nullable: true }) putBackBy: Rel<User> | null = null

  constructor(user: User, door: Door, now: Date) {
    super()
    this.user = user
    this.requestedBy = door
    this.requestedAt = now
  }

  @Field(() => MembershipState, { description: 'Where it stands.' })
  get state(): MembershipState {
    if (this.endedAt) return MembershipState.LEFT
    return this.joinedAt ? MembershipState.MEMBER : MembershipState.PENDING
  }

  get isCurrent(): boolean {
    return this.joinedAt !== null && this.endedAt === null
  }

  get isPending(): boolean {
    return this.joinedAt === null && this.endedAt === null
  }

  confirm(now: Date): void {
    this.joinedAt ??= now
  }

  end(door: Door, now: Date): void {
    this.endedAt ??= now
    this.endedBy ??= door
  }
}
