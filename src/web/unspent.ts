// What operations were charged and did not come to. It is given back when their payer asks the next time, so that this takes
// no statement of its own. A process that ends forgets it: then the bucket fills by time alone.
import { REFILL_MS } from '../database/bucket.ts'

interface Sum {
  cost: number
  at: number
}

export class Unspent {
  /** Those who got something back last are last. */
  private readonly sums = new Map<string, Sum>()

  add(payer: string, cost: number, now = Date.now()): void {
    const before = this.take(payer, now)
    this.sums.set(payer, { cost: before + cost, at: now })
    this.forget(now)
  }

  /** What comes back to somebody now. */
  take(payer: string, now = Date.now()): number {
    const sum = this.sums.get(payer)
    this.sums.delete(payer)
    return sum && isLive(sum, now) ? sum.cost : 0
  }

  private forget(now: number): void {
    for (const [payer, sum] of this.sums) {
      if (isLive(sum, now)) return
      this.sums.delete(payer)
    }
  }
}

/** After that their bucket is full anyway. */
const isLive = ({ at }: Sum, now: number): boolean => now - at < REFILL_MS
