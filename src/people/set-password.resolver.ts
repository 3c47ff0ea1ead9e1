import { Arg, Ctx, Field, InputType, Mutation, ObjectType, Resolver } from 'type-graphql'
import type { Context } from '../graph/context.ts'
import { Line } from '../graph/input.ts'
import { Payload } from '../graph/payload.ts'
import { Refusal } from '../graph/refusal.ts'
import { join } from '../list/join.ts'
import { Door } from '../list/membership.ts'
import { offersList } from '../list/offers-list.ts'
import { hasLeft } from '../list/stays.ts'
import { isNameless } from './contact.ts'
import { joinByDomain } from './join-organization.ts'
import { firstPasswordKinds, holdLink, revokeLinks, useUp } from './links.ts'
import { LinkKind, type OneTimeLink } from './one-time-link.ts'
import { checkNewPassword, hashPassword } from './password.ts'
import { isSavedJustNow, noteAttempt } from './saved-just-now.ts'
import { NAME_LENGTH, User } from './user.ts'
import { viewerById } from './viewer-row.ts'

@InputType({ description: 'What `setPassword` takes.' })
class SetPasswordInput {
  @Field(() => String, { description: 'The token of the mailed link.' }) token!: string

  @Field(() => String, { nullable: true, description: 'Full name; needed where none is known.' })
  @Line(NAME_LENGTH, { optional: true })
  name?: string | null

  @Field(() => String, {
    description: 'The wished password; PASSWORD_LENGTH says how long at least, 12 characters or more.',
  })
  password!: string
  @Field(() => String, { description: 'The same again; else PASSWORDS_DIFFER.' }) passwordConfirm!: string

  @Field(() => Boolean, { nullable: true, description: 'Whether to join the support list, where the link offers it.' })
  subscribe?: boolean | null

  @Field(() => String, {
    nullable: true,
    description: 'Tells the second click of a double click, which does nothing further, from another post.',
  })
  attempt?: string | null
}

@ObjectType({ description: 'What `setPassword` answers.' })
class SetPasswordPayload extends Payload {
  @Field(() => User, { nullable: true, description: 'The account, which can log in from now on.' }) user?: User
}

@Resolver()
export class SetPasswordResolver {
  @Mutation(() => SetPasswordPayload, {
    description: 'Completes an account through the link of an invitation or registration.',
  })
  async setPassword(
    @Arg('input', () => SetPasswordInput) input: SetPasswordInput,
    @Ctx() context: Context,
  ): Promise<SetPasswordPayload> {
    const { em, config, now, language } = context
    const link = await holdLink(em, input.token, firstPasswordKinds, config)
    const { user } = link
    if (await isSavedJustNow(context, link, input)) return asOwner(context, user)
    useUp(link, now)
    noteAttempt(link, input)
    if (!input.name && isNameless(user)) throw new Refusal('REQUIRED', 'name')
    checkNewPassword(input.password, input.passwordConfirm, user, config)
    user.name = input.name || user.name
    user.language ??= language
    user.passwordHash = await hashPassword(input.password)
    await joinByLink(link, Boolean(input.subscribe), context)
    user.confirmedAt = now
    await joinByDomain(em, user, user.email)
    await revokeLinks(em, user, [...firstPasswordKinds, LinkKind.RESET], now)
    await em.flush()
    return asOwner(context, user)
  }
}

/** Whoever followed the link is this person, and may read about themselves in the answer. */
async function asOwner(context: Context, user: User): Promise<SetPasswordPayload> {
  const { em, config, now } = context
  context.viewer = (await viewerById(em, user.id, config, now)) ?? context.viewer
  return { user }
}

/** V10: an invitation confirms the address and the wish to be on the list at once. V16: not of somebody who left. */
async function joinByLink(link: OneTimeLink, subscribe: boolean, { em, now }: Context): Promise<void> {
  const { user, kind, joinsList } = link
  const wishes = joinsList || (subscribe && (await offersList(em, link)))
  if (!wishes || (await hasLeft(em, user))) return
  await join(em, user, kind === LinkKind.INVITATION ? Door.INVITATION : Door.REGISTRATION, now)
}
