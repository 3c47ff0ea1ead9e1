// A form is a committed mutation plus a redirect; where it finds mistakes, its page is shown again with what was typed.
import type { Request, RequestHandler, Response } from 'express'
import { failureOf } from '../graph/failure.ts'
import type { Operation } from '../graph/operation.ts'
import type { Refusal } from '../graph/refusal.ts'
import { run } from '../graph/run.ts'
import { userErrorOf } from '../graph/user-errors.ts'
import { type Fields, shownAgain, variablesFor } from '../graph/variables.ts'
import { stranger } from '../people/viewer.ts'
import type { Plaindesk } from '../plaindesk.ts'
import { type Body, readBody } from './body.ts'
import type { Csrf } from './csrf.ts'
import { isCrossSite } from './csrf.ts'
import { type Failures, viewerOf } from './failures.ts'
import { note } from './noted.ts'
import { leaveNotice } from './notice.ts'
import { operationNamed, type Pages, paramsOf } from './page.ts'
import { BadBody } from './receive-files.ts'
import { contextOf } from './request.ts'
import { expand } from './target.ts'
import { trailOf, withTrail } from './trail.ts'
import { fromTyped, toTyped, typedFields } from './typed.ts'
import { type FormError, plainQuery, type Views } from './views.ts'

export type Payload = Record<string, unknown>

export interface FormOptions {
  /** The page that holds the form. */
  page: string
  /** Where that page is, if not at the form's own path: `/tickets/{number}`. */
  at?: string
  /** Where to go on: a path with places for fields of the payload and the path, `/tickets/{ticket.number}`. */
  done: string | ((payload: Payload, req: Request, res: Response) => string | Promise<string>)
  /** What was sent in the words of the operation, where the form speaks in others. */
  fields?: (fields: Fields, req: Request) => Fields
  /** Whoever came from a list stays on the way back to it (trail.ts). */
  keepsTrail?: boolean
  /** Which of the sent fields the page is asked with, as if they stood in its address. */
  asks?: readonly string[]
  /** Names the sentence of `common:notice` that the page after it shows once. */
  notice?: string
  /** A text of the payload that the page itself tells, this once, instead of going on, because it is kept nowhere. */
  tells?: string
  /** A mutation that keeps what was typed where the form comes back, so that it outlives the browser. */
  keeps?: string
  /** The operation that a mail program's own unsubscribe button runs here, without cookie and token (RFC 8058). */
  oneClick?: string
  /** Strangers may send files with it too. */
  filesFromAnyone?: boolean
}

/** What becomes of files that a form brought: rows before the mutation, and their end where it was refused. */
export interface KeepFiles {
  keep(req: Request, files: Body['files']): Promise<string[]>
  drop(ids: readonly string[]): Promise<void>
}

export interface Forms {
  form(name: string, options: FormOptions): RequestHandler
  /** The texts of a form that is no mutation (log-in, log-out); null where its token was wrong, which is then answered. */
  read(req: Request, res: Response): Promise<Fields | null>
  /** After a log-in: shows the form that was typed before the session ended. Says whether there was one. */
  resume(typed: unknown, req: Request, res: Response): Promise<boolean>
}

interface Parts {
  plaindesk: Plaindesk
  operations: ReadonlyMap<string, Operation>
  views: Views
  pages: Pages
  failures: Failures
  csrf: Csrf
  files: KeepFiles
}

export function createForms({ plaindesk, operations, views, pages, failures, csrf, files }: Parts): Forms {
  const known = new Map<string, FormOptions>()

  async function post(name: string, options: FormOptions, req: Request, res: Response): Promise<void> {
    const operation = operationNamed(name, operations)
    const takesFiles = operation.variables.some(variable => variable.name === 'attachments')
    const mayStore = () =>
      takesFiles && csrf.holds(req) && (options.filesFromAnyone === true || req.viewer.access === 'GRANTED')
    const body = await readBody(plaindesk, req, mayStore)
    if (options.oneClick && body.fields['List-Unsubscribe'] === 'One-Click')
      return unsubscribe(options.oneClick, req, res)
    if (!csrf.holds(req)) return unproven(name, options, body, req, res)
    if (body.refusals.length > 0 && !takesFiles) throw new BadBody('cut off', 400)
    if (body.refusals.length > 0) return again(name, body, asErrors(body.refusals, req), req, res)
    const ids = body.files.length > 0 ? await keep(req, body) : []
    const sent = { ...body.fields, attachments: ids, ...paramsOf(req) }
    const fields = options.fields?.(sent, req) ?? sent
    const result = await run(
      plaindesk.schema,
      operation,
      variablesFor(operation, fields),
      contextOf(req, plaindesk, 'page'),
    )
    const payload = firstField(result.data)
    const errors = userErrors(payload)
    if (result.errors || errors.length > 0) await files.drop(ids)
    if (result.errors) return refused(name, result.errors[0], body, req, res)
    if (errors.some(({ code }) => code === 'WRONG_PASSWORD')) note(res, 'WRONG_PASSWORD')
    if (errors.length > 0) return again(name, body, errors, req, res)
    const { done, notice, tells, at } = options
    const told = tells && payload[tells]
    if (tells && typeof told === 'string')
      return pages.show(options.page, req, res, {
        fields: paramsOf(req),
        values: { [tells]: told },
        ...(at ? { path: expand(at, req.params) } : {}),
      })
    if (notice) leaveNotice(res, notice)
    const trail = options.keepsTrail ? trailOf(req) : {}
    res.redirect(
      303,
      typeof done === 'string'
        ? withTrail(expand(done, { ...payload, ...req.params }), trail)
        : await done(payload, req, res),
    )
  }

  async function keep(req: Request, body: Body): Promise<string[]> {
    try {
      return await files.keep(req, body.files)
    } catch (error) {
      await body.discard()
      throw error
    }
  }

  /** RFC 8058 §3.2: 200, no redirect. The signed token in the path is all it goes by, so a session is not looked at. */
  async function unsubscribe(name: string, req: Request, res: Response): Promise<void> {
    const context = { ...contextOf(req, plaindesk, 'page'), viewer: stranger }
    const result = await run(plaindesk.schema, operationNamed(name, operations), paramsOf(req), context)
    if (result.errors) return failures.fail(result.errors[0], req, res)
    res
      .status(userErrors(firstField(result.data)).length > 0 ? 404 : 200)
      .type('text')
      .send('\n')
  }

  /** 422: the page again, with every typed text and a message at each field. */
  async function again(
    name: string,
    body: Body,
    errors: readonly FormError[],
    req: Request,
    res: Response,
  ): Promise<void> {
    await body.discard()
    const { page, at, asks, keeps } = known.get(name) ?? { page: name }
    if (keeps) await keepTyped(keeps, body, req)
    const path = at ? expand(at, req.params) : req.path
    await pages.show(page, req, res, {
      // A list's form carries the list's address, so that it comes back on the same list.
      fields: { ...plainQuery(req), ...picked(body.fields, asks), ...paramsOf(req) },
      values: { ...shownAgain(operationNamed(name, operations), body.fields), form: name },
      errors,
      status: 422,
      path,
    })
  }

  /** Whatever comes of it, the page shows the words. */
  async function keepTyped(name: string, { fields }: Body, req: Request): Promise<void> {
    const operation = operationNamed(name, operations)
    const variables = variablesFor(operation, { ...fields, ...paramsOf(req) })
    await run(plaindesk.schema, operation, variables, contextOf(req, plaindesk, 'page'))
  }

  async function refused(name: string, error: unknown, body: Body, req: Request, res: Response): Promise<void> {
    if (failureOf(error).code !== 'UNAUTHENTICATED') return failures.fail(error, req, res)
    logInFirst(name, body, req, res)
  }

  /** product §5: the session ended while somebody typed, and with it the token that was bound to it. */
  async function unproven(name: string, { page }: FormOptions, body: Body, req: Request, res: Response): Promise<void> {
    const isSignedOut = !req.viewer.user && !isCrossSite(req, plaindesk.config)
    if (!isSignedOut || !(await pages.asksToLogIn(page, req))) return forged(body, req, res)
    await body.discard()
    logInFirst(name, body, req, res)
  }

  /** The log-in form with the typed text in it; nothing was done, and nothing is until it is sent again. */
  function logInFirst(name: string, body: Body, req: Request, res: Response): void {
    const { at } = known.get(name) ?? {}
    const typed = toTyped({ form: name, params: paramsOf(req), fields: body.fields })
    const values = { next: at ? expand(at, req.params) : req.path, typed }
    views.show(req, res, 'people/login', { data: { viewer: null }, values, status: 422, path: '/login' })
  }

  /** product §9: a wrong token keeps the typed text and lets one send again, unless another site made the browser post. */
  async function forged(body: Body, req: Request, res: Response): Promise<void> {
    await body.discard()
    const isForeign = isCrossSite(req, plaindesk.config)
    note(res, isForeign ? 'CROSS_SITE' : 'FORGED')
    const fields = isForeign ? {} : typedFields(body.fields)
    const data = { viewer: viewerOf(req), action: req.originalUrl, fields, isForeign }
    views.show(req, res, 'site/forged', { data, status: 403, path: '/' })
  }

  return {
    form(name, options) {
      operationNamed(name, operations)
      for (const other of [options.oneClick, options.keeps]) if (other) operationNamed(other, operations)
      known.set(name, options)
      return (req, res) => post(name, options, req, res)
    },
    async read(req, res) {
      const body = await readBody(plaindesk, req, () => false)
      if (csrf.holds(req)) return body.fields
      await forged(body, req, res)
      return null
    },
    async resume(typed, req, res) {
      const kept = fromTyped(typed)
      const options = kept && known.get(kept.form)
      if (!kept || !options || !isFilled(options.at, kept.params)) return false
      const path = options.at ? expand(options.at, kept.params) : '/'
      const values = { ...shownAgain(operationNamed(kept.form, operations), kept.fields), form: kept.form }
      const fields = { ...picked(kept.fields, options.asks), ...kept.params }
      await pages.show(options.page, req, res, { fields, values, path })
      return true
    },
  }
}

const picked = (fields: Fields, names: readonly string[] = []): Fields =>
  Object.fromEntries(names.map(name => [name, fields[name]]))

/** What was typed comes from the browser, so a place of the form's path may be missing in it. */
const isFilled = (path: string = '', params: Fields): boolean =>
  [...path.matchAll(/\{(\w+)\}/g)].every(([, name = '']) => Object.hasOwn(params, name))

const asErrors = (refusals: readonly Refusal[], { language }: Request): FormError[] =>
  refusals.map(refusal => userErrorOf(refusal, language))

function firstField(data: unknown): Payload {
  const [payload] = Object.values(Object(data))
  return { ...Object(payload) }
}

function userErrors({ userErrors: errors }: Payload): readonly FormError[] {
  return Array.isArray(errors) ? errors : []
}
