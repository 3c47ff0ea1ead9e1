import {
  Arg,
  Args,
  Authorized,
  Ctx,
  Field,
  FieldResolver,
  InputType,
  Int,
  ObjectType,
  Query,
  Resolver,
  Root,
  registerEnumType,
} from 'type-graphql'
import { allOf } from '../graph/condition.ts'
import { COUNT_LIMIT, type Connection, connectionOf, keysetPage, PageArgs } from '../graph/connection.ts'
import type { Context } from '../graph/context.ts'
import { loaded } from '../graph/loader.ts'
import { countUpTo } from '../graph/reading.ts'
import { searchOf } from '../people/search.ts'
import { User } from '../people/user.ts'
import { looksAfterList, seesDetails } from '../people/viewer.ts'
import { Membership, MembershipState } from './membership.ts'
import { whyNotPutBack } from './put-back.ts'
import { InvitationState, listConditions, listOrder } from './support-list.ts'

registerEnumType(InvitationState, {
  name: 'InvitationState',
  description: 'Where somebody’s account and invitation stand.',
  valuesConfig: {
    NONE: { description: 'No password, and never invited.' },
    OPEN: { description: 'Invited; the link still works.' },
    EXPIRED: { description: 'Invited; the link works no more.' },
    CONFIRMED: { description: 'A password was set through a mailed link.' },
  },
})

@InputType({ description: 'Which part of the support list; all parts are optional.' })
class SupportListFilter {
  @Field(() => MembershipState, { nullable: true, description: 'Members unless told.' })
  state?: MembershipState | null
  @Field(() => String, { nullable: true, description: 'Beginnings of words of name, address or organization.' })
  search?: string | null
  @Field(() => InvitationState, { nullable: true, description: 'Where account and invitation stand.' })
  invitation?: InvitationState | null
  @Field(() => Boolean, {
    nullable: true,
    description: 'True: only those to whom nothing is sent, because mails came back.',
  })
  blocked?: boolean | null
}

const MembershipConnection = connectionOf('Membership', Membership)

@ObjectType({ description: 'How many people are in each part of the list; each exact to 1,000, 1,001 means more.' })
class SupportListCounts {
  @Field(() => Int, { description: 'On the list.' }) members!: number
  @Field(() => Int, { description: 'Wished for it, but have not followed the mailed link.' }) pending!: number
  @Field(() => Int, { description: 'Left it.' }) left!: number
}

@Resolver(() => Membership)
export class SupportListResolver {
  @Authorized('sales')
  @Query(() => MembershipConnection, {
    description: 'The support list: the last stay of each person, the newest first. For sales and admins.',
  })
  supportList(
    @Arg('filter', () => SupportListFilter, {
      nullable: true,
      description: 'Only memberships that fit; all unless told.',
    })
    filter: SupportListFilter | null,
    @Args(() => PageArgs) page: PageArgs,
    @Ctx() { em, now }: Context,
  ): Promise<Connection<Membership>> {
    const { state, search, invitation, blocked } = { ...filter }
    const asked = {
      state: state ?? MembershipState.MEMBER,
      search: searchOf(search ?? null),
      invitation: invitation ?? null,
      isBlocked: blocked ?? false,
    }
    return keysetPage(em, page, {
      type: Membership,
      where: allOf(...listConditions(asked, now)),
      order: listOrder[asked.state],
      fingerprint: [asked.invitation ?? '', asked.isBlocked, asked.search].join(),
      brings: ['user'],
    })
  }

  @Authorized('sales')
  @Query(() => SupportListCounts, {
    description: 'How many people are in each part of the list. For sales and admins.',
  })
  async supportListCounts(@Ctx() { em, now }: Context): Promise<SupportListCounts> {
    const states = [MembershipState.MEMBER, MembershipState.PENDING, MembershipState.LEFT]
    const kinds = states.map(state => ({
      where: allOf(...listConditions({ state, search: '', invitation: null, isBlocked: false }, now)),
      orderBy: listOrder[state].columns.map(column => `t.${column} desc`).join(', '), // along the index
    }))
    const [members = 0, pending = 0, left = 0] = await countUpTo(em, Membership, COUNT_LIMIT, kinds)
    return { members, pending, left }
  }

  @FieldResolver(() => User, { nullable: true, description: 'Whose stay it is. For the person and the team.' })
  user(@Root() { user }: Membership, @Ctx() { em, viewer }: Context): Promise<User | null> | null {
    return seesDetails(viewer, user) ? loaded(em, user) : null
  }

  @FieldResolver(() => Boolean, {
    description: 'Whether the viewer may put its person on the list, if this is their last stay.',
  })
  async mayPutBack(@Root() membership: Membership, @Ctx() { em, viewer }: Context): Promise<boolean> {
    const user = looksAfterList(viewer) ? await loaded(em, membership.user) : null
    return user !== null && whyNotPutBack(viewer, user, membership.endedAt ? null : membership) === null
  }
}
