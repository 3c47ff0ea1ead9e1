import { Entity, Enum, PrimaryKey, Property, Unique } from '@mikro-orm/decorators/legacy'
import { Field, ObjectType, registerEnumType } from 'type-graphql'
import { newId } from '../../lib/ids.ts'

export enum MailboxTrouble {
  LOGIN = 'LOGIN',
  UNREACHABLE = 'UNREACHABLE',
  CERTIFICATE = 'CERTIFICATE',
  FOLDER = 'FOLDER',
  MAIL = 'MAIL',
  OTHER = 'OTHER',
}
registerEnumType(MailboxTrouble, {
  name: 'MailboxTrouble',
  description: 'Why a mailbox cannot be read.',
  valuesConfig: {
    LOGIN: { description: 'The server does not take user and password or access token.' },
    UNREACHABLE: { description: 'The server does not answer.' },
    CERTIFICATE: { description: "The server's certificate is not trusted." },
    FOLDER: { description: 'The folder cannot be opened for writing, or its mails cannot be moved.' },
    MAIL: { description: 'There are mails that could not be taken.' },
    OTHER: { description: 'Something else; the message says what.' },
  },
})

/** How often a mail was tried in vain, and when it is its turn again. */
export interface Attempt {
  count: number
  /** ISO time. */
  next: string
  /** It was taken already and only has to be moved there. */
  folder?: string
}

/** Longer without a successful look and it is an outage. */
export const OUTAGE_MS = 15 * 60_000

@ObjectType({ description: 'A mailbox that mail is fetched from, and how that goes.' })
@Entity()
export class Mailbox {
  @PrimaryKey({ type: 'uuid' }) id: string = newId()

  @Field(() => String, { description: 'Host and user.' })
  @Property({ type: 'text' })
  @Unique()
  name: string

  @Property({ type: 'timestamptz' }) watchedSince: Date

  @Field(() => Date, { nullable: true, description: 'When it was last looked into without trouble.' })
  @Property({ type: 'timestamptz', nullable: true })
  lastSuccessAt: Date | null = null

  @Field(() => MailboxTrouble, { nullable: true, description: 'Why it cannot be read now.' })
  @Enum({ items: () => MailboxTrouble, nativeEnumName: 'mailbox_trouble', nullable: true })
  trouble: MailboxTrouble | null = null

  @Field(() => Date, { nullable: true, description: 'Since when it cannot be read.' })
  @Property({ type: 'timestamptz', nullable: true })
  troubleSince: Date | null = null

  @Field(() => String, { nullable: true, description: "The last trouble in the server's or system's own words." })
  @Property({ type: 'text', nullable: true })
  lastError: string | null = null

  /** The admins were told of the outage that lasts. */
  @Property({ type: 'timestamptz', nullable: true }) alarmedAt: Date | null = null

  /** By `uidValidity:uid`; survives the process, because a mail may be what kills it. */
  @Property({ type: 'json' }) attempts: Record<string, Attempt> = {}

  constructor(name: string, now: Date) {
    this.name = name
    this.watchedSince = now
  }

  /** Nobody could look into it for a quarter of an hour. */
  isOut(now: Date): boolean {
    return now.getTime() - (this.lastSuccessAt ?? this.watchedSince).getTime() > OUTAGE_MS
  }
}
