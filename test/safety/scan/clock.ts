// Whether a clock tells who has an account: the same posts for an account and for nobody, in turns, and how often the one
// took longer than the other (Mann and Whitney's statistic). Half of all pairs means that nothing is to be learnt.
import { randomUUID } from 'node:crypto'
import { Browser } from '../../kit/browser.ts'
import { people } from '../../kit/cast.ts'
import type { Wire } from '../../kit/http.ts'
import type { Portal } from './portal.ts'

const forms: Readonly<Record<string, Record<string, string>>> = {
  '/login': { password: 'not the password' },
  '/password/forgot': {},
  '/register': { name: 'Somebody' },
}
/** Further from half than this happens by chance once in some thousands of times. */
const SUSPICIOUS = 4

export async function clock(portal: Portal, wire: Wire, rounds: number): Promise<string[]> {
  const findings: string[] = []
  for (const [path, fields] of Object.entries(forms)) {
    const [account, nobody] = await timesOf(portal, wire, path, fields, rounds)
    const { share, z } = compared(account, nobody)
    const line = `clock: ${path}: median ${median(account)} ms for an account, ${median(nobody)} ms for nobody; longer in ${(share * 100).toFixed(1)} % of ${rounds}² pairs (z = ${z.toFixed(2)})`
    console.log(line)
    if (Math.abs(z) > SUSPICIOUS) findings.push(line)
  }
  return findings
}

async function timesOf(portal: Portal, wire: Wire, path: string, fields: Record<string, string>, rounds: number) {
  const browser = new Browser(wire, portal.url)
  const page = await browser.visit(path)
  const _csrf = page.form(/.*/, path).value('_csrf') ?? ''
  const post = async (email: string): Promise<number> => {
    await portal.rest()
    const body = new URLSearchParams({ _csrf, email, ...fields }).toString()
    const begun = performance.now()
    const { status } = await browser.raw('POST', path, { 'content-type': 'application/x-www-form-urlencoded' }, body)
    const time = performance.now() - begun
    if (status !== 303 && status !== 422) throw new Error(`${path} was answered with ${status}`)
    return time
  }
  const [account, nobody]: [number[], number[]] = [[], []]
  for (let round = 0; round < rounds; round++) {
    const turns = [
      async () => account.push(await post(people.bo.email)),
      async () => nobody.push(await post(`${randomUUID()}@nowhere.example`)),
    ]
    // Whoever comes second may meet what the first left behind.
    for (const turn of round % 2 ? turns : turns.reverse()) await turn()
  }
  return [account, nobody] as const
}

const median = (times: readonly number[]): string =>
  (times.toSorted((a, b) => a - b)[times.length >> 1] ?? 0).toFixed(1)

/** How many of all pairs have the first longer, ties as halves, and how many deviations that is from half. */
function compared(one: readonly number[], other: readonly number[]): { share: number; z: number } {
  const wins = one.reduce((sum, a) => sum + other.reduce((s, b) => s + (a > b ? 1 : a === b ? 0.5 : 0), 0), 0)
  const pairs = one.length * other.length
  return {
    share: wins / pairs,
    z: (wins - pairs / 2) / Math.sqrt((pairs * (one.length + other.length + 1)) / 12),
  }
}
