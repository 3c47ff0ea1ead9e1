import type { EntityManager } from '@mikro-orm/postgresql'
import { batched } from '../graph/batched.ts'
import { isOneOf } from '../graph/condition.ts'
import { read } from '../graph/reading.ts'
import { Agreement } from './agreement.ts'
import type { Organization } from './organization.ts'

const agreements = batched(async (em: EntityManager, organizations) => {
  const found = await read(em, Agreement, {
    where: isOneOf('t.organization_id', organizations),
    orderBy: 't."from" desc, t.id desc',
    isPrepared: true,
  })
  return Map.groupBy(found, agreement => agreement.organization.id)
})

/** The agreements of an organization, newest first, for showing. */
export const agreementsOf = async (em: EntityManager, { id }: Pick<Organization, 'id'>): Promise<Agreement[]> =>
  (await agreements(em, id)) ?? []
