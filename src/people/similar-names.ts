import type { EntityManager } from '@mikro-orm/postgresql'

export interface SimilarlyNamed {
  people: string[]
  organizations: string[]
  /** What they are called, most similar first. */
  names: string[]
}

/** Shorter ones are similar to too much. */
const SHORTEST = 4

/** People whose name or address, and organizations whose name, is what somebody may have meant who mistyped it. */
export async function similarlyNamed(em: EntityManager, typed: string): Promise<SimilarlyNamed> {
  const isName = typed.trim().length >= SHORTEST && /\p{L}{3}/u.test(typed)
  const rows = isName
    ? await em.execute<{ id: string; name: string; is_person: boolean }[]>('select * from similar_names(?)', [typed])
    : []
  const ids = (isPerson: boolean) => rows.filter(row => row.is_person === isPerson).map(({ id }) => id)
  return { people: ids(true), organizations: ids(false), names: [...new Set(rows.map(({ name }) => name))] }
}
