// What a person is to others (product §8): name and `isTeam` to everybody, the rest to themselves and to the team.
import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql'
import { isOneOf } from '../graph/condition.ts'
import type { Context } from '../graph/context.ts'
import { loaded } from '../graph/loader.ts'
import { registerNode } from '../graph/nodes.ts'
import { read } from '../graph/reading.ts'
import { maskAddress } from '../lib/mask-address.ts'
import { AccessState, accessState } from './access-state.ts'
import { isNameless } from './contact.ts'
import { accessNow } from './facts.ts'
import { Organization } from './organization.ts'
import { Role, User } from './user.ts'
import { isStaff, seesDetails } from './viewer.ts'

@Resolver(() => User)
export class UserResolver {
  @FieldResolver(() => String, {
    description:
      'The name as the person writes it; where they never gave one their address, which other customers see cut short.',
  })
  name(@Root() user: User, @Ctx() { viewer }: Context): string {
    return isNameless(user) && !seesDetails(viewer, user) ? maskAddress(user.email) : user.name
  }

  @FieldResolver(() => String, { nullable: true, description: 'Mail address. For the person and the team.' })
  email(@Root() user: User, @Ctx() { viewer }: Context): string | null {
    return seesDetails(viewer, user) ? user.email : null
  }

  @FieldResolver(() => Role, {
    nullable: true,
    description: 'What they are to the company. For the person and the team.',
  })
  role(@Root() user: User, @Ctx() { viewer }: Context): Role | null {
    return seesDetails(viewer, user) ? user.role : null
  }

  @FieldResolver(() => String, {
    nullable: true,
    description: 'Language of their pages and mails, `en` or `de`; null = never chosen. For the person and the team.',
  })
  language(@Root() user: User, @Ctx() { viewer }: Context): string | null {
    return seesDetails(viewer, user) ? user.language : null
  }

  @FieldResolver(() => String, {
    nullable: true,
    description: "Time zone; null = the company's. For the person and the team.",
  })
  timezone(@Root() user: User, @Ctx() { viewer }: Context): string | null {
    return seesDetails(viewer, user) ? user.timezone : null
  }

  @FieldResolver(() => Boolean, {
    nullable: true,
    description: 'Whether they want notices of status changes. For the person and the team.',
  })
  wantsStatusMail(@Root() user: User, @Ctx() { viewer }: Context): boolean | null {
    return seesDetails(viewer, user) ? user.wantsStatusMail : null
  }

  @FieldResolver(() => Boolean, {
    nullable: true,
    description: 'Whether they want the weekly report. For the person and the team.',
  })
  wantsWeeklyReport(@Root() user: User, @Ctx() { viewer }: Context): boolean | null {
    return seesDetails(viewer, user) ? user.wantsWeeklyReport : null
  }

  @FieldResolver(() => Boolean, {
    nullable: true,
    description: 'Whether they set a password through a mailed link; else they are a contact. For the team.',
  })
  isConfirmed(@Root() user: User, @Ctx() { viewer }: Context): boolean | null {
    return isStaff(viewer) ? !user.isContact : null
  }

  @FieldResolver(() => Boolean, { nullable: true, description: 'Whether the account was disabled. For the team.' })
  isDisabled(@Root() user: User, @Ctx() { viewer }: Context): boolean | null {
    return isStaff(viewer) ? user.disabledAt !== null : null
  }

  @FieldResolver(() => Date, { nullable: true, description: 'Since when they are known. For the person and the team.' })
  createdAt(@Root() user: User, @Ctx() { viewer }: Context): Date | null {
    return seesDetails(viewer, user) ? user.createdAt : null
  }

  @FieldResolver(() => Organization, { nullable: true, description: 'Where they belong. For the person and the team.' })
  async organization(@Root() user: User, @Ctx() { em, viewer }: Context): Promise<Organization | null> {
    return seesDetails(viewer, user) ? loaded(em, user.organization) : null
  }

  @FieldResolver(() => AccessState, {
    nullable: true,
    description: 'Whether they may use the portal now. For the person and the team.',
  })
  async access(@Root() user: User, @Ctx() context: Context): Promise<AccessState | null> {
    return seesDetails(context.viewer, user) ? accessState(await accessNow(context, user), context.config) : null
  }
}

const seenOf = ({ em, viewer }: Context, ids: readonly string[]): Promise<User[]> =>
  read(em, User, {
    where: isOneOf(
      't.id',
      ids.filter(id => seesDetails(viewer, { id })),
    ),
    brings: ['organization'],
    isPrepared: true,
  })

registerNode('User', async (context, id) => (await seenOf(context, [id]))[0] ?? null, seenOf)
