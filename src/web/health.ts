import { Router } from 'express'
import type { Registry } from 'prom-client'
import { isMigrated } from '../database/migrate.ts'
import { countQueues, type Queues } from '../jobs/queues.ts'
import type { Plaindesk } from '../plaindesk.ts'
import { requestMetrics } from './request-metrics.ts'

const QUARTER_HOUR = 15 * 60

/** `/healthz` the process is alive · `/readyz` the database answers and is migrated · `/metrics` for Prometheus. */
export function health({ orm, collectMetrics, clock }: Plaindesk, registry: Registry): Router {
  const router = Router()
  const ofRequests = requestMetrics(registry)
  router.get('/healthz', (_req, res) => void res.type('text').send('ok\n'))
  router.get('/readyz', async (_req, res) => {
    const queues = await readyQueues()
    res
      .status(queues ? 200 : 503)
      .type('text')
      .send(queues ? readiness(queues, clock()) : 'the database does not answer, or is not migrated\n')
  })
  router.get('/metrics', async (_req, res) => {
    const [requests, queues] = await Promise.all([ofRequests(), collectMetrics()])
    res.type(registry.contentType).send(`${requests}${queues}`)
  })

  async function readyQueues(): Promise<Queues | null> {
    const isReady = await isMigrated(orm).catch(() => false)
    return isReady ? countQueues(orm.em, clock()).catch(() => null) : null
  }

  return router
}

/** One fact a line. Pages work without incoming mail, so where that stands still we are ready all the same. */
function readiness(queues: Queues, now: Date): string {
  const { jobs, oldestJobSeconds, undecided, oldestMailSeconds, mailboxes } = queues
  const times = Object.values(mailboxes)
  const isDegraded = times.some(time => now.getTime() / 1000 - time > QUARTER_HOUR)
  return [
    isDegraded ? 'ready, but no mail is fetched' : 'ready',
    `jobs due: ${jobs.due}, the oldest for ${Math.floor(oldestJobSeconds)} s`,
    `incoming mails undecided: ${undecided}, the oldest for ${Math.floor(oldestMailSeconds)} s`,
    ...times.map(time => `mailbox last looked into: ${time > 0 ? new Date(time * 1000).toISOString() : 'never'}`),
    '',
  ].join('\n')
}
