import type { Config } from '../config.ts'
import { Trouble } from '../lib/trouble.ts'
import { open } from './open.ts'

/** Runs one scheduled job once, here and now; outside production also as if it were `at` another time. */
export async function runJob(config: Config, name: string, at: string | undefined): Promise<void> {
  if (at !== undefined && config.production)
    throw new Trouble('--now is for development and tests; NODE_ENV is production.')
  const now = at === undefined ? new Date() : new Date(at)
  if (Number.isNaN(now.getTime())) throw new Trouble(`"${at}" is no time such as 2026-11-22T12:00:00Z.`)
  await using stack = new AsyncDisposableStack()
  const { tasks } = await open(stack, config, {
    as: `job run ${name}`,
    ...(at === undefined ? {} : { clock: () => now }),
  })
  const scheduled = [...tasks.crontab.matchAll(/^(?:\S+ ){5}([a-z-]+)/gm)].map(match => match[1])
  const task = scheduled.includes(name) ? tasks.list[name] : undefined
  if (!task) throw new Trouble(`There is no scheduled job "${name}"; there are ${scheduled.join(', ')}.`)
  await task({}, { now, isLastTry: true })
  process.stdout.write(`${name} is done.\n`)
}
