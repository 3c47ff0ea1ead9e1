import {
  Arg,
  Args,
  Authorized,
  Ctx,
  Field,
  FieldResolver,
  InputType,
  Int,
  Mutation,
  ObjectType,
  Query,
  Resolver,
  Root,
} from 'type-graphql'
import { allOf, condition } from '../graph/condition.ts'
import { type Connection, connectionOf, keysetPage, PageArgs } from '../graph/connection.ts'
import type { Context } from '../graph/context.ts'
import { Text } from '../graph/input.ts'
import { loaded } from '../graph/loader.ts'
import { Payload } from '../graph/payload.ts'
import { Refusal } from '../graph/refusal.ts'
import { isStaff } from '../people/viewer.ts'
import { ratingOf } from './beside.ts'
import { Rating, Score } from './rating.ts'
import { ticketOfRatingLink } from './rating-link.ts'
import { Ticket } from './ticket.ts'

const RatingConnection = connectionOf('Rating', Rating)
const MAX_COMMENT = 2000

@ObjectType({ description: 'What the link in a mail that asks for a rating finds.', simpleResolvers: true })
class RatingRequest {
  @Field(() => Int, { description: "The ticket's public number." }) number!: number
  @Field(() => Boolean, { description: 'Whether it was rated already.' }) isGiven!: boolean
}

@InputType({ description: 'A rating, by the link of the mail that asked for it.' })
class RateTicketInput {
  @Field(() => String, { description: 'The token of the link.' }) token!: string
  @Field(() => Score, { description: 'Good or bad.' }) score!: Score

  @Text(MAX_COMMENT, { optional: true })
  @Field(() => String, { nullable: true, description: 'What there is to add, at most 2,000 characters.' })
  comment?: string | null
}
@ObjectType({ description: 'It is written down.' })
class RateTicketPayload extends Payload {
  @Field(() => Boolean, { nullable: true, description: 'Whether it had been rated before; then nothing changed.' })
  alreadyGiven?: boolean
}

@Resolver(() => Ticket)
export class RatingResolver {
  @Authorized('page')
  @Query(() => RatingRequest, {
    nullable: true,
    description: 'What the page behind such a link shows. Asking changes nothing.',
  })
  async ratingRequest(
    @Arg('token', () => String, { description: 'The token of the link.' }) token: string,
    @Ctx() { em, config }: Context,
  ): Promise<RatingRequest | null> {
    const ticket = await ticketOfRatingLink(em, token, config)
    return ticket && { number: ticket.number, isGiven: (await em.count(Rating, { ticket })) > 0 }
  }

  @Mutation(() => RateTicketPayload, { description: 'Says how the work on a ticket was, once.' })
  async rateTicket(
    @Arg('input', () => RateTicketInput) { token, score, comment }: RateTicketInput,
    @Ctx() { em, config, now }: Context,
  ): Promise<RateTicketPayload> {
    const ticket = await ticketOfRatingLink(em, token, config)
    if (!ticket) throw new Refusal('LINK_UNKNOWN', 'token')
    const rating = new Rating(ticket, score, comment ?? '', now)
    const added = await em.execute(
      'insert into rating (id, ticket_id, score, comment, created_at) values (?, ?, ?, ?, ?) on conflict (ticket_id) do nothing returning id',
      [rating.id, ticket.id, score, rating.comment, now],
    )
    return { alreadyGiven: added.length === 0 }
  }

  @Authorized('staff')
  @Query(() => RatingConnection, {
    description: 'What customers said about how their tickets were worked, newest first.',
  })
  ratings(
    @Args(() => PageArgs) page: PageArgs,
    @Arg('score', () => Score, { nullable: true, description: 'Only the good, or only the bad.' }) score: Score | null,
    @Ctx() { em }: Context,
  ): Promise<Connection<Rating>> {
    return keysetPage(em, page, {
      type: Rating,
      where: allOf(...(score ? [condition('t.score = ?', score)] : [])),
      order: { name: 'rated', columns: ['created_at', 'id'], properties: ['createdAt', 'id'], descending: true },
      fingerprint: score ?? '',
      brings: ['ticket'],
    })
  }

  @FieldResolver(() => Rating, { nullable: true, description: 'How its customer found it; for the team, else null.' })
  async rating(@Root() ticket: Ticket, @Ctx() context: Context): Promise<Rating | null> {
    return isStaff(context.viewer) ? ratingOf(context, ticket) : null
  }
}

@Resolver(() => Rating)
export class RatingTicketResolver {
  @FieldResolver(() => Ticket, { nullable: true, description: 'Which ticket it is about.' })
  ticket(@Root() rating: Rating, @Ctx() { em }: Context): Promise<Ticket | null> {
    return loaded(em, rating.ticket)
  }
}
