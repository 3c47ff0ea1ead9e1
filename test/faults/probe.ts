// Somebody who reloads a page all the time, and so knows how long it was away.
import { setTimeout as sleep } from 'node:timers/promises'

const PAUSE_MS = 100
const PATIENCE_MS = 8_000

export interface Probe {
  /** The longest time without a good answer since this was asked last, in milliseconds; 0 = every answer was good. */
  longest(): number
  end(): Promise<void>
}

/** `path` is a page that asks the database. */
export function probe(url: string, path: string): Probe {
  let isEnding = false
  let lastGood = Date.now()
  let failed = 0
  let longest = 0
  const ended = run()

  async function run(): Promise<void> {
    while (!isEnding) {
      const isGood = await fetch(url + path, {
        headers: { connection: 'close' },
        signal: AbortSignal.timeout(PATIENCE_MS),
      })
        .then(async answer => (await answer.text()).length > 0 && answer.ok)
        .catch(() => false)
      if (!isGood) failed += 1
      else {
        if (failed > 0) longest = Math.max(longest, Date.now() - lastGood)
        failed = 0
        lastGood = Date.now()
      }
      await sleep(PAUSE_MS)
    }
  }

  return {
    longest() {
      const found = longest
      longest = 0
      return found
    },
    async end() {
      isEnding = true
      await ended
    },
  }
}
