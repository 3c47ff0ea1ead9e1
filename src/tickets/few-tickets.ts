import { condition } from '../graph/condition.ts'
import { COUNT_LIMIT, PAGE_SIZE } from '../graph/connection.ts'
import type { Context } from '../graph/context.ts'
import { isStaff } from '../people/viewer.ts'
import { type Listed, listed } from './ticket-counts.ts'
import type { TicketFilter } from './ticket-filter.ts'

/** So many of the tickets that changed last are looked through, to see whether a search finds a page's worth among them. */
const NEWEST = 2000

/**
 * PostgreSQL cannot know whether few or many tickets have a word, and for one that few have would read the whole archive
 * in the list's order. What is not frequent among the newest is looked up by the index of words and put in order then.
 */
export async function narrowed(context: Context, filter: TicketFilter | null): Promise<Listed> {
  const list = listed(context, filter)
  if (!filter || !isStaff(context.viewer) || !isSearchAlone(filter)) return list
  const { sql, values } = list.where
  const [row] = await context.em.execute<{ found: number }[]>(
    `select count(*)::int as found from (select from (
       select * from ticket order by touched_at desc, id desc limit ${NEWEST}) t where ${sql} limit ${PAGE_SIZE + 1}) x`,
    [...values],
  )
  if ((row?.found ?? 0) > PAGE_SIZE) return list
  const few = `t.id = any(array(select t.id from ticket t where ${sql} limit ${COUNT_LIMIT}))`
  return { where: condition(few, ...values), ways: list.ways }
}

/** With other conditions their own indexes serve. */
function isSearchAlone({ search, ...others }: TicketFilter): boolean {
  return (
    Boolean(search) &&
    Object.values(others).every(value => value == null || (Array.isArray(value) && value.length === 0))
  )
}
