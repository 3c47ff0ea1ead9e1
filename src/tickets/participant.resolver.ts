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
import type { Context } from '../graph/context.ts'
import { EmailAddress, Line } from '../graph/input.ts'
import { Refusal } from '../graph/refusal.ts'
import { Repeatable } from '../graph/repeatable.ts'
import { settleProposals } from '../inbox/participant-proposal.ts'
import { parseGlobalId } from '../lib/ids.ts'
import { findOrCreateContact } from '../people/contact.ts'
import { personById } from '../people/person.ts'
import { User } from '../people/user.ts'
import { worksTickets } from '../people/viewer.ts'
import { mayUpdate } from './may.ts'
import { choicesOf, leaveOut, letTakePart } from './participants.ts'
import { TicketPayload } from './status.resolver.ts'
import { Ticket } from './ticket.ts'
import { lockStaying, signedIn } from './visible.ts'

@InputType({ description: 'Who is to read and comment: somebody known, or an address.' })
class AddParticipantInput extends Repeatable {
  @Field(() => Int, { description: "The ticket's public number." }) number!: number

  @EmailAddress({ optional: true })
  @Field(() => String, { nullable: true, description: 'An address; one that nobody has yet makes a contact.' })
  address?: string | null

  @Line(120, { optional: true })
  @Field(() => String, { nullable: true, description: 'The name, for an address that nobody has yet.' })
  name?: string | null

  @Field(() => ID, { nullable: true, description: 'Global id of somebody known, such as one of `participantChoices`.' })
  user?: string | null
}
@InputType({ description: 'Who is not to read and comment any longer.' })
class RemoveParticipantInput extends Repeatable {
  @Field(() => Int, { description: "The ticket's public number." }) number!: number
  @Field(() => ID, { description: 'Global id of the participant.' }) user!: string
}
@ObjectType({ description: 'The ticket, in which they take part now.' })
class AddParticipantPayload extends TicketPayload {}
@ObjectType({ description: 'The ticket, in which they take no part any more.' })
class RemoveParticipantPayload extends TicketPayload {}

@Resolver(() => Ticket)
export class ParticipantResolver {
  @Authorized('agent')
  @Mutation(() => AddParticipantPayload, {
    description:
      'Lets a customer read and comment. They are told of the next answer, not of this; who takes part already is fine.',
  })
  async addParticipant(
    @Arg('input', () => AddParticipantInput) input: AddParticipantInput,
    @Ctx() context: Context,
  ): Promise<AddParticipantPayload> {
    const { em, viewer, now } = context
    const { user } = signedIn(viewer)
    const ticket = await lockStaying(context, input.number)
    if (!mayUpdate(viewer, ticket)) throw new Refusal('FORBIDDEN')
    const person = await whom(context, ticket, input)
    letTakePart(ticket, person, user, now)
    await settleProposals(em, ticket, person, user, now)
    return { ticket }
  }

  @Authorized('agent')
  @Mutation(() => RemoveParticipantPayload, {
    description: 'Takes a participant off a ticket; what they wrote stays. Who takes no part is fine.',
  })
  async removeParticipant(
    @Arg('input', () => RemoveParticipantInput) { number, user: id }: RemoveParticipantInput,
    @Ctx() context: Context,
  ): Promise<RemoveParticipantPayload> {
    const { em, viewer, now } = context
    const { user } = signedIn(viewer)
    const ticket = await lockStaying(context, number)
    if (!mayUpdate(viewer, ticket)) throw new Refusal('FORBIDDEN')
    leaveOut(ticket, await personById(em, id), user, now)
    return { ticket }
  }

  @FieldResolver(() => [User], {
    description: 'Colleagues of the customer who take no part yet, at most 50; for whoever may add them, else empty.',
  })
  async participantChoices(@Root() ticket: Ticket, @Ctx() context: Context): Promise<User[]> {
    return worksTickets(context.viewer) ? choicesOf(context, ticket) : []
  }
}

/** The address counts where both are given: it was typed, and a choice may only have been left as it was. */
async function whom(context: Context, ticket: Ticket, { address, name, user }: AddParticipantInput): Promise<User> {
  const person = address ? await byAddress(context, ticket, address, name ?? '') : await byId(context, user)
  const field = address ? 'address' : 'user'
  if (person.isTeam) throw new Refusal('IS_TEAM', field)
  if (person.disabledAt) throw new Refusal('ACCOUNT_DISABLED', field)
  return person
}

/** Whoever is new is written to in the customer's language. */
function byAddress({ em, language, now }: Context, ticket: Ticket, email: string, name: string): Promise<User> {
  return findOrCreateContact(em, { email, name, language: ticket.requester.language ?? language, now })
}

async function byId({ em }: Context, id: string | null | undefined): Promise<User> {
  if (!id) throw new Refusal('REQUIRED', 'address')
  const parsed = parseGlobalId(id)
  const found = parsed?.type === 'User' ? await em.findOne(User, parsed.id) : null
  if (!found) throw new Refusal('UNKNOWN_PERSON', 'user')
  return found
}
