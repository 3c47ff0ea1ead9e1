import { Collection, type Rel } from '@mikro-orm/core'
import { Entity, Enum, Index, ManyToOne, OneToMany, Property } from '@mikro-orm/decorators/legacy'
import { Field, ObjectType } from 'type-graphql'
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
  ) {
    super()
    this.ticket = ticket
    this.author = author
    this.text = text
    this.visibility = visibility
    this.channel = channel
    this.createdAt = now
  }

  get isNote(): boolean {
    return this.visibility === MessageVisibility.INTERNAL
  }
}
