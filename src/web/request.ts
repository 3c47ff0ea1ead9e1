// What the middlewares of app.ts learn of a request, and the context that its operations run in.
import type { EntityManager } from '@mikro-orm/postgresql'
import type { Request } from 'express'
import type { Config } from '../config.ts'
import type { Context, Via } from '../graph/context.ts'
import { remember } from '../graph/loader.ts'
import type { Language } from '../i18n/language.ts'
import type { Viewer } from '../people/viewer.ts'
import type { Plaindesk } from '../plaindesk.ts'
import { secondsSince } from './form-key.ts'

declare module 'express-serve-static-core' {
  interface Request {
    /** Who asks: set from session or token before any route runs. */
    viewer: Viewer
    language: Language
    /** The settings as they were when it came: to its end it sees no half of a change. */
    config: Config
  }
}

/** A new context: one operation, one fork, of the primary unless told otherwise (replica.ts). */
export function contextOf(req: Request, plaindesk: Plaindesk, via: Via, of: EntityManager = plaindesk.orm.em): Context {
  const { clock } = plaindesk
  const em = of.fork({ flushMode: 'commit' })
  if (req.viewer.user) remember(em, req.viewer.user)
  return {
    em,
    viewer: req.viewer,
    language: req.language,
    via,
    now: clock(),
    config: req.config,
    client: via === 'page' ? formClient(req, plaindesk) : { address: req.ip ?? '', seconds: null, honeypot: '' },
  }
}

/** What the public form's limits look at (product §7). A key that is not ours counts as typed in no time. */
function formClient(req: Request, { config, clock }: Plaindesk): NonNullable<Context['client']> {
  const body: unknown = req.body
  const field = (name: string) => String((typeof body === 'object' && body !== null && Reflect.get(body, name)) || '')
  return {
    address: req.ip ?? '',
    seconds: secondsSince(field('idempotencyKey'), config.sessionSecret, clock()),
    honeypot: field('website'),
  }
}
