// What a search of the team finds: the newest matches, and where nothing has the words, what people of similar names asked.
import { type Condition, condition } from '../graph/condition.ts'
import { COUNT_LIMIT, PAGE_SIZE } from '../graph/connection.ts'
import type { Context } from '../graph/context.ts'
import { idList } from '../graph/reading.ts'
import { similarlyNamed } from '../people/similar-names.ts'
import { isStaff } from '../people/viewer.ts'
import { type Listed, listed } from './ticket-counts.ts'
import type { TicketFilter } from './ticket-filter.ts'

/** So many of the tickets that changed last are looked through, to see whether a search finds a page's worth among them. */
const NEWEST = 2000
const byChange = 'touched_at desc, id desc'

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
export async function found(context: Context, filter: TicketFilter | null): Promise<Found> {
  const list = listed(context, filter)
  if (!filter?.search || !isStaff(context.viewer) || !isSearchAlone(filter)) return whole(list)
  const [probe] = await ask<{ is_frequent: boolean }>(context, isFrequent(list.where), 'is_frequent')
  if (probe?.is_frequent) return whole(list)
  const [row] = await ask<{ ids: string[] }>(context, byWords(list.where), 'ids')
  const ids = row?.ids ?? []
  if (ids.length === 0) return similar(context, filter.search)
  return { ...list, where: condition('t.id = any(?::uuid[])', idList(ids)), count: ids.length, similarNames: [] }
}

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

const ask = <Row extends object>({ em }: Context, { sql, values }: Condition, name: string): Promise<Row[]> =>
  em.execute<Row[]>(`select ${name === 'ids' ? `to_json(${sql})` : sql} as ${name}`, [...values])

const isFrequent = ({ sql, values }: Condition): Condition =>
  condition(
    `(select count(*) from (select from (select * from ticket order by ${byChange} limit ${NEWEST}) t
      where ${sql} limit ${PAGE_SIZE + 1}) x) > ${PAGE_SIZE}`,
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

async function similar({ em }: Context, search: string): Promise<Found> {
  const { people, organizations, names } = await similarlyNamed(em, search)
  const theirs = condition(
    't.hold is null and (t.requester_id = any(?::uuid[]) or t.organization_id = any(?::uuid[]))',
    idList(people),
    idList(organizations),
  )
  return { where: theirs, ways: [condition('true')], count: names.length === 0 ? 0 : null, similarNames: names }
}

/** With other conditions their own indexes serve. */
function isSearchAlone({ search: _search, ...others }: TicketFilter): boolean {
  return Object.values(others).every(value => value == null || (Array.isArray(value) && value.length === 0))
}
