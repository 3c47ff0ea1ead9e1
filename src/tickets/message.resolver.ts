import {
  Arg,
  Authorized,
  Ctx,
  Field,
  FieldResolver,
  ID,
  InputType,
  Int,
  Mutation,
  ObjectType,
  Resolver,
  Root,
} from 'type-graphql'
import { allOf, type Condition, condition, isOneOf } from '../graph/condition.ts'
import type { Context } from '../graph/context.ts'
import { Line, Text } from '../graph/input.ts'
import { loaded, related } from '../graph/loader.ts'
import { registerNode } from '../graph/nodes.ts'
import { Payload } from '../graph/payload.ts'
import { read } from '../graph/reading.ts'
import { Refusal } from '../graph/refusal.ts'
import { translator } from '../i18n/translate.ts'
import { paragraphs } from '../lib/html.ts'
import { User } from '../people/user.ts'
import { Attachment, isPicture } from './attachment.ts'
import { attachmentUrl } from './attachment-url.ts'
import { detailsOf } from './channel.ts'
import { sendDraft } from './drafts.ts'
import { takeAttachments } from './keep-upload.ts'
import { MAX_MESSAGE } from './limits.ts'
import { mailHtml } from './mail-html.ts'
import { mayAnswer, mayComment, mayNote } from './may.ts'
import { Message } from './message.ts'
import { checkNothingNewer } from './newer-message.ts'
import { customerFor, recordActFor } from './on-behalf.ts'
import { letTakePart, readersOf } from './participants.ts'
import { proveAddress } from './prove-address.ts'
import { rememberStanding, standingOf } from './take-back.ts'
import { tellOfAnswer, tellOfComment, tellReceived } from './tell.ts'
import { Ticket } from './ticket.ts'
import { TicketStatus } from './ticket-status.ts'
import { lockStaying, ofVisibleTicket, readableMessages, signedIn } from './visible.ts'
import { Channel } from './vocabulary.ts'

/** Those that the viewer reads of the tickets that they see. */
export const findMessages = ({ em, viewer }: Context, which: Condition): Promise<Message[]> =>
  read(em, Message, {
    where: allOf(which, readableMessages(viewer), ofVisibleTicket(viewer)),
    brings: ['author', 'attachments'],
  })

registerNode(
  'Message',
  async (context, id) => (await findMessages(context, condition('t.id = ?', id)))[0] ?? null,
  (context, ids) => findMessages(context, isOneOf('t.id', ids)),
)

@InputType({ description: 'A message to a ticket.' })
export class NoteOnTicketInput {
  @Field(() => Int, { description: "The ticket's public number." })
  number!: number

  @Text(MAX_MESSAGE, { optional: true })
  @Field(() => String, { nullable: true, description: 'The text; may be missing where files go along.' })
  message?: string | null

  @Field(() => [ID], { nullable: true, description: 'Ids of uploads (POST /uploads), each used once within 24 hours.' })
  attachments?: string[] | null

  @Field(() => ID, {
    nullable: true,
    description: 'Agents: the global id of which of `ticket.drafts` these words were, so that it is none any more.',
  })
  draft?: string | null

  @Line(200, { optional: true })
  @Field(() => String, { nullable: true, description: 'Makes a repetition within 24 hours harmless.' })
  idempotencyKey?: string | null
}

@InputType({ description: 'A public message to a ticket.' })
export class CommentOnTicketInput extends NoteOnTicketInput {
  @Field(() => TicketStatus, {
    nullable: true,
    description: 'Agents: where the ticket stands with this answer; WAITING unless told.',
  })
  status?: TicketStatus | null

  @Field(() => ID, {
    nullable: true,
    description:
      'Agents: global id of the newest message that was read before writing; where somebody else wrote since, nothing is written: NEWER_MESSAGE.',
  })
  lastSeen?: string | null

  @Field(() => ID, {
    nullable: true,
    description:
      'Programs of agents, by a token with the scope `on-behalf` (and `tickets:write`) or `admin`: the global id of the customer who takes part and whose word it is. The admin log keeps it.',
  })
  onBehalfOf?: string | null
}

@ObjectType({ description: 'The message, and the ticket it is on now: a follow-up where the one named was closed.' })
export class CommentOnTicketPayload extends Payload {
  @Field(() => Ticket, { nullable: true, description: 'The ticket that the message is on.' })
  ticket?: Ticket | null

  @Field(() => Message, { nullable: true, description: 'What was written.' })
  message?: Message | null
}

@ObjectType({ description: 'The note and its ticket.' })
export class NoteOnTicketPayload extends CommentOnTicketPayload {}

@Resolver(() => Message)
export class MessageResolver {
  @Authorized()
  @Mutation(() => CommentOnTicketPayload, {
    description: 'Adds a public message: a comment of a customer who takes part, or an answer of the team.',
  })
  async commentOnTicket(
    @Arg('input', () => CommentOnTicketInput) input: CommentOnTicketInput,
    @Ctx() context: Context,
  ): Promise<CommentOnTicketPayload> {
    const { viewer, em, config } = context
    const { user } = signedIn(viewer)
    const ticket = await lockStaying(context, input.number)
    if (input.onBehalfOf) return commentInNameOf(context, ticket, input, input.onBehalfOf)
    const isAnswer = mayAnswer(viewer, ticket)
    if (!isAnswer && (!mayComment(viewer, ticket) || input.status)) throw new Refusal('FORBIDDEN')
    const text = textOf(input)
    if (isAnswer && input.lastSeen) await checkNothingNewer(context, ticket, input.lastSeen)
    if (!isAnswer) {
      await proveAddress(context, ticket)
      // H14: a colleague who sees all of the organization and joins in is told of the answers from now on.
      letTakePart(ticket, user, user, context.now)
    }
    const details = detailsOf(context)
    const before = standingOf(ticket)
    const message = isAnswer
      ? ticket.answer(user, text, input.status ?? TicketStatus.WAITING, details)
      : ticket.comment(user, text, details)
    await takeAttachments(em, input.attachments ?? [], user, message, config)
    await em.flush()
    if (message.ticket !== ticket && !isAnswer) await tellReceived(context, message.ticket)
    if (input.draft) await sendDraft(context, user, input.draft)
    if (isAnswer) await rememberStanding(context, message, before)
    await (isAnswer ? tellOfAnswer(context, message) : tellOfComment(context, message))
    return { ticket: message.ticket, message }
  }

  @Authorized('agent')
  @Mutation(() => NoteOnTicketPayload, { description: 'Adds an internal note, which never leaves the team.' })
  async noteOnTicket(
    @Arg('input', () => NoteOnTicketInput) input: NoteOnTicketInput,
    @Ctx() context: Context,
  ): Promise<NoteOnTicketPayload> {
    const { viewer, em, config } = context
    const { user } = signedIn(viewer)
    const ticket = await lockStaying(context, input.number)
    if (!mayNote(viewer, ticket)) throw new Refusal('FORBIDDEN')
    const message = ticket.note(user, textOf(input), detailsOf(context))
    await takeAttachments(em, input.attachments ?? [], user, message, config)
    if (input.draft) await sendDraft(context, user, input.draft)
    return { ticket, message }
  }

  @FieldResolver(() => User, { nullable: true, description: 'Who wrote it; null where the person was erased.' })
  author(@Root() message: Message, @Ctx() { em }: Context): Promise<User | null> {
    return loaded(em, message.author)
  }

  @FieldResolver(() => String, {
    description:
      'The text as safe HTML: paragraphs, line breaks and links; of a mail that has it, its own HTML sanitised.',
  })
  async html(@Root() message: Message, @Ctx() context: Context): Promise<string> {
    return message.htmlPart === null ? paragraphs(message.text) : shownHtml(message, message.htmlPart, context)
  }

  @FieldResolver(() => [Attachment], { description: 'Files that came with it.' })
  attachments(@Root() message: Message, @Ctx() { em }: Context): Promise<readonly Attachment[]> {
    return related(em, message, 'attachments')
  }

  @FieldResolver(() => Ticket, { description: 'The ticket it belongs to.' })
  ticket(@Root() message: Message, @Ctx() { em }: Context): Promise<Ticket | null> {
    return loaded(em, message.ticket)
  }

  @FieldResolver(() => Boolean, { description: 'Whether the viewer wrote it.' })
  isMine(@Root() message: Message, @Ctx() { viewer }: Context): boolean {
    return message.author !== null && message.author.id === viewer.user?.id
  }
}

/** Pictures that came with a mail stand in their place; those that lie elsewhere are links. */
async function shownHtml(message: Message, html: string, context: Context): Promise<string> {
  const files: readonly Attachment[] = await related(context.em, message, 'attachments')
  const placed = (cid: string) => {
    const file = files.find(each => each.cid === cid && isPicture(each))
    return file ? attachmentUrl(file, context) : null
  }
  const key = `${message.id} ${context.via} ${context.language} ${files.filter(isPicture).length}`
  const known = cleaned.get(key)
  if (known !== undefined) return known
  const clean = mailHtml(html, { placed, remoteLabel: translator(context.language)('tickets:message.remotePicture') })
  if (cleaned.size >= MOST_CLEANED) cleaned.clear()
  cleaned.set(key, clean)
  return clean
}

/** The worst HTML takes a second to clean, and a ticket is looked at again and again. A message never changes. */
const cleaned = new Map<string, string>()
const MOST_CLEANED = 300

/** A customer's word that a program hands on. Nothing is proven by it, and the agent whose program it is is told too. */
async function commentInNameOf(
  context: Context,
  ticket: Ticket,
  input: CommentOnTicketInput,
  id: string,
): Promise<CommentOnTicketPayload> {
  const { em, viewer, config, now } = context
  const customer = await customerFor(context, id)
  if (input.status || input.draft || input.lastSeen) throw new Refusal('FORBIDDEN')
  if (!readersOf(ticket).some(({ id }) => id === customer.id)) throw new Refusal('INVALID_CHOICE', 'onBehalfOf')
  const message = ticket.comment(customer, textOf(input), { channel: Channel.API, now })
  await takeAttachments(em, input.attachments ?? [], signedIn(viewer).user, message, config)
  recordActFor(context, customer, message.ticket)
  await em.flush()
  const asCustomer = { ...context, viewer: { ...viewer, user: customer } }
  if (message.ticket !== ticket) await tellReceived(asCustomer, message.ticket)
  await tellOfComment(asCustomer, message)
  return { ticket: message.ticket, message }
}

/** V5: files may come by themselves. */
function textOf({ message, attachments }: NoteOnTicketInput): string {
  if (!message && !attachments?.length) throw new Refusal('MESSAGE_OR_FILE_REQUIRED', 'message')
  return message ?? ''
}
