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
import { Organization } from './organization.ts'
import { personById } from './person.ts'
import { User } from './user.ts'
import { looksAfterList, seesDetails } from './viewer.ts'

@InputType({ description: 'What `setOrganizationView` takes.' })
class SetOrganizationViewInput {
  @Field(() => ID, { description: 'Global id of the person.' }) user!: string
  @Field(() => Boolean, { description: 'Whether they see all tickets of their organization from now on.' })
  seesOrganization!: boolean
}

@ObjectType({ description: 'What `setOrganizationView` answers.' })
class SetOrganizationViewPayload extends Payload {
  @Field(() => User, { nullable: true, description: 'The person.' }) user?: User
}

@Resolver(() => User)
export class OrganizationViewResolver {
  @Authorized('sales')
  @Mutation(() => SetOrganizationViewPayload, {
    description:
      'Says whether a customer reads and comments on all tickets of their organization that are not private. For sales and admins.',
  })
  async setOrganizationView(
    @Arg('input', () => SetOrganizationViewInput) input: SetOrganizationViewInput,
    @Ctx() context: Context,
  ): Promise<SetOrganizationViewPayload> {
    const { em } = context
    const user = await personById(em, input.user)
    if (input.seesOrganization && (user.isTeam || !user.organization)) throw new Refusal('UNKNOWN_ORGANIZATION', 'user')
    if (user.seesOrganization !== input.seesOrganization)
      recordAct(context, input.seesOrganization ? AdminEventType.VIEW_GIVEN : AdminEventType.VIEW_TAKEN, {
        subject: user,
      })
    user.seesOrganization = input.seesOrganization
    return { user }
  }

  @FieldResolver(() => Boolean, {
    nullable: true,
    description: 'Whether they see all tickets of their organization. For the person and the team.',
  })
  seesOrganization(@Root() user: User, @Ctx() { viewer }: Context): boolean | null {
    return seesDetails(viewer, user) ? user.seesOrganization : null
  }

  @FieldResolver(() => Organization, {
    nullable: true,
    description: 'The organization all of whose tickets they see; null where they see their own alone.',
  })
  sharedOrganization(@Root() user: User, @Ctx() { em, viewer }: Context): Promise<Organization | null> | null {
    return user.seesOrganization && seesDetails(viewer, user) ? loaded(em, user.organization) : null
  }

  @FieldResolver(() => Boolean, { description: 'Whether the viewer may say what they see of their organization.' })
  maySetOrganizationView(@Root() user: User, @Ctx() { viewer }: Context): boolean {
    return looksAfterList(viewer) && !user.isTeam && user.organization !== null
  }
}
