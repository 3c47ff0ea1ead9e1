import { Arg, Authorized, Ctx, Field, ID, InputType, Mutation, ObjectType, Resolver } from 'type-graphql'
import type { Context } from '../graph/context.ts'
import { loaded } from '../graph/loader.ts'
import { Payload } from '../graph/payload.ts'
import { AdminEventType } from './admin-event.ts'
import { recordAct } from './admin-log.ts'
import type { Organization } from './organization.ts'
import { organizationById, personById } from './person.ts'
import { User } from './user.ts'

@InputType({ description: 'What `assignOrganization` takes.' })
class AssignOrganizationInput {
  @Field(() => ID, { description: 'Global id of the person.' }) user!: string
  @Field(() => ID, {
    nullable: true,
    description: 'Global id of the organization that they belong to from now on; without it, none.',
  })
  organization?: string | null
}

@ObjectType({ description: 'What `assignOrganization` answers.' })
class AssignOrganizationPayload extends Payload {
  @Field(() => User, { nullable: true, description: 'The person.' }) user?: User
}

@Resolver()
export class AssignOrganizationResolver {
  @Authorized('sales')
  @Mutation(() => AssignOrganizationPayload, {
    description: 'Says to which organization somebody belongs. Their tickets so far keep theirs. For sales and admins.',
  })
  async assignOrganization(
    @Arg('input', () => AssignOrganizationInput) input: AssignOrganizationInput,
    @Ctx() context: Context,
  ): Promise<AssignOrganizationPayload> {
    const { em } = context
    const user = await personById(em, input.user)
    const organization = input.organization ? await organizationById(em, input.organization) : null
    // Who saw everything of one company must not by that see everything of another.
    if (organization?.id !== user.organization?.id) user.seesOrganization = false
    if (organization?.id !== user.organization?.id) await recordAssignment(context, user, organization)
    user.organization = organization
    return { user }
  }
}

async function recordAssignment(context: Context, user: User, to: Organization | null): Promise<void> {
  const from = await loaded(context.em, user.organization)
  recordAct(context, AdminEventType.ORGANIZATION_ASSIGNED, {
    subject: user,
    ...(from && { from: from.name }),
    ...(to && { to: to.name }),
  })
}
