import { Router } from 'express'
import type { Registry } from 'prom-client'
import { isMigrated } from '../database/migrate.ts'
import type { Plaindesk } from '../plaindesk.ts'

const QUARTER_HOUR = 15 * 60_000

/** `/healthz` the process is alive · `/readyz` the database answers and is migrated · `/metrics` for Prometheus. */
export function health({ orm, collectMetrics, clock }: Plaindesk, registry: Registry): Router {
  const router = Router()
  router.get('/healthz', (_req, res) => void res.type('text').send('ok\n'))
  router.get('/readyz', async (_req, res) => {
    const isReady = await isMigrated(orm).catch(() => false)
    res
      .status(isReady ? 200 : 503)
      .type('text')
      .send(isReady ? `ready\n${await deafness(orm, clock())}` : 'the database does not answer, or is not migrated\n')
  })
  router.get('/metrics', async (_req, res) => {
    const [requests, queues] = await Promise.all([registry.metrics(), collectMetrics()])
    res.type(registry.contentType).send(`${requests}${queues}`)
  })
  return router
}

/** A line where mail was not fetched for a quarter of an hour: pages work without it, so we are ready all the same. */
async function deafness({ em }: Plaindesk['orm'], now: Date): Promise<string> {
  const [found] = await em
    .fork()
    .execute<{ since: Date | null }[]>('select min(coalesce(last_success_at, watched_since)) as since from mailbox')
  const since = found?.since && new Date(found.since)
  if (!since || now.getTime() - since.getTime() <= QUARTER_HOUR) return ''
  return `no mail was fetched since ${since.toISOString()}\n`
}
