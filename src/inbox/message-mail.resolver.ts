import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql'
import { batched } from '../graph/batched.ts'
import { isOneOf } from '../graph/condition.ts'
import type { Context } from '../graph/context.ts'
import { read } from '../graph/reading.ts'
import { isStaff } from '../people/viewer.ts'
import { Message } from '../tickets/message.ts'
import { IncomingMail } from './incoming-mail.ts'
import { mailCameAlong } from './with-mail.ts'

const mails = batched(async ({ em }: Context, ids): Promise<Map<string, IncomingMail>> => {
  const found = await read(em, IncomingMail, { where: isOneOf('t.id', ids) })
  return new Map(found.map(mail => [mail.id, mail]))
})

@Resolver(() => Message)
export class MessageMailResolver {
  @FieldResolver(() => IncomingMail, {
    nullable: true,
    description: 'The mail it came by: how far its sender is proven, and how its ticket was found. For the team.',
  })
  async mail(@Root() message: Message, @Ctx() context: Context): Promise<IncomingMail | null> {
    if (message.mailId === null || !isStaff(context.viewer)) return null
    return mailCameAlong(context, message) ?? mails(context, message.mailId)
  }
}
