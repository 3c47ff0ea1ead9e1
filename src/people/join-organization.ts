// Whoever proves an address of an organization's domain belongs to it, where sales said so; else sales are given a hint.
import type { EntityManager } from '@mikro-orm/postgresql'
import { batched } from '../graph/batched.ts'
import { domainOf } from '../lib/mail-domain.ts'
import type { Organization } from './organization.ts'
import { OrganizationDomain } from './organization-domain.ts'
import type { User } from './user.ts'

/** To be called when somebody has proven an address. Who belongs somewhere stays there. */
export async function joinByDomain(em: EntityManager, user: User, address: string): Promise<void> {
  if (user.organization || user.isTeam) return
  const organization = await organizationOfDomain(em, address)
  if (organization?.joins) user.organization = organization
}

/** Whose domain an address has; null = nobody's. */
export const organizationOfDomain = (em: EntityManager, address: string): Promise<Organization | null> =>
  ofDomains(em, domainOf(address))

const ofDomains = batched(async (em: EntityManager, domains) => {
  const found = await em.find(OrganizationDomain, { domain: { $in: [...domains] } }, { populate: ['organization'] })
  return new Map(found.map(({ domain, organization }) => [domain, organization]))
})

/** Whoever has proven an address of the organization's domains before these were entered. */
export async function joinAllByDomain(
  em: EntityManager,
  { id }: Organization,
  domains: readonly string[],
): Promise<void> {
  await em.execute(
    `update person set organization_id = ? where organization_id is null and role = 'CUSTOMER' and confirmed_at is not null
       and split_part(email, '@', 2) = any(?::text[])`,
    [id, `{${domains.join(',')}}`],
  )
}
