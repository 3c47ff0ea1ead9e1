// Conditions of our own statements: SQL with a question mark for each value. The row they speak of is called `t`.
import { type FilterQuery, raw } from '@mikro-orm/postgresql'

export interface Condition {
  sql: string
  values: readonly unknown[]
}

export const condition = (sql: string, ...values: unknown[]): Condition => ({ sql, values })

export const anything = condition('true')
export const nothing = condition('false')

export const allOf = (...conditions: readonly Condition[]): Condition => ({
  sql: conditions.map(({ sql }) => `(${sql})`).join(' and ') || 'true',
  values: conditions.flatMap(({ values }) => values),
})

export const anyOf = (...conditions: readonly Condition[]): Condition => ({
  sql: conditions.map(({ sql }) => `(${sql})`).join(' or ') || 'false',
  values: conditions.flatMap(({ values }) => values),
})

/** Whether a column is one of these: ids, or what `type` says. */
export const isOneOf = (column: string, values: readonly (string | number)[], type = 'uuid'): Condition =>
  condition(`${column} = any(?::${type}[])`, idList(values))

/** Ids as one value, for `any(?::uuid[])`; likewise numbers, and words that need no quotes. */
export const idList = (ids: readonly (string | number)[]): string => `{${ids.join(',')}}`

/** The same condition for the entity manager, where it reads what will be changed. */
export const asFilter = <T>({ sql, values }: Condition): FilterQuery<T> =>
  ({ [raw(alias => `(${sql.replaceAll(/\bt\./g, `${alias}.`)})`, [...values])]: [] }) as FilterQuery<T>
