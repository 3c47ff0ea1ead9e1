// A subscription by graphql-sse's own client, as a program holds it.
import { type ClientOptions, createClient } from 'graphql-sse'
import { expect } from 'vitest'
import type { Data } from './api.ts'

export interface Following {
  /** What was told so far. */
  readonly events: readonly Data[]
  /** Resolves where the server said that it is over, rejects with what the client makes of other ends. */
  readonly over: Promise<'complete'>
  /** How often it connected. */
  readonly connections: number
  /** The next event that fits, those before it left in `events`. */
  until(fits: (event: Data) => boolean): Promise<Data>
  stop(): void
}

type Options = Partial<ClientOptions<false>> & { variables?: Record<string, unknown> }

/** Follows, once the server has begun to tell. */
export async function follow(
  url: string,
  headers: Record<string, string>,
  query: string,
  { variables = {}, ...options }: Options = {},
): Promise<Following> {
  const client = createClient({ url: `${url}/graphql`, headers, retryAttempts: 0, ...options })
  const events: Data[] = []
  let connections = 0
  const begun = Promise.withResolvers<void>()
  const over = Promise.withResolvers<'complete'>()
  over.promise.catch(() => {}) // whoever does not ask does not mind
  const stop = client.subscribe(
    { query, variables },
    {
      next: event => void events.push(event),
      error(error) {
        begun.reject(error)
        over.reject(error)
      },
      complete: () => over.resolve('complete'),
    },
    {
      connected() {
        connections += 1
        begun.resolve()
      },
    },
  )
  await begun.promise
  return {
    events,
    over: over.promise,
    get connections() {
      return connections
    },
    async until(fits) {
      await expect.poll(() => events.some(fits)).toBe(true)
      return events.find(fits)
    },
    stop,
  }
}

export const bearer = (token: string) => ({ authorization: `Bearer ${token}` })
