// The processes that stay: `start` (everything in one), `serve` (pages and API) and `worker` (jobs).
import type { Config } from '../config.ts'
import { listen } from './listen.ts'
import { aborted, open } from './open.ts'
import { seedIfEmpty } from './seed.ts'
import { welcome } from './welcome.ts'

/** Everything in one process. In development it also migrates, and fills an empty database with the example people. */
export async function start(config: Config, stopping: AbortSignal): Promise<void> {
  await using stack = new AsyncDisposableStack()
  const isDevelopment = !config.production
  const [plaindesk, { createApp }, { startWorker }, { openDoors }] = await Promise.all([
    open(stack, config, { as: 'start', migrates: isDevelopment, alone: true }),
    import('../app.ts'),
    import('../jobs/worker.ts'),
    import('../inbox/doors/open-doors.ts'),
  ])
  if (isDevelopment) await seedIfEmpty(plaindesk)
  const worker = await startWorker(plaindesk)
  stack.defer(() => worker.stop())
  const doors = await openDoors(plaindesk)
  stack.defer(() => doors.stop())
  await listen(stack, await createApp(plaindesk), config)
  process.stdout.write(await welcome(plaindesk))
  await aborted(stopping)
}

/** Pages and API alone; beside it at least one `worker` sends the mails. */
export async function serve(config: Config, stopping: AbortSignal): Promise<void> {
  await using stack = new AsyncDisposableStack()
  const [plaindesk, { createApp }] = await Promise.all([open(stack, config, { as: 'serve' }), import('../app.ts')])
  await listen(stack, await createApp(plaindesk), config)
  process.stdout.write(`Plaindesk serves ${config.baseUrl}\n`)
  await aborted(stopping)
}

/** Jobs and incoming mail. */
export async function work(config: Config, stopping: AbortSignal): Promise<void> {
  await using stack = new AsyncDisposableStack()
  const [plaindesk, { startWorker }, { openDoors }] = await Promise.all([
    open(stack, config, { as: 'worker' }),
    import('../jobs/worker.ts'),
    import('../inbox/doors/open-doors.ts'),
  ])
  const worker = await startWorker(plaindesk)
  stack.defer(() => worker.stop())
  const doors = await openDoors(plaindesk)
  stack.defer(() => doors.stop())
  process.stdout.write('Plaindesk works off the jobs\n')
  await aborted(stopping)
}
