import type { EntityManager } from '@mikro-orm/postgresql'
import { batched } from '../graph/batched.ts'
import { Agreement } from './agreement.ts'
import type { Organization } from './organization.ts'

const agreements = batched(async (em: EntityManager, organizations) => {
  const found = await em.find(
    Agreement,
    { organization: { $in: [...organizations] } },
    { orderBy: { from: 'desc', id: 'desc' } },
  )
  return Map.groupBy(found, agreement => agreement.organization.id)
})

/** The agreements of an organization, newest first. */
export const agreementsOf = async (em: EntityManager, { id }: Pick<Organization, 'id'>): Promise<Agreement[]> =>
  (await agreements(em, id)) ?? []
