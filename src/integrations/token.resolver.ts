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
  Query,
  Resolver,
  Root,
} from 'type-graphql'
import type { Context } from '../graph/context.ts'
import { Line } from '../graph/input.ts'
import { loaded } from '../graph/loader.ts'
import { registerNode } from '../graph/nodes.ts'
import { Payload } from '../graph/payload.ts'
import { Refusal } from '../graph/refusal.ts'
import { AdminEventType } from '../people/admin-event.ts'
import { recordAct } from '../people/admin-log.ts'
import { idOf, personById } from '../people/person.ts'
import { confirmAct } from '../people/staff.ts'
import { Role, User } from '../people/user.ts'
import { isAdmin, signedIn, type Viewer } from '../people/viewer.ts'
import { ApiToken, Scope } from './api-token.ts'
import { DEFAULT_DAYS, MAX_DAYS, MAX_TOKENS, makeToken } from './token.ts'

@InputType({ description: 'What `createToken` takes.' })
class CreateTokenInput {
  @Field(() => String, { description: 'What it is for.' }) @Line(100) name!: string
  @Field(() => [Scope], { description: 'What it may do.' }) scopes!: Scope[]
  @Field(() => Int, {
    nullable: true,
    description: `Days until it ends, at most ${MAX_DAYS}; ${DEFAULT_DAYS} unless told.`,
  })
  expiresInDays?: number | null
  @Field(() => ID, {
    nullable: true,
    description: 'Global id of whom it is for; admins only. Without it, for oneself.',
  })
  user?: string | null
  @Field(() => String, {
    nullable: true,
    description: "The asker's own password; needed in a browser, not with an API token.",
  })
  currentPassword?: string | null
  @Field(() => String, {
    nullable: true,
    description: 'Makes a repetition of the same call harmless; the token itself is told the first time only.',
  })
  idempotencyKey?: string | null
}

@InputType({ description: 'What `revokeToken` takes.' })
class RevokeTokenInput {
  @Field(() => ID, { description: 'Global id of the token.' }) token!: string
}

@ObjectType({ description: 'What `createToken` answers.' })
class CreateTokenPayload extends Payload {
  @Field(() => String, { nullable: true, description: 'The token itself, told this once.' }) token?: string
  @Field(() => ApiToken, { nullable: true, description: 'What is kept of it.' }) apiToken?: ApiToken
}

@ObjectType({ description: 'What `revokeToken` answers.' })
class RevokeTokenPayload extends Payload {
  @Field(() => ApiToken, { nullable: true, description: 'The token, which no door takes any more.' })
  apiToken?: ApiToken
}

@Resolver(() => ApiToken)
export class TokenResolver {
  @Authorized('signed-in')
  @Query(() => [ApiToken], { description: "The viewer's own API tokens, newest first; an admin reads everybody's." })
  tokens(
    @Arg('mine', () => Boolean, { nullable: true, description: "Only the viewer's own, also for an admin." })
    mine: boolean | null,
    @Ctx() { em, viewer }: Context,
  ): Promise<ApiToken[]> {
    const whose = isAdmin(viewer) && !mine ? {} : { user: signedIn(viewer).id }
    return em.find(ApiToken, whose, { orderBy: { createdAt: 'desc', id: 'desc' }, limit: 200, populate: ['user'] })
  }

  @Authorized('signed-in')
  @Mutation(() => CreateTokenPayload, { description: 'Makes an API token for oneself or, as an admin, for others.' })
  async createToken(
    @Arg('input', () => CreateTokenInput) input: CreateTokenInput,
    @Ctx() context: Context,
  ): Promise<CreateTokenPayload> {
    const { em, viewer, now } = context
    if (viewer.access !== 'GRANTED') throw new Refusal('FORBIDDEN')
    const { name, scopes } = input
    const days = input.expiresInDays ?? DEFAULT_DAYS
    if (scopes.length === 0) throw new Refusal('REQUIRED', 'scopes')
    if (days < 1 || days > MAX_DAYS) throw new Refusal('INVALID_CHOICE', 'expiresInDays')
    await confirmAct(context, input.currentPassword)
    const user = await ownerOf(em, viewer, input.user)
    if (scopes.includes(Scope.ON_BEHALF) && !mayActFor(user)) throw new Refusal('INVALID_CHOICE', 'scopes')
    await checkRoom(em, user, now)
    const { secret, token } = makeToken(em, { user, name, scopes, days }, now)
    recordAct(context, AdminEventType.TOKEN_MADE, { subject: user, about: name, to: token.scopes.join(', ') })
    return { token: secret, apiToken: token }
  }

  @Authorized('signed-in')
  @Mutation(() => RevokeTokenPayload, {
    description: "Ends an API token at once: one's own or, as an admin, anybody's.",
  })
  async revokeToken(
    @Arg('input', () => RevokeTokenInput) input: RevokeTokenInput,
    @Ctx() context: Context,
  ): Promise<RevokeTokenPayload> {
    const { em, viewer, now } = context
    const apiToken = await em.findOne(ApiToken, idOf(input.token, 'ApiToken'))
    if (!apiToken || !isOwn(viewer, apiToken)) throw new Refusal('NOT_FOUND')
    if (apiToken.revokedAt === null) {
      apiToken.revokedAt = now
      recordAct(context, AdminEventType.TOKEN_REVOKED, { subject: apiToken.user, about: apiToken.name })
    }
    return { apiToken }
  }

  @FieldResolver(() => User, { description: 'For whom it acts.' })
  user(@Root() { user }: ApiToken, @Ctx() { em }: Context): Promise<User | null> {
    return loaded(em, user)
  }
}

/** Who works tickets: what is done in a customer's name is the team's own doing. */
const mayActFor = ({ role }: User): boolean => role === Role.AGENT || role === Role.ADMIN

/** Each token has a limit of its own on what it may cost, so that many would be none. */
async function checkRoom(em: Context['em'], user: User, now: Date): Promise<void> {
  const live = await em.count(ApiToken, { user: user.id, revokedAt: null, expiresAt: { $gt: now } })
  if (live >= MAX_TOKENS) throw new Refusal('TOO_MANY_TOKENS', 'name', { max: MAX_TOKENS })
}

const isOwn = (viewer: Viewer, { user }: ApiToken): boolean => isAdmin(viewer) || user.id === viewer.user?.id

async function ownerOf(em: Context['em'], viewer: Viewer, globalId: string | null | undefined): Promise<User> {
  if (!globalId) return signedIn(viewer)
  const user = await personById(em, globalId)
  if (user.id !== viewer.user?.id && !isAdmin(viewer)) throw new Refusal('NOT_FOUND')
  return user
}

registerNode('ApiToken', async ({ em, viewer }, id) => {
  if (viewer.scopes && !viewer.scopes.includes(Scope.ADMIN)) return null // as with the list
  const token = await em.findOne(ApiToken, id)
  return token && isOwn(viewer, token) ? token : null
})
