import { Arg, Authorized, Ctx, Field, ID, InputType, Int, Mutation, ObjectType, Resolver } from 'type-graphql'
import type { Context } from '../graph/context.ts'
import { EmailAddress, Line, OneOf, Text } from '../graph/input.ts'
import { Payload } from '../graph/payload.ts'
import { Refusal } from '../graph/refusal.ts'
import { answerInSameTime } from '../graph/same-time.ts'
import { type Language, languages } from '../i18n/language.ts'
import { Scope } from '../integrations/api-token.ts'
import { afterRequest } from '../list/join.ts'
import { findOrCreateContact } from '../people/contact.ts'
import type { User } from '../people/user.ts'
import { worksTickets } from '../people/viewer.ts'
import { detailsOf } from './channel.ts'
import { categoryOf } from './choices.ts'
import { holdFor } from './hold.ts'
import { takeAttachments } from './keep-upload.ts'
import { MAX_MESSAGE, MAX_SUBJECT } from './limits.ts'
import { scopeHolds } from './may.ts'
import { customerFor, recordActFor } from './on-behalf.ts'
import { tellReceived, tellTeamOfTicket } from './tell.ts'
import { Ticket } from './ticket.ts'
import { signedIn } from './visible.ts'
import { Channel } from './vocabulary.ts'

@InputType({ description: 'What every new request says.' })
abstract class NewTicketInput {
  @Line(MAX_SUBJECT)
  @Field(() => String, { description: 'What it is about, in one line of at most 200 characters.' })
  subject!: string

  @Text(MAX_MESSAGE)
  @Field(() => String, { description: 'The request itself, at most 100,000 characters.' })
  message!: string

  @Field(() => ID, { nullable: true, description: 'Global id of one of `categories`.' })
  category?: string | null

  @Field(() => [ID], { nullable: true, description: 'Ids of uploads (POST /uploads), each used once within 24 hours.' })
  attachments?: string[] | null

  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether colleagues who see all tickets of the organization do not see this one.',
  })
  private?: boolean | null

  @Line(200, { optional: true })
  @Field(() => String, { nullable: true, description: 'Makes a repetition within 24 hours harmless.' })
  idempotencyKey?: string | null
}

@InputType({ description: 'A request of somebody signed in.' })
export class CreateTicketInput extends NewTicketInput {
  @EmailAddress({ optional: true })
  @Field(() => String, {
    nullable: true,
    description: 'Agents: the address of the caller whose request they write down.',
  })
  requesterEmail?: string | null

  @Line(120, { optional: true })
  @Field(() => String, { nullable: true, description: "Agents: the caller's name." })
  requesterName?: string | null

  @Field(() => ID, {
    nullable: true,
    description:
      'Programs of agents, by a token with the scope `on-behalf` (and `tickets:write`) or `admin`: the global id of the customer in whose name it is sent, as though they had. The admin log keeps it.',
  })
  onBehalfOf?: string | null
}

@InputType({ description: 'A request through the public form.' })
export class RequestTicketInput extends NewTicketInput {
  @Line(120, { optional: 'signed-in' })
  @Field(() => String, { nullable: true, description: 'The name; not looked at for somebody signed in.' })
  name?: string | null

  @EmailAddress({ optional: 'signed-in' })
  @Field(() => String, { nullable: true, description: 'The address; not looked at for somebody signed in.' })
  email?: string | null

  @Field(() => Boolean, { nullable: true, description: 'Whether to join the support list.' })
  subscribe?: boolean | null

  @OneOf(languages, { optional: true })
  @Field(() => String, {
    nullable: true,
    description: 'The language of the mails: `en` or `de`; else the one asked in.',
  })
  locale?: Language | null
}

@ObjectType({ description: 'The new ticket.' })
export class CreateTicketPayload extends Payload {
  @Field(() => Ticket, { nullable: true, description: 'The ticket.' }) ticket?: Ticket | null
}

@ObjectType({ description: 'Tells the number and nothing else: the address may be somebody else’s.' })
export class RequestTicketPayload extends Payload {
  @Field(() => Int, { nullable: true, description: 'The number of the new ticket.' }) number?: number | null
}

@Resolver()
export class RequestResolver {
  @Authorized()
  @Mutation(() => CreateTicketPayload, { description: 'Opens a ticket: for oneself, or, as an agent, for a caller.' })
  async createTicket(
    @Arg('input', () => CreateTicketInput) input: CreateTicketInput,
    @Ctx() context: Context,
  ): Promise<CreateTicketPayload> {
    const { user } = signedIn(context.viewer)
    if (input.onBehalfOf) return { ticket: await openInNameOf(context, input, input.onBehalfOf) }
    // An agent's form that leaves the address empty has forgotten it.
    const isAsked = worksTickets(context.viewer) && input.requesterEmail !== undefined
    const isForCaller = isAsked || Boolean(input.requesterEmail || input.requesterName)
    if (isForCaller && !worksTickets(context.viewer)) throw new Refusal('FORBIDDEN')
    const requester = isForCaller ? await callerOf(context, input) : user
    return { ticket: await open(context, input, requester, { by: user, proven: !requester.isContact }) }
  }

  @Mutation(() => RequestTicketPayload, {
    description: 'What the public form does: opens a ticket and, for a new address, a contact.',
  })
  async requestTicket(
    @Arg('input', () => RequestTicketInput) input: RequestTicketInput,
    @Ctx() context: Context,
  ): Promise<RequestTicketPayload> {
    const { em, viewer, now, config } = context
    if (!scopeHolds(viewer, Scope.TICKETS_WRITE)) throw new Refusal('FORBIDDEN')
    if (!viewer.user) answerInSameTime(context) // who is on the list, or has an account, gets another mail or none
    const language = input.locale ?? context.language
    const requester = viewer.user ?? (await findOrCreateContact(em, { ...typedIdentity(input), language, now }))
    const ticket = await open(context, input, requester, { by: requester, proven: viewer.user !== null })
    const wishes = { subscribe: Boolean(input.subscribe), isHeld: ticket.hold !== null }
    await afterRequest(em, requester, wishes, config, now)
    return { number: ticket.number }
  }
}

/** A stranger said who they are; the input's own rules refuse it otherwise. */
const typedIdentity = ({ name, email }: RequestTicketInput) => ({ name: name ?? '', email: email ?? '' })

function callerOf({ em, language, now }: Context, { requesterEmail, requesterName }: CreateTicketInput): Promise<User> {
  if (!requesterEmail) throw new Refusal('REQUIRED', 'requesterEmail')
  return findOrCreateContact(em, { email: requesterEmail, name: requesterName || requesterEmail, language, now })
}

async function openInNameOf(context: Context, input: CreateTicketInput, id: string): Promise<Ticket> {
  const { em, viewer } = context
  if (input.requesterEmail || input.requesterName) throw new Refusal('FORBIDDEN')
  const customer = await customerFor(context, id)
  const ticket = await open(context, input, customer, {
    by: signedIn(viewer).user,
    proven: !customer.isContact,
    channel: Channel.API,
  })
  recordActFor(context, customer, ticket)
  await em.flush()
  return ticket
}

async function open(
  context: Context,
  input: NewTicketInput,
  requester: User,
  { by, proven, channel = Channel.PHONE }: { by: User; proven: boolean; channel?: Channel },
): Promise<Ticket> {
  const { em, now, config } = context
  const details = by === requester ? detailsOf(context) : { channel, now }
  const category = await categoryOf(context, input.category)
  const ticket = Ticket.open(requester, input.subject, input.message, { ...details, by, proven })
  ticket.beginUnder(category)
  ticket.isPrivate = input.private ?? false
  ticket.hold = await holdFor(context, requester.email)
  em.persist(ticket)
  const [message] = ticket.messages
  // A stranger's files were uploaded by nobody; the team's own uploads belong to the agent.
  if (message) await takeAttachments(em, input.attachments ?? [], context.viewer.user, message, config)
  await em.flush()
  await tellReceived(context, ticket)
  if (!ticket.hold) await tellTeamOfTicket(context, ticket)
  return ticket
}
