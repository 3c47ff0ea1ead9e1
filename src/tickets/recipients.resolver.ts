import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql'
import type { Context } from '../graph/context.ts'
import { loaded, related } from '../graph/loader.ts'
import type { User } from '../people/user.ts'
import { isStaff } from '../people/viewer.ts'
import { Recipient, recipientsOf } from './recipients.ts'
import { Ticket } from './ticket.ts'

@Resolver(() => Ticket)
export class RecipientsResolver {
  @FieldResolver(() => [Recipient], {
    description:
      'Whom an answer of the viewer would reach by mail, the requester first; whom not, and why. Empty for customers.',
  })
  async answerRecipients(@Root() ticket: Ticket, @Ctx() context: Context): Promise<Recipient[]> {
    const { em, viewer } = context
    if (!isStaff(viewer)) return []
    const [requester, participants] = await Promise.all([
      loaded(em, ticket.requester),
      related<User>(em, ticket, 'participants'),
    ])
    return recipientsOf(context, ticket, [...(requester ? [requester] : []), ...participants])
  }
}
