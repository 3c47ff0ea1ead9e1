import { Arg, Authorized, Ctx, Field, ObjectType, Query, Resolver } from 'type-graphql'
import type { Context } from '../graph/context.ts'
import { offersList } from '../list/offers-list.ts'
import { isNameless } from './contact.ts'
import { LinkState } from './link-state.ts'
import { findLink, firstPasswordKinds, linkState } from './links.ts'
import { LinkKind } from './one-time-link.ts'

@ObjectType({ description: 'What a mailed link opens. Of a link that is not open, only kind and state are told.' })
class Link {
  @Field(() => LinkKind, { description: 'What it is for.' }) kind!: LinkKind
  @Field(() => LinkState, { description: 'Whether it still opens something.' }) state!: LinkState
  @Field(() => String, { nullable: true, description: 'The address it was sent to.' }) email!: string | null
  @Field(() => String, { nullable: true, description: 'The name that is known.' }) name!: string | null
  @Field(() => Boolean, { description: 'Whether its page asks for the name, filled in where one is known.' })
  asksName!: boolean
  @Field(() => Boolean, { description: 'Whether its page offers to join the support list.' }) offersList!: boolean
}

@Resolver()
export class LinkResolver {
  @Authorized('page')
  @Query(() => Link, {
    nullable: true,
    description:
      'What the page behind a mailed link shows; null for a link that is none of ours. Asking changes nothing.',
  })
  async link(
    @Arg('token', () => String, { description: 'The token of the link.' }) token: string,
    @Arg('kinds', () => [LinkKind], {
      nullable: true,
      description: 'What the page is for; a link for something else is unknown to it.',
    })
    kinds: LinkKind[] | null,
    @Ctx() { em, config, now }: Context,
  ): Promise<Link | null> {
    const link = await findLink(em, token, kinds ?? Object.values(LinkKind), config)
    if (!link) return null
    const { kind, user } = link
    const state = LinkState[linkState(link, now)]
    if (state !== LinkState.OPEN) return { kind, state, email: null, name: null, asksName: false, offersList: false }
    const isNew = firstPasswordKinds.includes(kind)
    return {
      kind,
      state,
      email: link.email ?? user.email,
      name: isNameless(user) ? null : user.name,
      asksName: isNew,
      offersList: isNew && (await offersList(em, link)),
    }
  }
}
