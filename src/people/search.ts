import { anyOf, type Condition, condition, nothing } from '../graph/condition.ts'
import { ORGANIZATION_WORDS } from './organization.ts'
import { ADDRESS_WORDS } from './person-address.ts'
import { USER_WORDS } from './user.ts'

const MAX_WORDS = 8
const MAX_LENGTH = 100

/** What is searched for, and so what a cursor of the list holds. */
export const searchOf = (typed: string | null): string => (typed ?? '').normalize('NFC').trim().slice(0, MAX_LENGTH)

/** A full-text question for every word of a search, each as the beginning of one; null where there is no word in it. */
export function prefixQuery(search: string): string | null {
  const words = search.match(/[\p{L}\p{N}]+/gu) ?? []
  return words.length > 0
    ? words
        .slice(0, MAX_WORDS)
        .map(word => `${word}:*`)
        .join(' & ')
    : null
}

/** People whose name or address has all the words, or whose organization has. Read from indexes. */
export function peopleMatching(search: string): Condition {
  const query = prefixQuery(search)
  if (!query) return nothing
  const ofOrganization = condition(
    `t.organization_id = any(array(
      select o.id from organization o where to_tsvector('simple', ${ORGANIZATION_WORDS('o.')}) @@ to_tsquery('simple', ?)))`,
    query,
  )
  return anyOf(peopleNamed(search), ofOrganization)
}

/** People who are called so, or whose own or further address has the words. */
export function peopleNamed(search: string): Condition {
  const query = prefixQuery(search)
  if (!query) return nothing
  return condition(
    `(to_tsvector('simple', ${USER_WORDS('t.')}) @@ to_tsquery('simple', ?)
      or t.id = any(array(select a.user_id from person_address a where to_tsvector('simple', ${ADDRESS_WORDS('a.')}) @@ to_tsquery('simple', ?))))`,
    query,
    query,
  )
}

export function organizationsMatching(search: string): Condition {
  const query = prefixQuery(search)
  return query
    ? condition(`to_tsvector('simple', ${ORGANIZATION_WORDS('t.')}) @@ to_tsquery('simple', ?)`, query)
    : nothing
}
