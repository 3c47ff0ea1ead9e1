// Every URL of the site, one line each. Who may is decided by the operation that a page or form runs, not here: a
// stranger is sent to log in, somebody without access to the page that explains it, a customer finds no team page.
import type { Express, Request, Response } from 'express'
import type { Fields } from './graph/variables.ts'
import { createLogIn } from './people/passport.ts'
import { logIn } from './people/session.ts'
import type { Plaindesk } from './plaindesk.ts'
import { dropUploads } from './tickets/drop-uploads.ts'
import { keepUploads } from './tickets/keep-upload.ts'
import { doneStatuses, openStatuses } from './tickets/ticket-status.ts'
import { findAttachment } from './tickets/visible.ts'
import { devMail } from './web/dev-mail.ts'
import type { KeepFiles, Payload } from './web/form.ts'
import { keepAddress } from './web/headers.ts'
import { rememberLanguage } from './web/language.ts'
import { receivedHere, rememberReceived } from './web/received.ts'
import { contextOf } from './web/request.ts'
import { download } from './web/send-file.ts'
import { createSite } from './web/site.ts'
import { uploads } from './web/uploads.ts'

export function routes(app: Express, plaindesk: Plaindesk): void {
  const { config, clock } = plaindesk
  const site = createSite(plaindesk, filesOf(plaindesk), 'people/no-access')
  const { page } = site.pages
  const { form } = site.forms
  const { postLogIn, postLogOut } = createLogIn(plaindesk, site.forms, site.pages)

  // Anyone
  app.get('/', page('site/welcome', { goesTo: homeOf }))
  app.get('/help', page('site/help'))
  app.get('/tickets/new', page('tickets/new'))
  app.post('/tickets/new', form('tickets/request', { page: 'tickets/new', filesFromAnyone: true, done: toRequest }))
  app.get('/tickets/received/:number', page('tickets/received', { brings: req => receivedHere(req, config, clock()) }))
  app.get('/login', page('people/login', { goesTo: homeOf }))
  app.post('/login', postLogIn)
  app.post('/logout', postLogOut)
  app.get('/register', page('people/register'))
  app.post('/register', form('people/send-registration', { page: 'people/register', done: '/register/sent' }))
  app.get('/register/sent', page('people/register-sent'))
  app.get('/password/forgot', page('people/forgot'))
  app.post('/password/forgot', form('people/send-reset', { page: 'people/forgot', done: '/password/forgot/sent' }))
  app.get('/password/forgot/sent', page('people/forgot-sent'))

  app.use(site.failures.notFound)
  app.use(site.failures.middleware)

  /** Their ticket for whoever may read it; "we have it" for the others. */
  async function toRequest({ number }: Payload, req: Request, res: Response): Promise<string> {
    if (req.viewer.access === 'GRANTED') return `/tickets/${number}`
    const email: unknown = req.viewer.user?.email ?? req.body.email
    rememberReceived(req, res, Number(number), String(email), config, clock())
    return `/tickets/received/${number}`
  }
}

const tabs: Record<string, readonly string[]> = { open: openStatuses, done: doneStatuses }
/** `status=open` and `status=done` are tabs; anything else is all. */
const tabToStatus = ({ status, ...fields }: Fields): Fields => ({ ...fields, status: tabs[String(status)] })

/** Where somebody signed in starts. */
function homeOf(_data: object, { viewer }: Request): string | null {
  if (!viewer.user) return null
  return viewer.user.isTeam ? '/agent' : '/tickets'
}

/** Files of a form become rows that the mutation then takes by id. */
function filesOf({ orm, files, clock }: Plaindesk): KeepFiles {
  return {
    async keep(req, stored) {
      const em = orm.em.fork()
      const kept = await keepUploads(em, req.viewer.user && em.merge(req.viewer.user), stored, clock())
      return kept.map(({ globalId }) => globalId)
    },
    drop: ids => dropUploads(orm.em.fork(), files, ids),
  }
}
