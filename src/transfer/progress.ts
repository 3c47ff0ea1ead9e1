import { SingleBar } from 'cli-progress'

/** How far a command has come. */
export interface Progress {
  /** How much there is to do, in whatever it counts. */
  begin(total: number): void
  /** What is done so far, and the words beside it. */
  at(done: number, words?: string): void
  /** The words alone, for what has no measure. */
  say(words: string): void
  stop(): void
}

/** A bar on standard error, where that is a terminal. */
export function progressBar(unit: string): Progress {
  const bar = new SingleBar({
    format: `{bar} {percentage} % of ${unit}, {eta_formatted} left{words}`,
    hideCursor: null,
    clearOnComplete: true,
    etaBuffer: 50,
  })
  let isBegun = false
  return {
    begin(total) {
      isBegun = true
      bar.start(total, 0, { words: '' })
    },
    at: (done, words) => bar.update(done, words === undefined ? {} : { words: `, ${words}` }),
    say: words => bar.update({ words: `, ${words}` }),
    stop() {
      if (isBegun) bar.stop()
    },
  }
}
