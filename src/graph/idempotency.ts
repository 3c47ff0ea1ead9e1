import { createHash } from 'node:crypto'
import type { Context } from './context.ts'
import { Node } from './node.ts'
import { findNode } from './nodes.ts'
import { Refusal } from './refusal.ts'

type Result = Record<string, unknown>
/** How long a key holds. */
export const LIFETIME_HOURS = 24
/** Of a key, in characters. */
export const KEY_LENGTH = 200

/**
 * Runs a mutation at most once per person and key within 24 hours; a repetition gets the first one's result, other
 * content under the same key `IDEMPOTENCY_CONFLICT`. The row is written in the mutation's own transaction: a second post
 * at the same moment waits at the unique index until the first has committed or failed.
 */
export async function onlyOnce(
  context: Context,
  operation: string,
  input: unknown,
  run: () => Promise<Result>,
): Promise<Result> {
  const key = typeof input === 'object' && input !== null ? Reflect.get(input, 'idempotencyKey') : null
  if (typeof key !== 'string' || key === '') return run()
  if (key.length > KEY_LENGTH) throw new Refusal('TOO_LONG', 'idempotencyKey', { max: KEY_LENGTH })
  const scope = scopeOf(context)
  const hash = contentHash(context, operation, input)
  if (!(await claim(context, scope, key, operation, hash))) return repeat(context, scope, key, hash)
  const result = await run()
  await context.em.flush()
  await context.em.execute('update idempotency_key set result = ? where scope = ? and key = ?', [
    JSON.stringify(toStored(result)),
    scope,
    key,
  ])
  return result
}

/** Whose key it is. Our own forms' keys are random; a program of a stranger is told from others by where it is. */
function scopeOf({ viewer, via, client }: Context): string {
  if (viewer.user) return viewer.user.id
  return via === 'page' ? 'form' : `client:${client?.address ?? ''}`
}

async function claim(
  { em, now }: Context,
  scope: string,
  key: string,
  operation: string,
  hash: string,
): Promise<boolean> {
  const expired = new Date(now.getTime() - LIFETIME_HOURS * 3_600_000)
  const rows = await em.execute(
    `insert into idempotency_key (scope, key, operation, content_hash, created_at) values (?, ?, ?, ?, ?)
     on conflict (scope, key) do update set operation = excluded.operation, content_hash = excluded.content_hash, result = null, created_at = excluded.created_at
       where idempotency_key.created_at < ? returning key`,
    [scope, key, operation, hash, now, expired],
  )
  return rows.length > 0
}

async function repeat(context: Context, scope: string, key: string, hash: string): Promise<Result> {
  const [row] = await context.em.execute<{ content_hash: string; result: Result }[]>(
    'select content_hash, result from idempotency_key where scope = ? and key = ?',
    [scope, key],
  )
  if (row?.content_hash !== hash) throw new Refusal('IDEMPOTENCY_CONFLICT', 'idempotencyKey')
  const entries = Object.entries(row.result).map(
    async ([name, value]) => [name, await fromStored(context, value)] as const,
  )
  return Object.fromEntries(await Promise.all(entries))
}

/** A page uploads its files anew with each post, so there the ids of attachments say nothing about the content. */
function contentHash({ via }: Context, operation: string, input: unknown): string {
  // Nor does a password: what is kept must not help to guess it.
  const skipped = ['idempotencyKey', 'currentPassword', ...(via === 'page' ? ['attachments'] : [])]
  const content = JSON.stringify(input, (name, value: unknown) => (skipped.includes(name) ? undefined : value))
  return createHash('sha256').update(`${operation}\n${content}`).digest('hex')
}

/** Things are kept by id, plain values as they are; a secret (a new token, a webhook's) is not kept and so is shown only once. */
function toStored(result: Result): Result {
  const entries = Object.entries(result).filter(([name]) => name !== 'token' && name !== 'secret')
  return Object.fromEntries(
    entries.map(([name, value]) => [name, value instanceof Node ? { node: value.globalId } : value]),
  )
}

async function fromStored(context: Context, value: unknown): Promise<unknown> {
  const id: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, 'node') : null
  return typeof id === 'string' ? findNode(context, id) : value
}
