import { Collection, type Rel } from '@mikro-orm/core'
import { Entity, Enum, Index, ManyToOne, OneToMany, Property } from '@mikro-orm/decorators/legacy'
import { Field, ObjectType } from 'type-graphql'
import type { MailContent } from '../graph/context.ts'
import { Node } from '../graph/node.ts'
import { User } from '../people/user.ts'
import { Attachment } from './attachment.ts'
import { Ticket } from './ticket.ts'
import { Channel, MessageVisibility } from './vocabulary.ts'

@Entity()
@Index({
  name: 'message_of_ticket',
  expression: 'create index message_of_ticket on message (ticket_id, created_at desc, id desc)',
})
@ObjectType({
  implements: Node,
  description: 'One entry of the conversation: the first text, a comment, an answer, an internal note.',
})
export class Message extends Node {
  @ManyToOne(() => Ticket) ticket: Rel<Ticket>
  @ManyToOne(() => User, { nullable: true, index: true }) author: Rel<User> | null

  @Field(() => String, { description: 'What was written, as plain text; empty where only files were sent.' })
  @Property({ type: 'text' })
  text: string

  @Field(() => MessageVisibility, { description: 'Who reads it.' })
  @Enum({ items: () => MessageVisibility, nativeEnumName: 'message_visibility' })
  visibility: MessageVisibility

  @Field(() => Channel, { description: 'By which way it came.' })
  @Enum({ items: () => Channel, nativeEnumName: 'channel' })
  channel: Channel

  @Field(() => Date, { description: 'When it was written.' })
  @Property({ type: 'timestamptz' })
  createdAt: Date

  /** The row of the ledger it came by. Unique: no mail becomes two messages. Not a foreign key, because both stay for good. */
  @Property({ type: 'uuid', nullable: true, unique: true }) mailId: string | null = null

  @Field(() => String, {
    description: 'Earlier mails and signatures that came below the text; empty for all but mails.',
  })
  @Property({ type: 'text', default: '' })
  folded = ''

  /** What is new of a mail, as the HTML that came. Unsafe: sanitised whenever it is shown. */
  @Property({ type: 'text', nullable: true }) htmlPart: string | null = null

  @Field(() => Boolean, { description: 'A program wrote it, such as an out-of-office reply; shown folded.' })
  @Property({ type: 'boolean', default: false })
  isAutomatic = false

  @OneToMany(
    () => Attachment,
    attachment => attachment.message,
  )
  attachments = new Collection<Attachment>(this)

  constructor(
    ticket: Ticket,
    author: User | null,
    text: string,
    visibility: MessageVisibility,
    channel: Channel,
    now: Date,
    mail?: MailContent,
  ) {
    super()
    this.ticket = ticket
    this.author = author
    this.text = text
    this.visibility = visibility
    this.channel = channel
    this.createdAt = now
    if (mail) {
      this.mailId = mail.id
      this.folded = mail.folded
      this.htmlPart = mail.html
    }
  }

  get isNote(): boolean {
    return this.visibility === MessageVisibility.INTERNAL
  }
}
