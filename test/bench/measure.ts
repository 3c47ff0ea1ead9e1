import autocannon from 'autocannon'
import { request } from 'undici'
import type { Ask } from './page.ts'

export interface Figures {
  perSecond: number
  /** In milliseconds. */
  p50: number
  p99: number
}

export interface Turns {
  seconds: number
  rounds: number
  connections: number
}

const WARM_SECONDS = 3

export interface Side {
  url: string
  asks: readonly Ask[]
}

/** Measures two servers turn by turn, after a warm-up; the median round of each. */
export async function inTurns(one: Side, other: Side, turns: Turns): Promise<[Figures, Figures]> {
  const rounds: [Figures, Figures][] = []
  for (const side of [one, other]) await warmUp(side, turns)
  for (let round = 0; round < turns.rounds; round += 1)
    rounds.push([await measure(one.url, one.asks, turns), await measure(other.url, other.asks, turns)])
  return [median(rounds.map(([first]) => first)), median(rounds.map(([, second]) => second))]
}

/** Everything once, so that nothing comes from the disk any more, and then as it will be measured. */
async function warmUp({ url, asks }: Side, turns: Turns): Promise<void> {
  const left = asks.values()
  await Promise.all(
    Array.from({ length: turns.connections }, async () => {
      for (const { method, path, headers, body } of left) {
        const given = typeof body === 'function' ? body() : body
        const answer = await request(url + path, { method, headers, ...(given && { body: given }) })
        await answer.body.dump() // never unpacked: the floor sends a plain body under the product's headers
      }
    }),
  )
  await measure(url, asks, { ...turns, seconds: Math.min(WARM_SECONDS, turns.seconds) })
}

/** Asks once; throws when the answer is not the expected one. */
export async function send(url: string, { method, path, headers, body, status }: Ask): Promise<Response> {
  const response = await fetch(url + path, {
    method,
    headers,
    redirect: 'manual',
    ...(body && { body: typeof body === 'function' ? body() : body }),
  })
  if (response.status !== status) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`)
  return response
}

/** Asks one server the same things over and over for some seconds; throws when an answer is not the expected one. */
export async function measure(
  url: string,
  asks: readonly Ask[],
  { seconds, connections }: { seconds: number; connections: number },
): Promise<Figures> {
  const times: number[] = []
  const wrong: number[] = []
  let turn = 0
  const startedAt = performance.now()
  await autocannon({
    url,
    connections,
    duration: seconds,
    timeout: 30,
    setupClient(client) {
      // Each connection begins somewhere else, so that they do not all ask for the same page at the same moment.
      client.setRequests(rotated(asks, Math.floor((turn++ * asks.length) / connections)))
      client.on('response', (status, _bytes, milliseconds) => {
        times.push(milliseconds)
        if (status !== asks[0]?.status) wrong.push(status)
      })
    },
  })
  const took = (performance.now() - startedAt) / 1000
  if (wrong.length > 0 || times.length === 0)
    throw new Error(`${asks[0]?.path}: answered ${wrong.slice(0, 5)} by ${url}`)
  times.sort((a, b) => a - b)
  return { perSecond: times.length / took, p50: at(times, 0.5), p99: at(times, 0.99) }
}

/** The middle one of several rounds, figure by figure. */
export function median(rounds: readonly Figures[]): Figures {
  const middle = (figure: keyof Figures) =>
    at(
      rounds.map(round => round[figure]).sort((a, b) => a - b),
      0.5,
    )
  return { perSecond: middle('perSecond'), p50: middle('p50'), p99: middle('p99') }
}

const at = (sorted: readonly number[], share: number): number => sorted[Math.floor(sorted.length * share)] ?? Number.NaN

function rotated(asks: readonly Ask[], by: number): autocannon.Request[] {
  return [...asks.slice(by), ...asks.slice(0, by)].map(({ method, path, headers, body }) => ({
    method,
    path,
    headers,
    ...(typeof body === 'function'
      ? { setupRequest: request => ({ ...request, body: body() }) }
      : body
        ? { body }
        : {}),
  }))
}
