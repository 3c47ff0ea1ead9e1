/**
 * Lets at most `width` pieces of work run at the same time. Up to `waiting` more stand in line, first come, first served;
 * beyond that `overflow` makes the error to throw.
 */
export function lanes(width: number, waiting: number, overflow: () => Error) {
  const line: (() => void)[] = []
  let running = 0
  return async function inLane<T>(work: () => Promise<T>): Promise<T> {
    if (running >= width) {
      if (line.length >= waiting) throw overflow()
      await new Promise<void>(resolve => line.push(resolve))
    } else running += 1
    try {
      return await work()
    } finally {
      const next = line.shift()
      // The place goes to the next in line without being free in between.
      if (next) next()
      else running -= 1
    }
  }
}
