import { setTimeout as sleep } from 'node:timers/promises'

/**
 * Begins things at a rate, whether or not those before are done: a portal that gets slow is not asked less for it. The gaps
 * are as uneven as between people who know nothing of each other. Resolves when the last one is done.
 */
export async function keepPace(
  { perSecond, random }: { perSecond: number; random: () => number },
  isOver: () => boolean,
  begin: () => Promise<void>,
): Promise<void> {
  const running = new Set<Promise<void>>()
  let due = performance.now()
  while (!isOver()) {
    const one = begin().finally(() => running.delete(one))
    running.add(one)
    due += (-Math.log(1 - random()) / perSecond) * 1000
    await sleep(Math.max(0, due - performance.now()))
  }
  await Promise.all(running)
}
