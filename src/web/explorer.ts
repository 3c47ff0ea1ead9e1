// GET /graphql: the explorer, the one page with scripts. Strangers get the same page without any: nothing is open to them.
import { randomBytes } from 'node:crypto'
import type { Request, RequestHandler } from 'express'
import type { Fields } from '../graph/variables.ts'
import { exampleOperations } from './examples.ts'
import { explorerFolder } from './explorer-files.ts'

/** Lifts the page's policy (headers.ts) by as little as GraphiQL can do with, for who is signed in. */
export const explorerPolicy: RequestHandler = (req, res, next) => {
  res.vary('Accept')
  if (!req.viewer.user) return next()
  const nonce = randomBytes(16).toString('base64')
  res.locals.nonce = nonce
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    // The editor checks what is typed in workers.
    "worker-src 'self'",
    "connect-src 'self'",
    "font-src 'self'",
    "img-src 'self' data:",
    `style-src-elem 'self' 'nonce-${nonce}'`,
    // The editor places its lines by `style`; that can neither run nor load anything that the rest does not allow.
    "style-src-attr 'unsafe-inline'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ]
  res.set('Content-Security-Policy', policy.join('; '))
  next()
}

/** What the page needs besides its query. */
export const explorerValues = ({ res }: Request): Fields => ({
  nonce: String(res?.locals.nonce ?? ''),
  folder: explorerFolder,
  examples: JSON.stringify(exampleOperations()),
})
