// What a client of the API may ask for: so many requests, and so much cost, each out of a bucket that fills up steadily.
import { HeaderMap } from '@apollo/server'
import type { Request } from 'express'
import { GraphQLError } from 'graphql'
import { type Drawn, draw, REFILL_MS } from '../database/bucket.ts'
import { clientKey } from '../lib/client-key.ts'
import type { Viewer } from '../people/viewer.ts'
import type { Plaindesk } from '../plaindesk.ts'
import type { Unspent } from './unspent.ts'

interface Budget {
  /** How many requests a bucket holds, which is what runs in within a minute. */
  requests: number
  /** How much cost, likewise: three of the costliest operations at once, then one every twenty seconds. */
  cost: number
}

/** Per token, or per person with a cookie. */
export const person: Budget = { requests: 600, cost: 60_000 }
/** Strangers share theirs per client. */
export const stranger: Budget = { requests: 60, cost: 30_000 }

/** What one request cost, as its answer says it. */
export interface Bill {
  payer: string
  requested: number
  /** What is left to be spent now. */
  available: number
  /** How much comes back each second. */
  refill: number
  headers: HeaderMap
  /** Set where the request is refused. */
  refusal: GraphQLError | null
}

/** What buckets are drawn from with. */
export interface Till {
  orm: Plaindesk['orm']
  unspent: Unspent
}

/** Takes one request (or `count`) and its cost out of the buckets of whoever asks. One statement, also where it is refused. */
export async function charge(
  { orm, unspent }: Till,
  { viewer, request }: { viewer: Viewer; request: Request },
  requested: number,
  count = 1,
): Promise<Bill> {
  const payer = payerOf(viewer, request)
  const budget = viewer.user ? person : stranger
  const each = REFILL_MS / budget.cost
  const [requests, cost] = await draw(
    orm.em,
    { key: `api requests ${payer}`, ms: count * (REFILL_MS / budget.requests) },
    { key: `api cost ${payer}`, ms: requested * each, back: Math.floor(unspent.take(payer) * each) },
  )
  return {
    payer,
    requested,
    available: leftOf(cost, budget.cost),
    refill: (budget.cost * 1000) / REFILL_MS,
    headers: new HeaderMap([
      ['ratelimit-limit', String(budget.requests)],
      ['ratelimit-remaining', String(leftOf(requests, budget.requests))],
      ['ratelimit-reset', String(Math.max(1, Math.ceil(requests.ms / 1000)))],
    ]),
    refusal: refusalOf(requests, cost, requested, budget),
  }
}

/** As `extensions.cost` says it. */
export const costOf = ({ requested, available, refill }: Bill, actual: number) => ({
  requested,
  actual,
  available,
  refill,
})

/** Whose bucket it is. */
export const payerOf = ({ token, user }: Viewer, { ip }: Request): string =>
  (token && `token:${token.id}`) ?? (user && `person:${user.id}`) ?? `client:${clientKey(ip ?? '')}`

const leftOf = ({ ms }: Drawn, size: number): number => Math.max(0, Math.floor(((REFILL_MS - ms) / REFILL_MS) * size))

function refusalOf(requests: Drawn, cost: Drawn, requested: number, budget: Budget): GraphQLError | null {
  if (!requests.fits)
    return refused('requests', budget.requests, `The limit is ${budget.requests} requests a minute.`, {
      ms: requests.ms + REFILL_MS / budget.requests - REFILL_MS,
    })
  if (!cost.fits)
    return refused(
      'cost',
      budget.cost,
      `The operation costs ${requested}, ${leftOf(cost, budget.cost)} are left; the limit is ${budget.cost} a minute.`,
      { ms: cost.ms + requested * (REFILL_MS / budget.cost) - REFILL_MS },
    )
  return null
}

/** Says which limit it met and in how many seconds the same request fits. */
function refused(limit: string, max: number, message: string, { ms }: { ms: number }): GraphQLError {
  const retryAfter = Math.max(1, Math.ceil(ms / 1000))
  return new GraphQLError(message, {
    extensions: {
      code: 'RATE_LIMITED',
      limit,
      max,
      retryAfter,
      http: { status: 429, headers: new HeaderMap([['retry-after', String(retryAfter)]]) },
    },
  })
}
