import type { RequestHandler } from 'express'
import helmet from 'helmet'
import type { Environment } from '../config.ts'

/** The headers of every page (quality, Safety): no script, nothing from elsewhere, kept nowhere, found by no search engine. */
export function pageHeaders(config: Environment): RequestHandler[] {
  const isSecure = config.baseUrl.startsWith('https:')
  const headers = helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'none'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'", 'data:'],
        formAction: ["'self'"],
        baseUri: ["'none'"],
        frameAncestors: ["'none'"],
      },
    },
    referrerPolicy: { policy: 'same-origin' },
    strictTransportSecurity: isSecure ? { maxAge: 31_536_000 } : false,
    xFrameOptions: { action: 'deny' },
  })
  return [
    headers,
    (_req, res, next) => {
      res.set({ 'Cache-Control': 'no-store', 'X-Robots-Tag': 'noindex' })
      next()
    },
  ]
}

/** For pages whose address is a secret: it must not leave with a click (product §3). */
export const keepAddress: RequestHandler = (_req, res, next) => {
  res.set('Referrer-Policy', 'no-referrer')
  next()
}
