import { Router } from 'express'
import type { Registry } from 'prom-client'
import { isMigrated } from '../database/migrate.ts'
import type { Plaindesk } from '../plaindesk.ts'

/** `/healthz` the process is alive · `/readyz` the database answers and is migrated · `/metrics` for Prometheus. */
export function health({ orm, collectMetrics }: Plaindesk, registry: Registry): Router {
  const router = Router()
  router.get('/healthz', (_req, res) => void res.type('text').send('ok\n'))
  router.get('/readyz', async (_req, res) => {
    const isReady = await isMigrated(orm).catch(() => false)
    res
      .status(isReady ? 200 : 503)
      .type('text')
      .send(isReady ? 'ready\n' : 'the database does not answer, or is not migrated\n')
  })
  router.get('/metrics', async (_req, res) => {
    const [requests, queues] = await Promise.all([registry.metrics(), collectMetrics()])
    res.type(registry.contentType).send(`${requests}${queues}`)
  })
  return router
}
