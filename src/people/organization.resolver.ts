import {
  Arg,
  Args,
  Authorized,
  Ctx,
  Field,
  FieldResolver,
  ID,
  InputType,
  Mutation,
  ObjectType,
  Query,
  Resolver,
  Root,
} from 'type-graphql'
import { anything, condition } from '../graph/condition.ts'
import { type Connection, keysetPage, PageArgs } from '../graph/connection.ts'
import type { Context } from '../graph/context.ts'
import { Line } from '../graph/input.ts'
import { registerNode } from '../graph/nodes.ts'
import { Payload } from '../graph/payload.ts'
import { readOne } from '../graph/reading.ts'
import { Refusal } from '../graph/refusal.ts'
import { Repeatable } from '../graph/repeatable.ts'
import { Agreement } from './agreement.ts'
import { agreementsOf } from './agreements.ts'
import { byName, OrganizationConnection, UserConnection } from './connections.ts'
import { Organization } from './organization.ts'
import { organizationById } from './person.ts'
import { organizationsMatching, searchOf } from './search.ts'
import { User } from './user.ts'
import { isStaff } from './viewer.ts'
import { today } from './viewer-row.ts'

const NAME_LENGTH = 200

@InputType({ description: 'What `createOrganization` takes.' })
class CreateOrganizationInput extends Repeatable {
  @Field(() => String, { description: 'The name of the company.' }) @Line(NAME_LENGTH) name!: string
}

@InputType({ description: 'What `updateOrganization` takes.' })
class UpdateOrganizationInput {
  @Field(() => ID, { description: 'Global id of the organization.' }) organization!: string
  @Field(() => String, { description: 'Its new name.' }) @Line(NAME_LENGTH) name!: string
}

@ObjectType({ description: 'What `createOrganization` answers.' })
class CreateOrganizationPayload extends Payload {
  @Field(() => Organization, { nullable: true, description: 'The new organization.' }) organization?: Organization
}

@ObjectType({ description: 'What `updateOrganization` answers.' })
class UpdateOrganizationPayload extends Payload {
  @Field(() => Organization, { nullable: true, description: 'The organization.' }) organization?: Organization
}

@Resolver(() => Organization)
export class OrganizationResolver {
  @Authorized('staff')
  @Query(() => OrganizationConnection, { description: 'The organizations, by name. For the team.' })
  organizations(
    @Arg('search', () => String, { nullable: true, description: 'Beginnings of words of the name.' }) search:
      | string
      | null,
    @Args(() => PageArgs) page: PageArgs,
    @Ctx() { em }: Context,
  ): Promise<Connection<Organization>> {
    const words = searchOf(search)
    const where = words === '' ? anything : organizationsMatching(words)
    return keysetPage(em, page, { type: Organization, where, order: byName, fingerprint: words })
  }

  @Authorized('sales')
  @Mutation(() => CreateOrganizationPayload, { description: 'Adds an organization. For sales and admins.' })
  async createOrganization(
    @Arg('input', () => CreateOrganizationInput) { name }: CreateOrganizationInput,
    @Ctx() { em, now }: Context,
  ): Promise<CreateOrganizationPayload> {
    const organization = new Organization(await freeName(em, name), now)
    em.persist(organization)
    return { organization }
  }

  @Authorized('sales')
  @Mutation(() => UpdateOrganizationPayload, { description: 'Renames an organization. For sales and admins.' })
  async updateOrganization(
    @Arg('input', () => UpdateOrganizationInput) input: UpdateOrganizationInput,
    @Ctx() { em }: Context,
  ): Promise<UpdateOrganizationPayload> {
    const organization = await organizationById(em, input.organization)
    organization.name = await freeName(em, input.name, organization)
    return { organization }
  }

  @FieldResolver(() => [Agreement], {
    nullable: true,
    description: 'Its service agreements, newest first. For the team.',
  })
  async agreements(@Root() organization: Organization, @Ctx() { em, viewer }: Context): Promise<Agreement[] | null> {
    return isStaff(viewer) ? agreementsOf(em, organization) : null
  }

  @FieldResolver(() => Boolean, {
    nullable: true,
    description: 'Whether an agreement that includes the portal is in force today. For the team.',
  })
  async hasPortalAccess(
    @Root() organization: Organization,
    @Ctx() { em, viewer, config, now }: Context,
  ): Promise<boolean | null> {
    if (!isStaff(viewer)) return null
    const agreements = await agreementsOf(em, organization)
    return agreements.some(agreement => agreement.portalAccess && agreement.isInForce(today(now, config)))
  }

  @FieldResolver(() => UserConnection, { nullable: true, description: 'Who belongs to it, by name. For the team.' })
  async people(
    @Root() { id }: Organization,
    @Args(() => PageArgs) page: PageArgs,
    @Ctx() { em, viewer }: Context,
  ): Promise<Connection<User> | null> {
    return isStaff(viewer)
      ? keysetPage(em, page, {
          type: User,
          parent: { column: 'organization_id', property: 'organization', id },
          where: anything,
          order: byName,
          fingerprint: id,
        })
      : null
  }
}

/** Two organizations of one name could not be told apart. */
async function freeName(em: Context['em'], name: string, own?: Organization): Promise<string> {
  const taken = await em.count(Organization, { name, ...(own && { id: { $ne: own.id } }) })
  if (taken) throw new Refusal('NAME_TAKEN', 'name')
  return name
}

registerNode('Organization', async ({ em, viewer }, id) => {
  const isOwn = viewer.user?.organization?.id === id
  return isStaff(viewer) || isOwn
    ? readOne(em, Organization, { where: condition('t.id = ?', id), isPrepared: true })
    : null
})
