export interface SimilarlyNamed {
  people: string[]
  organizations: string[]
  /** What they are called, most similar first. */
  names: string[]
}

/** Shorter ones are similar to too much. */
const SHORTEST = 4

/** What was typed, where it may be a name; null else. */
export const nameIn = (typed: string): string | null =>
  typed.trim().length >= SHORTEST && /\p{L}{3}/u.test(typed) ? typed : null

export interface SimilarName {
  id: string
  name: string
  is_person: boolean
}

/** People whose name or address, and organizations whose name, is what somebody may have meant who mistyped it. */
export function similarlyNamed(rows: readonly SimilarName[]): SimilarlyNamed {
  const ids = (isPerson: boolean) => rows.filter(row => row.is_person === isPerson).map(({ id }) => id)
  return { people: ids(true), organizations: ids(false), names: [...new Set(rows.map(({ name }) => name))] }
}
