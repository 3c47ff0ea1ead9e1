// Rows of our own statements. What is asked at one moment goes to the database as one statement: a round trip takes longer
// than most of them run.
import type { EntityManager } from '@mikro-orm/postgresql'
import DataLoader from 'dataloader'
import { prepared } from '../database/prepared.ts'

type Row = Record<string, unknown>
interface Asked {
  sql: string
  values: readonly unknown[]
}
type Statement = ReturnType<typeof prepared<Row>>

/** Each connection holds a plan of each; programs decide what is asked at one moment, so further combinations are asked one by one. */
const MOST_COMBINATIONS = 200

const single = new Map<string, Statement>()
const combined = new Map<string, Statement>()
const loaders = new WeakMap<EntityManager, DataLoader<Asked, Row[]>>()

/**
 * Rows of a statement, planned once per connection where it `isPrepared` (see `Reading`). They come as JSON has them where it
 * was asked together with others: times are texts, bytes are hexadecimal. Inside a transaction the entity manager asks, so
 * that it sees what the transaction has done.
 */
export async function ask<R extends object = Row>(
  em: EntityManager,
  sql: string,
  values: readonly unknown[],
  isPrepared = false,
): Promise<R[]> {
  if (!isPrepared || em.isInTransaction()) return em.execute<R[]>(sql, [...values])
  const loader = loaders.get(em) ?? new DataLoader<Asked, Row[]>(all => askAll(em, all), { cache: false })
  loaders.set(em, loader)
  return (await loader.load({ sql, values })) as R[]
}

async function askAll(em: EntityManager, all: readonly Asked[]): Promise<(Row[] | Error)[]> {
  const together = all.length > 1 ? combinationOf(all) : null
  if (!together) return askEach(em, all)
  try {
    const [row] = await together(
      em,
      all.flatMap(({ values }) => [...values]),
    )
    return all.map((_, at) => rowsIn(row?.[at]))
  } catch (error) {
    if (!isOfOne(error)) throw error
    return askEach(em, all)
  }
}

const rowsIn = (list: unknown): Row[] => (Array.isArray(list) ? list : [])

/** What one of them is at fault for, such as a value that no column can hold, is not the others' matter. */
const isOfOne = (error: unknown): boolean => /^(?:22|42)/.test(String(Reflect.get(Object(error), 'code')))

const askEach = (em: EntityManager, all: readonly Asked[]): Promise<(Row[] | Error)[]> =>
  Promise.all(all.map(({ sql, values }) => statementFor(sql)(em, [...values]).catch((error: Error) => error)))

function statementFor(sql: string): Statement {
  const statement = single.get(sql) ?? prepared<Row>(`reading ${single.size}`, sql)
  single.set(sql, statement)
  return statement
}

function combinationOf(all: readonly Asked[]): Statement | null {
  const lists = all.map(({ sql }, at) => `(select coalesce(json_agg(x), '[]') from (${sql}) x) as "${at}"`)
  const sql = `select ${lists.join(', ')}`
  const known = combined.get(sql)
  if (known || combined.size >= MOST_COMBINATIONS) return known ?? null
  const statement = prepared<Row>(`readings ${combined.size}`, sql)
  combined.set(sql, statement)
  return statement
}
