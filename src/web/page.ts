// A page is a committed query plus the view beside it.
import type { Request, RequestHandler, Response } from 'express'
import { type ExecutionResult } from 'graphql'
import { failureOf } from '../graph/failure.ts'
import type { Operation } from '../graph/operation.ts'
import { run } from '../graph/run.ts'
import { type Fields, variablesFor } from '../graph/variables.ts'
import type { Plaindesk } from '../plaindesk.ts'
import type { Failures } from './failures.ts'
import { here } from './here.ts'
import { putRight } from './put-right.ts'
import { readerOfPage } from './replica.ts'
import { contextOf } from './request.ts'
import { valueAt } from './target.ts'
import { plainQuery, type Shown, type Views } from './views.ts'

const MINUTE = 60_000
const MOST_NOTED = 10_000

export interface PageOptions {
  /** Turns the words of an address (`status=open`) into what the operation takes. */
  fields?: (fields: Fields, req: Request) => Fields
  /** What of the result there is no page without, as in `ticket` or `person.id`: missing means 404. */
  needs?: string
  /** Instead of the page, where the result says so: a path to go on to (303), or null to stay. */
  goesTo?: (data: Record<string, unknown>, req: Request) => string | null
  /** So also where a form of the page was refused: it holds nothing typed that would be lost. */
  goesToFromForms?: boolean
  /** What the browser brings along (a cookie) and the page shows; null means 404. */
  brings?: (req: Request) => Fields | null
  /**
   * A mutation that tells that somebody has the page open: at most once a minute as long as they stay at that address,
   * while the page is made. Not the query itself, which changes nothing and is the same for programs; what comes of it changes no page.
   */
  notes?: string
  /** Its address is a form: what the operation refuses in it is told at the field. Names that differ, by the operation's. */
  form?: Readonly<Record<string, string>>
  /** HTTP status by the result, such as 410 for a link that was used. */
  status?: (data: Record<string, unknown>) => number
}

export interface Pages {
  page(name: string, options?: PageOptions): RequestHandler
  /** Runs a page's query and shows it with what was typed, as a form that found mistakes does. */
  show(name: string, req: Request, res: Response, shown: Omit<Shown, 'data'> & { fields: Fields }): Promise<void>
  /** Whether a page would send the one who asks to log in first. */
  asksToLogIn(name: string, req: Request): Promise<boolean>
}

export function createPages(
  plaindesk: Plaindesk,
  operations: ReadonlyMap<string, Operation>,
  views: Views,
  failures: () => Failures,
): Pages {
  const known = new Map<string, PageOptions>()
  const isDue = onceAMinute()

  function ask(name: string, req: Request, fields: Fields): Promise<ExecutionResult> {
    const operation = operationNamed(name, operations)
    const { fields: translated = same } = known.get(name) ?? {}
    const variables = variablesFor(operation, translated(fields, req))
    const reader = readerOfPage(req, plaindesk, operation, variables)
    return run(plaindesk.schema, operation, variables, contextOf(req, plaindesk, 'page', reader))
  }

  async function note(name: string, req: Request): Promise<void> {
    const { user } = req.viewer
    if (req.method !== 'GET' || !user || !isDue(user.id, `${name} ${req.path}`, plaindesk.clock().getTime())) return
    const operation = operationNamed(name, operations)
    await run(plaindesk.schema, operation, variablesFor(operation, paramsOf(req)), contextOf(req, plaindesk, 'page'))
  }

  async function show(
    name: string,
    req: Request,
    res: Response,
    { fields, ...shown }: Omit<Shown, 'data'> & { fields: Fields },
  ): Promise<void> {
    const { needs, goesTo, goesToFromForms, brings, notes, status, form } = known.get(name) ?? {}
    const brought = brings ? brings(req) : {}
    if (!brought) return failures().notFound(req, res)
    const [result] = await Promise.all([ask(name, req, fields), notes && note(notes, req)])
    const again = form ? putRight(result, form, fields, req) : null
    if (again) return show(name, req, res, { ...shown, ...again, errors: [...(shown.errors ?? []), ...again.errors] })
    if (result.errors) return notShown(result, operationNamed(name, operations), req, res)
    const data: Record<string, unknown> = { ...result.data }
    if (needs && (valueAt(data, needs) ?? null) === null) return failures().notFound(req, res)
    const target = req.method === 'GET' || goesToFromForms ? goesTo?.(data, req) : null
    if (target) return res.redirect(303, target)
    const own = status?.(data) ?? 200
    // product §9: a dead link is dead for its form, too; only where the page is alive can what was typed be put right.
    const isDead = own === 404 || own === 410
    views.show(req, res, name, { values: brought, ...shown, status: isDead ? own : (shown.status ?? own), data })
  }

  /** A page with any error is a failed page, never half a page. */
  async function notShown(
    { errors = [] }: ExecutionResult,
    operation: Operation,
    req: Request,
    res: Response,
  ): Promise<void> {
    const [error] = errors
    const isBadInput = failureOf(error).code === 'BAD_USER_INPUT'
    const query = plainQuery(req)
    // product §9: a bad cursor leads to the first page.
    if (isBadInput && ('after' in query || 'before' in query)) {
      const { after: _after, before: _before, ...rest } = query
      return res.redirect(303, here(req, rest))
    }
    // A number that is none in the path: there is no such page.
    if (isBadInput && operation.variables.some(({ name }) => name in req.params)) return failures().notFound(req, res)
    await failures().fail(error, req, res)
  }

  return {
    show,
    async asksToLogIn(name, req) {
      const { errors = [] } = await ask(name, req, paramsOf(req))
      return errors.some(error => failureOf(error).code === 'UNAUTHENTICATED')
    },
    page(name, options = {}) {
      for (const each of [name, options.notes]) if (each) operationNamed(each, operations)
      known.set(name, options)
      return (req, res) => show(name, req, res, { fields: { ...plainQuery(req), ...paramsOf(req) } })
    },
  }
}

/** Says whether somebody has come to a place, or has been there for another minute. */
function onceAMinute(): (person: string, place: string, now: number) => boolean {
  const last = new Map<string, { place: string; at: number }>()
  return (person, place, now) => {
    const known = last.get(person)
    if (known?.place === place && Math.abs(now - known.at) < MINUTE) return false
    if (last.size >= MOST_NOTED) last.clear()
    last.set(person, { place, at: now })
    return true
  }
}

const same = (fields: Fields): Fields => fields

export function operationNamed(name: string, operations: ReadonlyMap<string, Operation>): Operation {
  const operation = operations.get(name)
  if (!operation) throw new Error(`There is no views/${name}.graphql`)
  return operation
}

/** The path beats whatever else carries the same name. */
export function paramsOf(req: Request): Fields {
  return Object.fromEntries(Object.entries(req.params))
}
