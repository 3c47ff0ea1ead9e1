// Express: the middlewares in the order they run, nothing else. The routes are in routes.ts.
import compression from 'compression'
import cookieParser from 'cookie-parser'
import express, { type Express, type Request } from 'express'
import { viewerOfBearer } from './integrations/bearer.ts'
import { createSessions } from './people/session.ts'
import { stranger } from './people/viewer.ts'
import type { Plaindesk } from './plaindesk.ts'
import { routes } from './routes.ts'
import { createApi, refuseToken } from './web/api.ts'
import { onlyTextCookies, SECURE_COOKIES } from './web/cookies.ts'
import { pageHeaders } from './web/headers.ts'
import { health } from './web/health.ts'
import { chooseLanguage } from './web/language.ts'
import { observe } from './web/observe.ts'
import { publicFiles } from './web/public-files.ts'

export async function createApp(plaindesk: Plaindesk): Promise<Express> {
  const { config, settings, log, orm, clock } = plaindesk
  const app = express()
  app.disable('x-powered-by')
  app.disable('etag') // private pages are kept nowhere
  app.set('query parser', 'simple')
  app.set('trust proxy', config.trustProxy)
  app.set(SECURE_COOKIES, config.baseUrl.startsWith('https:'))

  const { middleware, registry } = observe(log)
  app.use(middleware)
  app.use(pageHeaders(config))
  app.use(health(plaindesk, registry))
  app.use(compression())
  app.use(publicFiles)
  app.use(cookieParser(), onlyTextCookies)

  // Until the session is read; should that fail, the page that says so needs all three.
  app.use((req, _res, next) => {
    req.config = settings.current
    req.viewer = stranger
    next()
  }, chooseLanguage)
  const byToken = (req: Request, header: string) =>
    viewerOfBearer(orm, { header, address: req.ip ?? '' }, req.config, clock())
  app.use(['/graphql', '/uploads', '/attachments'], async (req, res, next) => {
    const header = req.get('authorization')
    if (header === undefined) return next()
    const viewer = await byToken(req, header)
    if (!viewer) return refuseToken(res)
    req.viewer = viewer
    next()
  })
  const sessions = createSessions(plaindesk)
  const bySession = express.Router().use(...sessions.middlewares, (req, _res, next) => {
    req.viewer = sessions.viewer(req)
    next()
  })
  app.use((req, res, next) => (req.viewer.token ? next() : bySession(req, res, next)))
  app.use(chooseLanguage)

  const viewerNow = async (req: Request) => {
    const header = req.get('authorization')
    return header === undefined ? sessions.viewerNow(req) : ((await byToken(req, header)) ?? stranger)
  }
  // A browser's GET goes past it, to the explorer (routes.ts).
  const api = await createApi(plaindesk, { registry, viewerNow })
  app.use('/graphql', express.Router().use(api.middlewares))
  app.use(['/graphql', '/uploads'], api.failure)
  routes(app, plaindesk)
  return app
}
