// What a search finds: the newest matches, and, for the team, where nothing has the words, what people of similar names asked.
import { allOf, anyOf, anything, type Condition, condition, isOneOf } from '../graph/condition.ts'
import { COUNT_LIMIT } from '../graph/connection.ts'
import type { Context } from '../graph/context.ts'
import { nameIn, type SimilarlyNamed, type SimilarName, similarlyNamed } from '../people/similar-names.ts'
import { isStaff } from '../people/viewer.ts'
import { amongNewest, type Listed, listed, newestFound } from './ticket-counts.ts'
import { asksNothing, type TicketFilter, TicketOrder } from './ticket-filter.ts'

/**
 * A word is frequent where more of the tickets that changed last have it than this: finding a thousand of them in the order of
 * change costs as much then as finding all of them by the index in an archive of half a million.
 */
const [NEWEST, MANY] = [2000, 50]
/** Where so few of the first ones have it, the others need not be looked through. */
const [FIRST, FEW] = [100, 1]
const byChange = 'touched_at desc, id desc'

/** Which page of it is asked for. */
export interface Wanted {
  order: TicketOrder
  isFirst: boolean
}

export interface Found extends Listed {
  /** How many there are, up to the limit; null where that is not known yet. */
  count: number | null
  /** Whose tickets these are, where nothing has the words themselves. */
  similarNames: readonly string[]
}

/**
 * PostgreSQL cannot know whether few or many tickets have a word: in the order of change it would read the whole archive for
 * one that few have, by the index of words most of it for one that many have. So it is asked first whether the word is
 * frequent among the newest.
 */
export async function found(context: Context, filter: TicketFilter | null, page: Wanted): Promise<Found> {
  const list = listed(context, filter)
  if (!filter?.search || page.order === TicketOrder.UPDATED_AT_ASC) return whole(list) // a copy needs all
  if (!isStaff(context.viewer)) return whole(newestFound(context, filter))
  const newest = page.isFirst && page.order === TicketOrder.UPDATED_AT_DESC ? list : within(list)
  if (!isSearchAlone(filter) || (await isFrequentWord(context, list.where))) return whole(newest)
  const { ids, similar } = await fewOrSimilar(context, list.where, filter.search)
  if (ids.length === 0) return ofSimilar(similarlyNamed(similar))
  const where = isOneOf('t.id', ids.slice(0, COUNT_LIMIT - 1))
  return { ...list, where, count: ids.length, similarNames: [] }
}

/** Whether pages of the newest matches lead on: the first of them need not be counted to that. */
const within = ({ where, ways }: Listed): Listed => ({
  where: anything,
  ways,
  within: amongNewest(where, byChange),
})

/** The same as one condition, for counting several lists by one statement; only the array that is needed is worked out. */
export function searched(context: Context, filter: TicketFilter): Listed {
  const list = listed(context, filter)
  if (!filter.search || !isSearchAlone(filter)) return list
  const parts = [isFrequent(list.where), inOrder(list.where), byWords(list.where)]
  const [probe, frequent, rare] = parts.map(({ sql }) => sql)
  const where = `t.id = any(case when ${probe} then ${frequent} else ${rare} end)`
  return { ...list, where: condition(where, ...parts.flatMap(({ values }) => values)) }
}

const whole = (list: Listed): Found => ({ ...list, count: null, similarNames: [] })

async function isFrequentWord({ em }: Context, where: Condition): Promise<boolean> {
  const { sql, values } = isFrequent(where)
  const [row] = await em.execute<{ is_frequent: boolean }[]>(`select ${sql} as is_frequent`, [...values])
  return row?.is_frequent ?? false
}

/** The tickets, and, only where there are none, who has a similar name. */
async function fewOrSimilar(
  { em }: Context,
  where: Condition,
  search: string,
): Promise<{ ids: string[]; similar: SimilarName[] }> {
  const { sql, values } = byWords(where)
  const [row] = await em.execute<{ ids: string[]; similar: SimilarName[] }[]>(
    `select to_json(ids) as ids, case when cardinality(ids) > 0 then '[]'
       else (select coalesce(json_agg(s), '[]') from similar_names(?) s) end as similar from (select ${sql} as ids offset 0) few`,
    [nameIn(search), ...values],
  )
  return row ?? { ids: [], similar: [] }
}

const isFrequent = (where: Condition): Condition => {
  const some = hasMore(where, FIRST, FEW)
  const enough = hasMore(where, NEWEST, MANY)
  return condition(`case when ${some.sql} then ${enough.sql} else false end`, ...some.values, ...enough.values)
}

/** Whether more than so many of the tickets that changed last fit. */
const hasMore = ({ sql, values }: Condition, among: number, more: number): Condition =>
  condition(
    `(select count(*) from (select from (select * from ticket order by ${byChange} limit ${among}) t
      where ${sql} limit ${more + 1}) x) > ${more}`,
    ...values,
  )

/** Ids of the newest matches, as an array. */
const inOrder = ({ sql, values }: Condition): Condition =>
  condition(`array(select t.id from ticket t where ${sql} order by ${byChange} limit ${COUNT_LIMIT})`, ...values)

/** The same; all that have the words are found first (`offset 0` keeps the order out of that) and put in order then. */
const byWords = ({ sql, values }: Condition): Condition =>
  condition(
    `array(select t.id from (select t.id, t.touched_at from ticket t where ${sql} offset 0) t order by ${byChange} limit ${COUNT_LIMIT})`,
    ...values,
  )

function ofSimilar({ people, organizations, names }: SimilarlyNamed): Found {
  const theirs = anyOf(isOneOf('t.requester_id', people), isOneOf('t.organization_id', organizations))
  const where = allOf(condition('t.hold is null'), theirs)
  return { where, ways: [anything], count: names.length === 0 ? 0 : null, similarNames: names }
}

/** With other conditions their own indexes serve. */
const isSearchAlone = ({ search: _search, ...others }: TicketFilter): boolean => asksNothing(others)
