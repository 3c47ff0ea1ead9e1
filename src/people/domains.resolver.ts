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
import { batched } from '../graph/batched.ts'
import { isOneOf } from '../graph/condition.ts'
import type { Context } from '../graph/context.ts'
import { Payload } from '../graph/payload.ts'
import { read } from '../graph/reading.ts'
import { Refusal } from '../graph/refusal.ts'
import { isPublicProvider, normalizeDomain } from '../lib/mail-domain.ts'
import { AdminEventType } from './admin-event.ts'
import { recordAct } from './admin-log.ts'
import { joinAllByDomain, organizationOfDomain } from './join-organization.ts'
import { Organization } from './organization.ts'
import { OrganizationDomain } from './organization-domain.ts'
import { organizationById } from './person.ts'
import { User } from './user.ts'
import { isStaff } from './viewer.ts'

const MOST_DOMAINS = 50

@InputType({ description: 'What `saveDomains` takes.' })
class SaveDomainsInput {
  @Field(() => ID, { description: 'Global id of the organization whose domains they are.' }) organization!: string
  @Field(() => [String], {
    description: 'All its domains from now on, such as `acme.example`; spaces and commas part two. At most 50.',
  })
  domains!: string[]
  @Field(() => Boolean, { description: 'Whether people with a proven address of these belong to it by themselves.' })
  joins!: boolean
}

@ObjectType({ description: 'What `saveDomains` answers.' })
class SaveDomainsPayload extends Payload {
  @Field(() => Organization, { nullable: true, description: 'The organization.' }) organization?: Organization
}

const domainsOf = batched(async (em: Context['em'], organizations) => {
  const where = isOneOf('t.organization_id', organizations)
  const found = await read(em, OrganizationDomain, { where, orderBy: 't.domain', isPrepared: true })
  return Map.groupBy(found, ({ organization }) => organization.id)
})

@Resolver(() => Organization)
export class DomainsResolver {
  @Authorized('sales')
  @Mutation(() => SaveDomainsPayload, {
    description:
      'Says which mail domains are an organization’s, and whether their people join by themselves. For sales and admins.',
  })
  async saveDomains(
    @Arg('input', () => SaveDomainsInput) { organization: id, domains: typed, joins }: SaveDomainsInput,
    @Ctx() context: Context,
  ): Promise<SaveDomainsPayload> {
    const { em } = context
    const organization = await organizationById(em, id)
    const wanted = cleaned(typed)
    const taken = await em.findOne(OrganizationDomain, { domain: { $in: wanted }, organization: { $ne: organization } })
    if (taken) throw new Refusal('DOMAIN_TAKEN', 'domains', { domain: taken.domain })
    const known = await em.find(OrganizationDomain, { organization })
    em.remove(known.filter(({ domain }) => !wanted.includes(domain)))
    const added = wanted.filter(each => known.every(({ domain }) => domain !== each))
    em.persist(added.map(domain => new OrganizationDomain(organization, domain)))
    const from = ruleOf(
      known.map(({ domain }) => domain),
      organization.joins,
    )
    const to = ruleOf(wanted, joins)
    if (from !== to) recordAct(context, AdminEventType.DOMAINS_SAVED, { about: organization.name, from, to })
    organization.joins = joins
    await em.flush()
    if (joins) await joinAllByDomain(em, organization, wanted)
    return { organization }
  }

  @FieldResolver(() => [String], { nullable: true, description: 'Its mail domains. For the team.' })
  async domains(@Root() { id }: Organization, @Ctx() { em, viewer }: Context): Promise<string[] | null> {
    return isStaff(viewer) ? ((await domainsOf(em, id)) ?? []).map(({ domain }) => domain) : null
  }

  @FieldResolver(() => Boolean, {
    nullable: true,
    description: 'Whether people with a proven address of its domains belong to it by themselves. For the team.',
  })
  joins(@Root() { joins }: Organization, @Ctx() { viewer }: Context): boolean | null {
    return isStaff(viewer) ? joins : null
  }
}

@Resolver(() => User)
export class OrganizationHintResolver {
  @FieldResolver(() => Organization, {
    nullable: true,
    description: 'Where they may belong, by the domain of their proven address, but do not yet. For the team.',
  })
  async organizationHint(@Root() user: User, @Ctx() { em, viewer }: Context): Promise<Organization | null> {
    const isMissing = isStaff(viewer) && !user.organization && !user.isTeam && !user.isContact
    return isMissing ? organizationOfDomain(em, user.email) : null
  }
}

/** As the log shows it: the domains, with a plus where they decide who belongs there. */
const ruleOf = (domains: readonly string[], joins: boolean): string =>
  `${domains.toSorted().join(', ')}${joins ? ' +' : ''}`.trim()

function cleaned(typed: readonly string[]): string[] {
  const words = typed.flatMap(text => text.split(/[\s,;]+/)).filter(Boolean)
  if (words.length > MOST_DOMAINS) throw new Refusal('TOO_LONG', 'domains', { max: MOST_DOMAINS })
  return [...new Set(words.map(checked))]
}

function checked(word: string): string {
  const domain = normalizeDomain(word)
  if (!domain) throw new Refusal('INVALID_DOMAIN', 'domains', { domain: word.slice(0, 60) })
  if (isPublicProvider(domain)) throw new Refusal('PUBLIC_DOMAIN', 'domains', { domain })
  return domain
}
