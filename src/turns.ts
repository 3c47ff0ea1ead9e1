// Where a form leads when a path alone cannot say it: it depends on who asks, or a session begins or ends on the way.
import type { Request, Response } from 'express'
import { deedFields, selectionFields } from './desk/bulk-fields.ts'
import { onlyTicket, queueTab } from './desk/queue-tab.ts'
import { nextOnPage, onwards } from './desk/queue-trail.ts'
import type { Fields } from './graph/variables.ts'
import { parseGlobalId } from './lib/ids.ts'
import { recordLogIn } from './people/admin-log.ts'
import { hasSecondFactor } from './people/second-factor.ts'
import { logIn, logOut } from './people/session.ts'
import { viewerById } from './people/viewer-row.ts'
import type { Plaindesk } from './plaindesk.ts'
import { doneStatuses, openStatuses } from './tickets/ticket-status.ts'
import type { FormOptions, Payload } from './web/form.ts'
import { forgetLanguage, rememberLanguage } from './web/language.ts'
import { note } from './web/noted.ts'
import { leaveNotice } from './web/notice.ts'
import type { PageOptions } from './web/page.ts'
import { rememberReceived } from './web/received.ts'
import { valueAt } from './web/target.ts'
import { trailOf, withTrail } from './web/trail.ts'
import { plainQuery } from './web/views.ts'

/** What the schema says is for who is signed in (product §8). */
export const toLogIn: PageOptions['goesTo'] = ({ viewer }, { path }) => (viewer ? null : `/login?next=${path}`)

const tabs: Record<string, readonly string[]> = { open: openStatuses, done: doneStatuses }
/** `status=open` and `status=done` are tabs of the list, anything else is all; `own` leaves out what colleagues asked. */
export const tabToStatus: PageOptions['fields'] = ({ status, own, ...fields }, { viewer }) => ({
  ...fields,
  words: fields.q ?? '',
  hasWords: String(String(fields.q ?? '').trim() !== ''),
  status: tabs[String(status)],
  ...(own === 'true' && { requester: viewer.user?.globalId ?? '' }),
})

const mailTabs: Record<string, readonly string[]> = {
  held: ['HELD', 'UNREADABLE'],
  filed: ['APPENDED', 'CREATED', 'FOLLOWED_UP'],
  other: ['REFUSED', 'DUPLICATE', 'AUTOMATIC', 'BOUNCE', 'LOOP'],
  all: [],
}
/** What blocked senders write waits for nobody: it has a tab of its own. */
const mailTab = (tab: string): Fields =>
  tab === 'blocked'
    ? { outcome: [], blocked: 'true' }
    : { outcome: mailTabs[tab] ?? mailTabs.held, blocked: tab in mailTabs && tab !== 'held' ? undefined : 'false' }

/** The tabs of the ledger of mails: what waits, unless told; a search looks through all. */
export const tabToOutcome = ({ tab, q = '', ...fields }: Fields): Fields => ({
  ...fields,
  q,
  ...(String(q).trim() === '' ? mailTab(String(tab)) : { outcome: [] }),
})

const heldTabs: Record<string, string> = { blocked: 'BLOCKED', spam: 'SPAM' }
/** The tabs of what is held: what waits for a decision, unless told. */
export const tabToHeld = ({ tab, ...fields }: Fields): Fields => ({
  ...fields,
  kind: heldTabs[String(tab)] ?? 'WAITING',
})

const stays: Record<string, string> = { members: 'MEMBER', pending: 'PENDING', left: 'LEFT' }
/** The tabs of the support list: who is on it, unless told. */
export const tabToStay = ({ tab, ...fields }: Fields): Fields => ({ ...fields, state: stays[String(tab)] })

/** Where somebody signed in starts. */
export function homeOf(_data: object, { viewer }: Request): string | null {
  if (!viewer.user) return null
  return viewer.user.isTeam ? '/agent' : '/tickets'
}

/** product §9: the page of a dead link says what to do, and the status says that it is dead. */
export const mailedLink: PageOptions = {
  status: ({ link }) => (link === null ? 404 : stateOf(link) === 'OPEN' ? 200 : 410),
}
export const leaveLinkStatus: PageOptions['status'] = ({ leaveLink }) => (stateOf(leaveLink) === 'UNKNOWN' ? 404 : 200)
export const ratingStatus: PageOptions['status'] = ({ ratingRequest }) => (ratingRequest === null ? 404 : 200)
export const reportSwitchStatus: PageOptions['status'] = ({ reportSwitch }) => (reportSwitch === null ? 404 : 200)

/** Who has the portal can open what was received, if they see it. */
export const whetherToOpen: PageOptions['fields'] = (fields, { viewer }) => ({
  ...fields,
  hasAccess: String(viewer.access === 'GRANTED'),
})

/** The tabs of the team's queue; `mine` depends on who asks. */
export const toTab: PageOptions['fields'] = (fields, { viewer }) => queueTab(fields, viewer.user?.globalId ?? '')
/** A view is saved in the words of the filter. */
export const toView: FormOptions['fields'] = (fields, { viewer }) => ({
  ...queueTab({ ...fields, filter: '1' }, viewer.user?.globalId ?? ''),
  view: fields.view,
  name: fields.name,
  isShared: fields.isShared,
  idempotencyKey: fields.idempotencyKey,
})
export const toSavedView: FormOptions['done'] = payload => `/agent?${valueAt(payload, 'view.query')}`
/** What was ticked in the queue, or all that it had found. */
export const toSelection: PageOptions['fields'] = (fields, req) => {
  const ticked = new URLSearchParams(req.url.split('?')[1]).getAll('tickets') // `fields` has the last of them
  const tickets = ticked.length > 0 ? ticked : fields.tickets
  return selectionFields({ ...fields, tickets }, req.viewer.user?.globalId ?? '')
}
/** The same with what is to be done. */
export const toBulk: FormOptions['fields'] = (fields, req) => ({
  ...selectionFields(fields, req.viewer.user?.globalId ?? ''),
  ...deedFields(fields),
})
/** From there the queue is found again as it was left. */
export const toProgress: FormOptions['done'] = (payload, { body }) => {
  const query: unknown = Reflect.get(Object(body), 'query')
  const from = typeof query === 'string' && query !== '' ? `?${new URLSearchParams({ query })}` : ''
  return `/agent/bulk/${valueAt(payload, 'bulkChange.id')}${from}`
}
export const selectionStatus: PageOptions['status'] = ({ ticked, matching }) =>
  valueAt(Object(ticked ?? matching), 'count') === 0 ? 422 : 200
/** A number in the search leads to its ticket; whoever works through a list is led to the next of it. */
export const toOneTicket: PageOptions['goesTo'] = ({ tickets }, req) => {
  const query = plainQuery(req)
  if (query.next) return nextOnPage(tickets, query)
  const number = onlyTicket(tickets, query.q)
  return number === null ? null : `/agent/tickets/${number}`
}
/** A ticket that was put into another is read there. */
export const toMerged: PageOptions['goesTo'] = ({ ticket }) => {
  const number: unknown = valueAt(Object(ticket), 'mergedInto.number')
  return number ? `/tickets/${number}` : null
}
/** Who was merged into somebody has no page of their own any more. */
export const toWhoTheyBecame: PageOptions['goesTo'] = ({ person }) => {
  const id: unknown = valueAt(Object(person), 'mergedInto.id')
  return id ? `/agent/people/${id}` : null
}
/** After the last unanswered ticket comes the queue. */
export const toNextTicket: PageOptions['goesTo'] = ({ desk }) => {
  const number: unknown = valueAt(Object(desk), 'nextTicket.number')
  return number ? `/agent/tickets/${number}` : '/agent'
}
export function createTurns({ orm, config, settings, clock }: Plaindesk) {
  return {
    /** The ticket for whoever may read it; "we have it" for the others. */
    toRequest({ number }: Payload, req: Request, res: Response): string {
      if (req.viewer.access === 'GRANTED') return `/tickets/${number}`
      rememberReceived(req, res, Number(number), req.viewer.user?.email ?? String(req.body.email), config, clock())
      return `/tickets/received/${number}`
    },

    /** Whoever has access has no business on the page that explains why there is none. */
    awayWithAccess: (_data: object, { viewer }: Request): string | null =>
      viewer.access === 'GRANTED' ? '/tickets' : null,

    /** V11: the saved password logs in at once. */
    async logInWithNewPassword({ user }: Payload, req: Request, res: Response): Promise<string> {
      const id = parseGlobalId(String(Reflect.get(Object(user), 'id')))?.id ?? ''
      const em = orm.em.fork()
      const viewer = await viewerById(em, id, req.config, clock())
      // A link and a password are one factor each; whoever has set up another proves it.
      if (!viewer?.user || (await hasSecondFactor(em, viewer.user))) return '/login'
      await logIn(req, viewer.user)
      note(res, 'LOGGED_IN', viewer.user.id)
      await recordLogIn(em, viewer, req.ip ?? '', clock())
      if (viewer.access !== 'GRANTED') return '/no-access'
      leaveNotice(res, 'accountReady')
      return '/tickets'
    },

    /** All sessions have ended; this browser's cookie goes with them. */
    async afterReset(_payload: Payload, req: Request, res: Response): Promise<string> {
      await logOut(req, res)
      leaveNotice(res, 'passwordReset')
      return '/login'
    },

    /** What was just changed shows on the very next page; the other processes hear of it by themselves. */
    async afterSettings(_payload: Payload, _req: Request, res: Response): Promise<string> {
      await settings.refresh()
      leaveNotice(res, 'saved')
      return '/admin/settings'
    },

    async afterClosing(_payload: Payload, req: Request, res: Response): Promise<string> {
      await logOut(req, res)
      leaveNotice(res, 'accountClosed')
      return '/'
    },

    /** H11: the language chosen for the account is the one of this browser too. */
    afterAccount(_payload: Payload, req: Request, res: Response): string {
      const language: unknown = req.body.language
      if (typeof language === 'string' && language !== '') rememberLanguage(res, language)
      else forgetLanguage(res)
      leaveNotice(res, 'saved')
      return '/account'
    },

    /**
     * An agent stays on the ticket, or goes on by the second button, to the next of the list they came from if there is one;
     * either page can take it back.
     */
    afterAnswer({ ticket, message }: Payload, req: Request, res: Response): string {
      const { list, place } = trailOf(req)
      const number = String(Reflect.get(Object(ticket), 'number'))
      const asked = String(req.params.number)
      const undo = { number: asked, message: String(Reflect.get(Object(message), 'id')) }
      leaveNotice(res, number === asked ? 'answered' : 'answeredFollowUp', req.config.undoSeconds > 0 ? undo : null)
      if (req.body.then !== 'next') return withTrail(`/agent/tickets/${number}`, { list, place })
      return list ? onwards(list, place, asked) : `/agent/next?after=${number}`
    },

    /** On a closed ticket the comment began a follow-up; the page says so. */
    afterComment({ ticket }: Payload, req: Request, res: Response): string {
      const number = String(Reflect.get(Object(ticket), 'number'))
      leaveNotice(res, number === req.params.number ? 'commented' : 'followUp')
      return `/tickets/${number}`
    },
  }
}

const stateOf = (link: unknown): unknown => Reflect.get(Object(link), 'state')
