import type { Config } from '../config.ts'
import { Trouble } from '../lib/trouble.ts'
import { User } from '../people/user.ts'
import type { Plaindesk } from '../plaindesk.ts'
import { open } from './open.ts'

/** The example people into an empty database, and then `count` tickets in bulk, to see how much data feels. */
export async function seed(config: Config, count: number, stopping: AbortSignal): Promise<void> {
  if (config.production) throw new Trouble('Example data is for development; NODE_ENV is production.')
  await using stack = new AsyncDisposableStack()
  const plaindesk = await open(stack, config, { as: 'seed', migrates: true })
  const isNew = await seedIfEmpty(plaindesk)
  process.stdout.write(
    isNew
      ? 'The example people and their tickets are there.\n'
      : 'There are people already, so the example people are left out.\n',
  )
  if (count > 0) await seedMany(plaindesk, count, stopping)
}

/** Says whether the database was empty. */
export async function seedIfEmpty(plaindesk: Plaindesk): Promise<boolean> {
  if ((await plaindesk.orm.em.fork().count(User)) > 0) return false
  const { seedCast } = await import('../seeds/cast.ts')
  await seedCast(plaindesk, plaindesk.clock())
  return true
}

async function seedMany({ config }: Plaindesk, count: number, stopping: AbortSignal): Promise<void> {
  const [{ Bar }, { seedBulk }] = await Promise.all([import('cli-progress'), import('../seeds/bulk.ts')])
  const bar = new Bar({ format: '{bar} {value} of {total} tickets, {eta_formatted} left', hideCursor: null })
  bar.start(count, 0)
  try {
    await seedBulk(config.databaseUrl ?? '', count, done => {
      stopping.throwIfAborted() // all of it is one transaction: then nothing of it stays
      bar.update(done)
    })
  } finally {
    bar.stop()
  }
  process.stdout.write(`${count} tickets added.\n`)
}
