// Listens to the statements that the process sends to PostgreSQL: counted by pages.test.ts, explained by plans.test.ts.
import { AsyncLocalStorage } from 'node:async_hooks'
import pg from 'pg'

export interface Statement {
  text: string
  values: readonly unknown[]
  /** Of the server that was asked. */
  port?: number
}

/** Begun in it, a worker does its own: what it asks meanwhile is nobody's page. */
export const atWork = new AsyncLocalStorage<true>()

const listeners = new Set<(statement: Statement) => void>()
const send = pg.Client.prototype.query

pg.Client.prototype.query = function query(this: pg.Client, ...args: unknown[]) {
  const statement = statementOf(args, this.port)
  if (statement) for (const listen of listeners) listen(statement)
  return Reflect.apply(send, this, args)
} as typeof send

/**
 * What `work` makes the process ask of the database; transactions' brackets and what the worker does apart. `counts` is
 * asked where a statement is sent.
 */
export async function statementsOf<T>(
  work: () => Promise<T>,
  counts: () => boolean = () => true,
): Promise<{ result: T; statements: Statement[] }> {
  const statements: Statement[] = []
  const listen = (statement: Statement) => {
    if (!isAside(statement.text) && !atWork.getStore() && counts()) statements.push(statement)
  }
  listeners.add(listen)
  try {
    return { result: await work(), statements }
  } finally {
    listeners.delete(listen)
  }
}

const isAside = (text: string) =>
  /^\s*(begin|commit|rollback|savepoint|release|start transaction|listen|set )/i.test(text) ||
  isQueue(text) ||
  isFollowing(text)
/** A process looks now and then whether an admin changed a setting. */
const isFollowing = (text: string) => text === 'select name, value from setting order by name'
/** The worker's own questions; a job that is added counts. */
const isQueue = (text: string) => /graphile_worker/.test(text) && !/add_jobs?/.test(text)

function statementOf([query, values]: unknown[], port: number): Statement | null {
  const list = (given: unknown) => (Array.isArray(given) ? given : [])
  if (typeof query === 'string') return { text: query, values: list(values), port }
  if (typeof query !== 'object' || query === null) return null
  const text: unknown = Reflect.get(query, 'text')
  return typeof text === 'string' ? { text, values: list(Reflect.get(query, 'values') ?? values), port } : null
}
