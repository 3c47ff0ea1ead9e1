// Rows of our own statements. What is asked at one moment goes to the database as one statement: a round trip takes longer
// than most of them run.
import type { EntityManager } from '@mikro-orm/postgresql'
import DataLoader from 'dataloader'
import { prepared } from '../database/prepared.ts'

type Row = Record<string, unknown>
type Statement = ReturnType<typeof prepared<Row>>

interface Single {
  number: number
  sql: string
  run: Statement
}

interface Asked {
  single: Single
  values: readonly unknown[]
}

/** What the connections to one server hold plans of. */
interface Plans {
  single: Map<string, Single>
  /** By the numbers of those that are asked together. */
  combined: Map<string, Statement>
}

/**
 * Each connection keeps each plan, some 70 KB. Programs decide for how many rows they ask, and what they ask at one moment, so
 * what comes after these is planned each time.
 */
export const MOST_PLANS = { single: 400, combined: 200 }

const plansOf = new WeakMap<object, Plans>()
/** Names are given once: what a standby does not answer is asked of the primary by the same name. */
let named = 0

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
  const single = isPrepared && !em.isInTransaction() ? singleOf(em, sql) : null
  if (!single) return em.execute<R[]>(sql, [...values])
  const loader = loaders.get(em) ?? new DataLoader<Asked, Row[]>(all => askAll(em, all), { cache: false })
  loaders.set(em, loader)
  return (await loader.load({ single, values })) as R[]
}

async function askAll(em: EntityManager, all: readonly Asked[]): Promise<(Row[] | Error)[]> {
  const together = all.length > 1 ? combinationOf(em, all) : null
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

/** What a list of JSON has, where there is one. */
export const rowsIn = (list: unknown): Row[] => (Array.isArray(list) ? list : [])

/** What one of them is at fault for, such as a value that no column can hold, is not the others' matter. */
const isOfOne = (error: unknown): boolean => /^(?:22|42)/.test(String(Reflect.get(Object(error), 'code')))

const askEach = (em: EntityManager, all: readonly Asked[]): Promise<(Row[] | Error)[]> =>
  Promise.all(all.map(({ single, values }) => single.run(em, [...values]).catch((error: Error) => error)))

function singleOf(em: EntityManager, sql: string): Single | null {
  const { single } = plansFor(em)
  const known = single.get(sql)
  if (known || single.size >= MOST_PLANS.single) return known ?? null
  const number = ++named
  const made = { number, sql, run: prepared<Row>(`reading ${number}`, sql) }
  single.set(sql, made)
  return made
}

function combinationOf(em: EntityManager, all: readonly Asked[]): Statement | null {
  const { combined } = plansFor(em)
  const numbers = all.map(({ single }) => single.number).join()
  const known = combined.get(numbers)
  if (known || combined.size >= MOST_PLANS.combined) return known ?? null
  const lists = all.map(({ single }, at) => `(select coalesce(json_agg(x), '[]') from (${single.sql}) x) as "${at}"`)
  const statement = prepared<Row>(`readings ${++named}`, `select ${lists.join(', ')}`)
  combined.set(numbers, statement)
  return statement
}

function plansFor(em: EntityManager): Plans {
  const connection = em.getConnection()
  const plans = plansOf.get(connection) ?? { single: new Map(), combined: new Map() }
  plansOf.set(connection, plans)
  return plans
}
