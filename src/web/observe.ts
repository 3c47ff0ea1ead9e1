// What operators see: a line per request that was noted (noted.ts), of all others at `debug`, and times by route. Never a
// path itself, which may hold a token.
import { randomUUID } from 'node:crypto'
import type { RequestHandler } from 'express'
import { Histogram, Registry } from 'prom-client'
import type { Noted } from './noted.ts'

export interface Observation {
  middleware: RequestHandler
  registry: Registry
}

type Write = (about: object, message: string) => void

export function observe(log: { info: Write; debug: Write }): Observation {
  const registry = new Registry()
  const seconds = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Time to answer, by route.',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [registry],
  })
  return {
    registry,
    middleware(req, res, next) {
      const id = randomUUID()
      const stop = seconds.startTimer()
      res.set('X-Request-Id', id)
      res.once('finish', () => {
        if (String(res.getHeader('content-type')).startsWith('text/event-stream')) return // lives as long as its reader
        const route = typeof req.route?.path === 'string' ? req.route.path : 'none'
        const labels = { method: req.method, route, status: res.statusCode }
        const noted: Noted | undefined = res.locals.noted
        const about = { id, ...labels, seconds: stop(labels), ...noted }
        if (noted) log.info(about, 'request')
        else log.debug(about, 'request')
      })
      next()
    },
  }
}
