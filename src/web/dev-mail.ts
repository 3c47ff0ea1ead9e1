// /dev/mail: what would have been sent, for whoever tries Plaindesk out. Development only; production has no such route.
import { type NextFunction, type Request, type Response, Router } from 'express'
import { linkified } from '../lib/html.ts'
import type { RenderedMail } from '../outbox/outbox.ts'
import { OutboxMail } from '../outbox/outbox-mail.ts'
import type { Plaindesk } from '../plaindesk.ts'
import { viewerOf } from './failures.ts'
import type { Views } from './views.ts'

const NEWEST = 50
const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
/** The HTML part stands alone: its inline styles are allowed, and nothing else at all. */
const htmlPartPolicy =
  "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

type Show = (req: Request, res: Response, mail: OutboxMail, rendered: RenderedMail) => void | Promise<void>

/** The mails are rendered anew each time, as the job that sends them does. */
export function devMail({ orm, clock, outbox }: Plaindesk, views: Views): Router {
  const router = Router()
  router.get('/', list)
  router.get('/:id', one(showMail))
  router.get('/:id/html', one(showHtmlPart))
  router.get('/:id/raw', one(sendRaw))
  return router

  async function list(req: Request, res: Response): Promise<void> {
    const em = orm.em.fork()
    const rows = await em.find(OutboxMail, {}, { orderBy: { createdAt: 'desc', id: 'desc' }, limit: NEWEST })
    const mails = []
    for (const mail of rows) {
      const rendered = await outbox.render(em, mail, clock())
      mails.push({ ...factsOf(mail), subject: rendered?.message.subject ?? null })
    }
    views.show(req, res, 'dev/mails', { data: { viewer: viewerOf(req), mails } })
  }

  /** A mail whose rows are gone has nothing to show any more: 404, as for an unknown one. */
  function one(show: Show) {
    return async (req: Request, res: Response, next: NextFunction): Promise<void> => {
      const em = orm.em.fork()
      const id = String(req.params.id)
      const mail = uuid.test(id) ? await em.findOne(OutboxMail, id) : null
      const rendered = mail && (await outbox.render(em, mail, clock()))
      if (!mail || !rendered) return next()
      await show(req, res, mail, rendered)
    }
  }

  async function showMail(req: Request, res: Response, mail: OutboxMail, { message }: RenderedMail): Promise<void> {
    const raw = (await outbox.raw(message)).toString()
    views.show(req, res, 'dev/mail', {
      data: {
        viewer: viewerOf(req),
        mail: { ...factsOf(mail), subject: message.subject },
        headers: raw.slice(0, raw.indexOf('\r\n\r\n')).replaceAll('\r\n', '\n'),
        text: linkified(message.text),
      },
    })
  }

  function showHtmlPart(_req: Request, res: Response, _mail: OutboxMail, { message }: RenderedMail): void {
    res.set('Content-Security-Policy', htmlPartPolicy).type('html').send(message.html)
  }

  async function sendRaw(_req: Request, res: Response, mail: OutboxMail, { message }: RenderedMail): Promise<void> {
    res
      .attachment(`${mail.template}.eml`)
      .type('message/rfc822')
      .send(await outbox.raw(message))
  }
}

const factsOf = ({ id, template, recipient, state, createdAt, lastError }: OutboxMail) => ({
  id,
  template,
  recipient,
  state,
  createdAt,
  lastError,
})
