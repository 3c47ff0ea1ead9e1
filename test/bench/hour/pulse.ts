// Loaded into each process of the portal: asked, it tells what it holds, and how late it answered since it was last asked.
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { whenAsked } from '../asking.ts'

export interface Pulse {
  /** Bytes: resident, and kept after a collection of what is not. */
  rss: number
  kept: number
  /** Milliseconds that 99 of 100 looks at the event loop came late at most. */
  late: number
}

const RESOLUTION_MS = 10
const lag = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
lag.enable()

whenAsked((): Pulse => {
  const late = Math.max(0, lag.percentile(99) / 1e6 - RESOLUTION_MS) // the delay counts from the beginning of its timer
  const { rss } = process.memoryUsage()
  globalThis.gc?.()
  const { heapUsed, external } = process.memoryUsage()
  lag.reset() // what the collection took is not theirs
  return { rss, kept: heapUsed + external, late }
})
