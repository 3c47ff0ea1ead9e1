import type { Rel } from '@mikro-orm/core'
import { Check, Entity, Enum, Index, ManyToOne, Property } from '@mikro-orm/decorators/legacy'
import { Field, Int, ObjectType, registerEnumType } from 'type-graphql'
import { Node } from '../graph/node.ts'
import { User } from '../people/user.ts'
import { Ticket } from '../tickets/ticket.ts'
import type { Envelope } from './door.ts'
import type { Verdict } from './weighing/verdict.ts'

export enum MailDoor {
  SMTP = 'SMTP',
  LMTP = 'LMTP',
  IMAP = 'IMAP',
  COMMAND = 'COMMAND',
}

export enum MailOutcome {
  APPENDED = 'APPENDED',
  CREATED = 'CREATED',
  FOLLOWED_UP = 'FOLLOWED_UP',
  HELD = 'HELD',
  REFUSED = 'REFUSED',
  DUPLICATE = 'DUPLICATE',
  AUTOMATIC = 'AUTOMATIC',
  BOUNCE = 'BOUNCE',
  LOOP = 'LOOP',
  UNREADABLE = 'UNREADABLE',
}
registerEnumType(MailOutcome, {
  name: 'MailOutcome',
  description: 'What came of an incoming mail.',
  valuesConfig: {
    APPENDED: { description: 'It is a message on a ticket.' },
    CREATED: { description: 'It opened a ticket.' },
    FOLLOWED_UP: { description: 'Its ticket was closed: it opened a follow-up.' },
    HELD: { description: 'It waits for an agent to decide.' },
    REFUSED: { description: 'Its sender may not write by mail, and was told so where that was safe.' },
    DUPLICATE: { description: 'It had come before.' },
    AUTOMATIC: { description: 'A program wrote it: kept, not answered.' },
    BOUNCE: { description: 'It reports that a mail of ours was not delivered.' },
    LOOP: { description: 'It is a mail of our own that came back.' },
    UNREADABLE: { description: 'Nothing could be read in it, not even a sender.' },
  },
})

const filed: readonly MailOutcome[] = [MailOutcome.APPENDED, MailOutcome.CREATED, MailOutcome.FOLLOWED_UP]

/** How far it is proven that the sender wrote it. */
export enum MailProof {
  AUTHENTICATED = 'AUTHENTICATED',
  NONE = 'NONE',
  UNKNOWN = 'UNKNOWN',
  AGENT = 'AGENT',
}
registerEnumType(MailProof, {
  name: 'MailProof',
  description: 'How far it is proven that the sender wrote it.',
  valuesConfig: {
    AUTHENTICATED: { description: "SPF, DKIM or ARC of the sender's own domain passed." },
    NONE: { description: 'Nothing proves it.' },
    UNKNOWN: { description: 'The DNS gave no answer.' },
    AGENT: { description: 'An agent accepted it, or the operator, who brought it in with a mailbox.' },
  },
})

/** By what its ticket was found. */
export enum MailMatch {
  REFERENCE = 'REFERENCE',
  ADDRESS = 'ADDRESS',
  NUMBER = 'NUMBER',
  AGENT = 'AGENT',
}
registerEnumType(MailMatch, {
  name: 'MailMatch',
  description: 'By what the ticket of an incoming mail was found.',
  valuesConfig: {
    REFERENCE: { description: 'It answers a mail of ours, by the signed Message-ID.' },
    ADDRESS: { description: 'It went to the signed reply address.' },
    NUMBER: { description: "The number in its subject, and a sender who takes part in that number's ticket." },
    AGENT: { description: 'An agent chose the ticket.' },
  },
})

/** What a search of the ledger looks at, as SQL; the index is on the same words. */
export const MAIL_WORDS = (prefix = ''): string =>
  `${prefix}subject || ' ' || ${prefix}from_name || ' ' || translate(coalesce(${prefix}from_address, ''), '@.-_+', '     ')`

/** One line of the ledger: whatever comes in has one, and it never goes. */
@Entity()
@Index({
  name: 'incoming_mail_received',
  expression: 'create index incoming_mail_received on incoming_mail (received_at desc, id desc)',
})
@Index({
  name: 'incoming_mail_waiting',
  expression: 'create index incoming_mail_waiting on incoming_mail (received_at, id) where outcome is null',
})
@Index({
  name: 'incoming_mail_held',
  expression:
    "create index incoming_mail_held on incoming_mail (received_at desc, id desc) where outcome in ('HELD', 'UNREADABLE')",
})
// Without what needs no decision.
@Index({
  name: 'incoming_mail_to_decide',
  expression:
    "create index incoming_mail_to_decide on incoming_mail (received_at desc, id desc) where outcome in ('HELD', 'UNREADABLE') and reason is distinct from 'BLOCKED'",
})
// What came to nothing: few among all that was filed.
@Index({
  name: 'incoming_mail_other',
  expression:
    "create index incoming_mail_other on incoming_mail (received_at desc, id desc) where outcome in ('REFUSED', 'DUPLICATE', 'AUTOMATIC', 'BOUNCE', 'LOOP')",
})
@Index({
  name: 'incoming_mail_blocked',
  expression:
    "create index incoming_mail_blocked on incoming_mail (received_at desc, id desc) where reason = 'BLOCKED'",
})
@Index({
  name: 'incoming_mail_of_sender',
  expression: 'create index incoming_mail_of_sender on incoming_mail (from_address, received_at desc)',
})
@Index({
  name: 'incoming_mail_words',
  expression: `create index incoming_mail_words on incoming_mail using gin (to_tsvector('simple', ${MAIL_WORDS()}))`,
})
@Check({ expression: '(outcome is null) = (handled_at is null)' })
@ObjectType({ implements: Node, description: 'A mail that came in, and what became of it. For the team.' })
export class IncomingMail extends Node {
  @Enum({ items: () => MailDoor, nativeEnumName: 'mail_door' }) door: MailDoor
  @Property({ type: 'json' }) envelope: Pick<Envelope, 'from' | 'to' | 'client'>

  @Field(() => Date, { description: 'When it came.' })
  @Property({ type: 'timestamptz' })
  receivedAt: Date

  @Field(() => Int, { description: 'In bytes.' })
  @Property({ type: 'integer' })
  size: number

  /** Hex SHA-256 of the raw mail. */
  @Property({ type: 'text' }) sha256: string
  /** Where the file store keeps the raw mail; null where only its headers were taken. The same mail twice is stored once. */
  @Property({ type: 'text', nullable: true, index: true }) storageKey: string | null
  /** By what a second copy is known; null for a copy, and for what was refused, which may come again. */
  @Property({ type: 'text', nullable: true, unique: true }) identity: string | null = null
  @Property({ type: 'text', nullable: true }) messageId: string | null = null

  @Field(() => String, { nullable: true, description: "The sender's address, as the mail says." })
  @Property({ type: 'text', nullable: true })
  fromAddress: string | null = null

  @Field(() => String, { description: "The sender's name, as the mail says." })
  @Property({ type: 'text', default: '' })
  fromName = ''

  @Field(() => String, { nullable: true, description: 'Where answers would go, where that is not the sender.' })
  @Property({ type: 'text', nullable: true })
  replyTo: string | null = null

  @Field(() => String, { description: 'Its subject.' })
  @Property({ type: 'text', default: '' })
  subject = ''

  @Field(() => String, { description: 'What is new in it, its first 4,000 characters.' })
  @Property({ type: 'text', default: '' })
  excerpt = ''

  @Property({ type: 'text', nullable: true }) kind: string | null = null

  @Field(() => MailOutcome, { nullable: true, description: 'What came of it; null while that is being decided.' })
  @Enum({ items: () => MailOutcome, nativeEnumName: 'mail_outcome', nullable: true })
  outcome: MailOutcome | null = null

  /** Why, as a key of the catalogue `inbox`. */
  @Property({ type: 'text', nullable: true }) reason: string | null = null
  @Property({ type: 'json', nullable: true }) verdict: Verdict | null = null

  @Field(() => MailProof, { nullable: true, description: 'How far it is proven that the sender wrote it.' })
  @Enum({ items: () => MailProof, nativeEnumName: 'mail_proof', nullable: true })
  proof: MailProof | null = null

  @Field(() => MailMatch, { nullable: true, description: 'By what its ticket was found.' })
  @Enum({ items: () => MailMatch, nativeEnumName: 'mail_match', nullable: true })
  match: MailMatch | null = null

  @ManyToOne(() => Ticket, { nullable: true, index: true }) ticket: Rel<Ticket> | null = null
  /** The agent who let it in. */
  @ManyToOne(() => User, { nullable: true, index: true }) acceptedBy: Rel<User> | null = null
  /** The ticket that an agent chose for it. */
  @ManyToOne(() => Ticket, { nullable: true, index: true }) chosenTicket: Rel<Ticket> | null = null
  @Property({ type: 'integer' }) attempts = 0
  @Property({ type: 'text', nullable: true }) lastError: string | null = null

  @Field(() => Date, { nullable: true, description: 'When that was decided.' })
  @Property({ type: 'timestamptz', nullable: true })
  handledAt: Date | null = null

  /** Whether an agent can still decide about it: it is on no ticket. */
  get isOpenToDecide(): boolean {
    return this.outcome !== null && this.storageKey !== null && !filed.includes(this.outcome)
  }

  constructor(door: MailDoor, envelope: Envelope, size: number, sha256: string, storageKey: string | null, now: Date) {
    super()
    this.door = door
    const { from, to, client } = envelope
    this.envelope = { from, to, client }
    this.size = size
    this.sha256 = sha256
    this.storageKey = storageKey
    this.receivedAt = now
  }
}
