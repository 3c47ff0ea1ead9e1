// What bench leaves for `npm run promises`. Archives smaller than those that are promised about say nothing.
import { keep } from '../promises/kept.ts'
import { type BenchPage, COMMON } from './page.ts'

const [SMALL, LARGE] = [50_000, 1_000_000]
const words = (tickets: number): string => `${tickets.toLocaleString('en')} tickets`

/** A page beside its floor: its share of the throughput, and its p99 as a multiple. */
export function keepShare(page: BenchPage, tickets: number, ratio: number, slower: number): void {
  if (tickets < SMALL) return
  const where = `${page.name}, ${words(tickets)}`
  keep('bench', shareOf(page), [{ where, value: ratio }])
  keep('bench', 'p99 by the floor’s', [{ where, value: slower }])
}

export function keepGrowth({ name, grows }: BenchPage, [small = 0, large = 0]: readonly number[], value: number): void {
  if (small < SMALL || large < LARGE) return
  const promise =
    grows === COMMON ? 'the same, searching for a very common word' : 'p50 at 1,000,000 tickets by that at 50,000'
  keep('bench', promise, [{ where: name, value }])
}

function shareOf({ name }: BenchPage) {
  if (/^(team|sales)/.test(name)) return 'share of the floor: the team’s pages'
  if (name.startsWith('API')) return 'share of the floor: API'
  return name.includes('POST') ? 'share of the floor: posting' : 'share of the floor: customers’ list, ticket, search'
}
