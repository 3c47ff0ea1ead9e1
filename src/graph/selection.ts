// Which rows of a table are read, and in which order: what follows the select list.
import { allOf, anything, type Condition, idList } from './condition.ts'

/** The first so many of a list, among which others are then looked for. */
export interface Within {
  where: Condition
  orderBy: string
  limit: number
  /** What `where` and `orderBy` of the selection ask for: these are carried for all of them, whole rows only for those that are shown. */
  columns: readonly string[]
  /** What else comes along with each row, by name: window functions over all of them, and one more where there are more. */
  adds?: Readonly<Record<string, string>>
}

export interface Selection {
  where: Condition
  /** Only these are looked at; which of the `ways` lead to them is asked there. */
  within?: Within
  /** Conditions of which one has to hold too. They exclude each other, and each is followed along an index of its own. */
  ways?: readonly Condition[]
  /** Each of these has so many rows of its own, as a list of things each has a page: the column that leads to them. */
  of?: { column: string; ids: readonly string[] }
  /** `t.created_at desc, t.id desc` */
  orderBy?: string
  limit?: number
}

/** What follows the select list. */
export function selection({ tableName }: { tableName: string }, asked: Selection): Condition {
  const { where, ways = [anything], of, within } = asked
  if (of) return selectionOfEach(tableName, asked, of)
  if (within) return selectionWithin(tableName, asked, within)
  const order = orderOf(asked)
  const along = ways.map(way => allOf(way, where))
  const [only, ...others] = along.map(({ sql }) => `from ${tableName} t where ${sql}${order}`)
  const values = along.flatMap(each => each.values)
  if (others.length === 0) return { sql: only ?? '', values }
  const united = [only, ...others].map(each => `(select t.* ${each})`).join(' union all ')
  return { sql: `from (${united}) t${order}`, values }
}

const orderOf = ({ orderBy, limit }: Pick<Selection, 'orderBy' | 'limit'>): string =>
  `${orderBy ? ` order by ${orderBy}` : ''}${limit === undefined ? '' : ` limit ${limit}`}`

/** `t.nth` counts them from 1. One more than the limit says that there are more. */
function selectionWithin(tableName: string, { where, ways, ...asked }: Selection, within: Within): Condition {
  const { orderBy, limit, columns, adds = {} } = within
  const first = selection({ tableName }, { where: within.where, ways, orderBy, limit: limit + 1 })
  const carried = ['id', ...columns].map(column => `t.${column}`).join(', ')
  const counted = Object.entries(adds).map(([name, sql]) => `, ${sql} as "${name}"`)
  const all = `select t.*, row_number() over (order by ${orderBy}) as nth${counted.join('')} from (select ${carried} ${first.sql}) t`
  const found = `(select t.* from (${all}) t where ${where.sql}${orderOf(asked)}) found`
  return {
    sql: `from ${found} join ${tableName} t on t.id = found.id${orderOf(asked)}`,
    values: [...first.values, ...where.values],
  }
}

/** The first rows of each parent, found along the parent's index one after the other. */
function selectionOfEach(
  tableName: string,
  { where, orderBy, limit }: Selection,
  of: NonNullable<Selection['of']>,
): Condition {
  const own = `select t.* from ${tableName} t where t.${of.column} = parent.id and (${where.sql}) order by ${orderBy} limit ${limit}`
  return {
    sql: `from unnest(?::uuid[]) parent (id) cross join lateral (${own}) t order by ${orderBy}`,
    values: [idList(of.ids), ...where.values],
  }
}
