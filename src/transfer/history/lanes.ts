import type pg from 'pg'

/** Batches that are written at the same time, each on a connection of its own. */
export interface Lanes {
  /** Waits until nothing of this is being written. */
  without(names: readonly string[]): Promise<void>
  /** Begins the work as soon as a connection is free. */
  run(names: readonly string[], work: (client: pg.Client) => Promise<void>): Promise<void>
  end(): Promise<void>
}

export function openLanes(clients: readonly pg.Client[]): Lanes {
  const free = [...clients]
  const running = new Set<Promise<void>>()
  const written = new Set<string>()

  async function end(): Promise<void> {
    await Promise.all(running)
  }

  return {
    async without(names) {
      if (names.some(name => written.has(name))) await end()
    },
    async run(names, work) {
      while (free.length === 0) await Promise.race(running)
      const client = free.pop()
      if (!client) throw new Error('a connection was free and is not')
      for (const name of names) written.add(name)
      const run = work(client).then(() => {
        for (const name of names) written.delete(name)
        free.push(client)
        running.delete(run)
      })
      run.catch(() => {}) // it stays among those running, so that whoever waits next hears of it
      running.add(run)
    },
    end,
  }
}
