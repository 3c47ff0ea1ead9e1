import type { Bar as ProgressBar } from 'cli-progress'

export interface Progress {
  /** Things to come, and what they are called: "rows", "MB". */
  begin(total: number, what: string): void
  /** So many more are done. */
  advance(by: number): void
  end(): void
}

/** A bar on standard error while somebody looks at it; nothing in a log or a pipe. */
export async function progressBar(): Promise<Progress> {
  const { Bar } = await import('cli-progress')
  let bar: ProgressBar | null = null
  const end = () => {
    bar?.stop()
    bar = null
  }
  return {
    begin(total, what) {
      end()
      bar = new Bar({ format: `{bar} {percentage} % of {total} ${what}, {eta_formatted} left`, hideCursor: null })
      bar.start(Math.max(1, Math.round(total)), 0)
    },
    advance: by => bar?.increment(by),
    end,
  }
}
