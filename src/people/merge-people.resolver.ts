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
import { loaded } from '../graph/loader.ts'
import { Payload } from '../graph/payload.ts'
import { Refusal } from '../graph/refusal.ts'
import { AdminEventType } from './admin-event.ts'
import { recordAct } from './admin-log.ts'
import { aliasesNow } from './facts.ts'
import { mergePeople } from './merge-people.ts'
import { personById } from './person.ts'
import { User } from './user.ts'
import { isStaff, looksAfterList } from './viewer.ts'

@InputType({ description: 'Two accounts of one person: the one that goes and the one that stays.' })
class MergePeopleInput {
  @Field(() => ID, { description: 'Global id of the person who becomes an alias.' }) user!: string
  @Field(() => ID, { description: 'Global id of the person who stays.' }) into!: string
}

@ObjectType({ description: 'What `mergePeople` answers.' })
class MergePeoplePayload extends Payload {
  @Field(() => User, { nullable: true, description: 'Who stayed.' }) user?: User
}

@Resolver(() => User)
export class MergePeopleResolver {
  @Authorized('sales')
  @Mutation(() => MergePeoplePayload, {
    description:
      'Makes two customers one: tickets, messages, participation and the record of consent move; addresses lead to who stays, but open nothing before their owner proves them. Cannot be undone. For sales and admins.',
  })
  async mergePeople(
    @Arg('input', () => MergePeopleInput) input: MergePeopleInput,
    @Ctx() context: Context,
  ): Promise<MergePeoplePayload> {
    const { em, now } = context
    if (input.into === '') throw new Refusal('INVALID_CHOICE', 'into')
    const from = await personById(em, input.user)
    const into = await personById(em, input.into)
    if (whyNotMerged(from)) throw new Refusal('UNKNOWN_PERSON', 'user')
    if (whyNotMerged(into) || from === into) throw new Refusal('UNKNOWN_PERSON', 'into')
    const { email } = from
    await mergePeople(em, from, into, now)
    recordAct(context, AdminEventType.PEOPLE_MERGED, { subject: into, about: email })
    return { user: into }
  }

  @FieldResolver(() => Boolean, { description: 'Whether the viewer may merge them with somebody.' })
  mayMerge(@Root() user: User, @Ctx() { viewer }: Context): boolean {
    return looksAfterList(viewer) && !whyNotMerged(user)
  }

  @FieldResolver(() => User, { nullable: true, description: 'Who they became, where they were merged. For the team.' })
  mergedInto(@Root() { mergedInto }: User, @Ctx() { em, viewer }: Context): Promise<User | null> | null {
    return isStaff(viewer) ? loaded(em, mergedInto) : null
  }

  @FieldResolver(() => [String], {
    nullable: true,
    description: 'Addresses of people who were merged into them, which they have not proven. For the team.',
  })
  aliases(@Root() user: User, @Ctx() context: Context): Promise<string[]> | null {
    return isStaff(context.viewer) ? aliasesNow(context, user) : null
  }
}

/** Colleagues are not customers, and an alias is nobody. */
const whyNotMerged = (user: User): boolean => user.isTeam || user.mergedInto !== null
