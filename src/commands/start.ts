// The processes that stay: `start` (everything in one), `serve` (pages and API) and `worker` (jobs).
import cluster from 'node:cluster'
import type { Config } from '../config.ts'
import { listen } from './listen.ts'
import { aborted, open } from './open.ts'
import { keepProcesses } from './processes.ts'
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
  stack.defer(() => plaindesk.stopping.abort())
  process.stdout.write(await welcome(plaindesk))
  await aborted(stopping)
}

/** Pages and API alone, by so many processes; beside them at least one `worker` sends the mails. */
export async function serve(config: Config, stopping: AbortSignal, processes: number): Promise<number> {
  const ready = `Plaindesk serves ${config.baseUrl}\n`
  if (processes > 1 && cluster.isPrimary) return keepProcesses(processes, stopping, ready)
  await using stack = new AsyncDisposableStack()
  const connections = connectionsOfEach(processes)
  const [plaindesk, { createApp }] = await Promise.all([
    open(stack, config, { as: 'serve', connections }),
    import('../app.ts'),
  ])
  await listen(stack, await createApp(plaindesk), config)
  stack.defer(() => plaindesk.stopping.abort())
  if (cluster.isPrimary) process.stdout.write(ready)
  await aborted(stopping)
  return 0
}

/** PostgreSQL allows 100 connections unless told otherwise, and workers need some too. */
const CONNECTIONS = { together: 64, least: 4, most: 16 }

const connectionsOfEach = (processes: number): number =>
  Math.min(CONNECTIONS.most, Math.max(CONNECTIONS.least, Math.floor(CONNECTIONS.together / processes)))

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
