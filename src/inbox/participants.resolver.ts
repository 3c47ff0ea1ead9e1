import { LockMode } from '@mikro-orm/postgresql'
import {
  Arg,
  Authorized,
  Ctx,
  Field,
  FieldResolver,
  ID,
  InputType,
  Mutation,
  ObjectType,
  Resolver,
  Root,
} from 'type-graphql'
import type { Context } from '../graph/context.ts'
import { Payload } from '../graph/payload.ts'
import { Refusal } from '../graph/refusal.ts'
import { Repeatable } from '../graph/repeatable.ts'
import { entityOf } from '../graph/things.ts'
import { findOrCreateContact } from '../people/contact.ts'
import { idOf } from '../people/person.ts'
import { isStaff, signedIn } from '../people/viewer.ts'
import { letTakePart } from '../tickets/participants.ts'
import { Ticket } from '../tickets/ticket.ts'
import { lockTicket } from '../tickets/visible.ts'
import { ParticipantProposal, proposalsOf } from './participant-proposal.ts'

@InputType({ description: 'Whom a mail was copied to.' })
export class AcceptParticipantInput extends Repeatable {
  @Field(() => ID, { description: 'The global id of the proposal.' }) proposal!: string
}
@InputType({ description: 'Whom a mail was copied to.' })
export class DeclineParticipantInput extends AcceptParticipantInput {}
@ObjectType({ description: 'The ticket, in which they take part now.' })
export class AcceptParticipantPayload extends Payload {
  @Field(() => Ticket, { nullable: true, description: 'The ticket.' }) ticket?: Ticket | null
}
@ObjectType({ description: 'The ticket, in which they take no part.' })
export class DeclineParticipantPayload extends Payload {
  @Field(() => Ticket, { nullable: true, description: 'The ticket.' }) ticket?: Ticket | null
}

@Resolver(() => Ticket)
export class ParticipantsResolver {
  @FieldResolver(() => [ParticipantProposal], {
    description: 'Who was on copy of its mails and takes no part yet; for the team, else empty.',
  })
  async proposals(@Root() ticket: Ticket, @Ctx() context: Context): Promise<ParticipantProposal[]> {
    return isStaff(context.viewer) ? proposalsOf(context, ticket) : []
  }

  @Authorized('agent')
  @Mutation(() => AcceptParticipantPayload, { description: 'Lets somebody who was on copy read and comment.' })
  async acceptParticipant(
    @Arg('input', () => AcceptParticipantInput) { proposal: id }: AcceptParticipantInput,
    @Ctx() context: Context,
  ): Promise<AcceptParticipantPayload> {
    const { em, viewer, language, now } = context
    const proposal = await decide(context, id, true)
    const { address: email, name } = proposal
    const person = await findOrCreateContact(em, { email, name, language, now })
    const ticket = await lockTicket(context, proposal.ticket.number)
    letTakePart(ticket, person, entityOf(em, signedIn(viewer)), now)
    return { ticket }
  }

  @Authorized('agent')
  @Mutation(() => DeclineParticipantPayload, { description: 'Leaves somebody who was on copy out; they are not told.' })
  async declineParticipant(
    @Arg('input', () => DeclineParticipantInput) { proposal: id }: DeclineParticipantInput,
    @Ctx() context: Context,
  ): Promise<DeclineParticipantPayload> {
    const proposal = await decide(context, id, false)
    return { ticket: await lockTicket(context, proposal.ticket.number) }
  }
}

async function decide({ em, viewer, now }: Context, id: string, accepted: boolean): Promise<ParticipantProposal> {
  const lock = { lockMode: LockMode.PESSIMISTIC_WRITE }
  const proposal = await em.findOne(ParticipantProposal, idOf(id, 'ParticipantProposal'), lock)
  if (!proposal || proposal.decidedAt !== null) throw new Refusal('NOT_FOUND')
  await em.populate(proposal, ['ticket'])
  Object.assign(proposal, { accepted, decidedAt: now, decidedBy: entityOf(em, signedIn(viewer)) })
  return proposal
}
