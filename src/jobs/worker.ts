// Runs the jobs of the queue.
import { EventEmitter } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Task as GraphileTask, Logger, type Runner, run } from 'graphile-worker'
import { facts } from '../lib/facts.ts'
import { Trouble } from '../lib/trouble.ts'
import type { Log } from '../log.ts'
import type { Plaindesk } from '../plaindesk.ts'
import { payloadOf } from './add-job.ts'
import { openConnections } from './connections.ts'
import { openPresence, type Presence } from './presence.ts'
import { takeOver } from './take-over.job.ts'

const CONCURRENCY = 4
/** After it, jobs that still run are given back: a mail server that hangs must not hold up a stop. */
const STOP_MS = 10_000
const RESTART_MS = 2000

export interface Worker {
  /** Takes no more jobs, waits for those that run, gives back those that take too long. */
  stop(): Promise<void>
}

/** Starts working; first takes over what killed workers left. Begins anew whenever the queue itself fails. */
export async function startWorker(plaindesk: Plaindesk): Promise<Worker> {
  const { config, orm, log } = plaindesk
  if (config.databaseUrl === null) throw new Trouble('There is no database to work for.')
  const url = config.databaseUrl
  const presence = await openPresence(url)
  const working: string[] = []
  await takeOver(orm.em.fork())
  let pool = await begin(url, plaindesk, presence, working)
  let stopping = false
  void keepRunning()

  async function keepRunning(): Promise<void> {
    while (!stopping) {
      await Promise.race([pool.runner.promise, pool.givenUp]).catch(error =>
        log.error({ err: error }, 'the queue failed'),
      )
      if (stopping) return
      for (const name of working.splice(0)) presence.withdraw(name)
      await sleep(RESTART_MS)
      if (stopping) return
      pool = await beginAgain().catch(() => pool)
      if (stopping) await pool.runner.stop().catch(() => {}) // begun while others were being stopped
    }
  }

  /** Not before what was left lies ready again: a database that takes nothing may still let a pool begin. */
  async function beginAgain(): Promise<Pool> {
    await takeOver(orm.em.fork())
    return begin(url, plaindesk, presence, working)
  }

  return {
    async stop() {
      stopping = true
      const stopped = pool.runner.stop().catch(error => log.warn({ err: error }, 'the queue did not stop'))
      await Promise.race([stopped, sleep(STOP_MS, undefined, { ref: false })])
      await presence.close()
      // What still runs here is given back: from now on we count as dead. Without a database, the next worker does it.
      await takeOver(orm.em.fork()).catch(error => log.warn({ err: error }, 'jobs were not given back'))
    },
  }
}

interface Pool {
  runner: Runner
  /** Some time after the pool has begun to end: where several jobs could not be noted as done, it never comes to its end. */
  givenUp: Promise<void>
}

async function begin(
  url: string,
  { tasks, clock, log }: Plaindesk,
  presence: Presence,
  working: string[],
): Promise<Pool> {
  const events = new EventEmitter()
  const givenUp = Promise.withResolvers<void>()
  events.on('pool:gracefulShutdown', () => setTimeout(givenUp.resolve, STOP_MS).unref())
  events.on('pool:create', ({ workerPool }) => {
    working.push(workerPool.id)
    presence.announce(workerPool.id)
  })
  const taskList = Object.entries(tasks.list).map(([name, task]): [string, GraphileTask] => [
    name,
    (payload, { job }) => task(payloadOf(payload), { now: clock(), isLastTry: job.attempts >= job.max_attempts }),
  ])
  const connections = openConnections(url, CONCURRENCY + 2, log)
  const starting = run({
    pgPool: connections,
    concurrency: CONCURRENCY,
    noHandleSignals: true,
    // A job that is done, and cannot be noted as such, stops the pool, and a new one begins. Without these it would be an
    // error that nobody listens to, and end the process.
    preset: { worker: { completeJobBatchDelay: 0, failJobBatchDelay: 0 } },
    crontab: tasks.crontab,
    events,
    logger: loggerTo(log),
    taskList: Object.fromEntries(taskList),
  })
  const ended = starting.then(({ promise }) => promise)
  void ended.catch(() => {}).finally(() => connections.end())
  return { runner: await starting, givenUp: givenUp.promise }
}

/** Each job done is no news: the schedule alone does one a minute. */
const levels = { error: 'error', warning: 'warn', info: 'debug', debug: 'trace' } as const

/** graphile-worker's lines. A failed job's own message may quote an address; it stands in the queue, not in the log. */
const loggerTo = (log: Log): Logger =>
  new Logger(() => (level, message, meta) => {
    const job = facts(meta?.job, 'id', 'task_identifier', 'attempts')
    if (level === 'error' && meta?.failure) log.error({ job, error: facts(meta.error, 'name', 'code') }, 'a job failed')
    else log[levels[level]]({ job }, message)
  })
