// Making and ending a session: the one thing outside the schema. Log-in by Passport, with address and password.
import type { EntityManager } from '@mikro-orm/postgresql'
import type { Request, RequestHandler, Response } from 'express'
import passport from 'passport'
import { Strategy } from 'passport-local'
import { Refusal, Refusals } from '../graph/refusal.ts'
import { userErrorOf } from '../graph/user-errors.ts'
import { cleanLine } from '../lib/clean-text.ts'
import { clientKey } from '../lib/client-key.ts'
import { normalizeAddress } from '../lib/email-address.ts'
import { ownPath } from '../lib/own-path.ts'
import type { Plaindesk } from '../plaindesk.ts'
import type { Forms } from '../web/form.ts'
import { note, tells } from '../web/noted.ts'
import type { Pages } from '../web/page.ts'
import { ownerOfAddress } from './addresses.ts'
import { AdminEvent, AdminEventType } from './admin-event.ts'
import { recordFailedLogIn, recordLogIn } from './admin-log.ts'
import { deviceKey, deviceOf, newDevice } from './device.ts'
import { attemptKey, countAttempt, forget, takeBack } from './login-attempts.ts'
import { isPassword } from './password.ts'
import { isPendingLogIn, pendingLogIn, readPendingLogIn } from './pending-log-in.ts'
import { hasSecondFactor, proveWith, secondFactorOf } from './second-factor.ts'
import { logIn, logOut } from './session.ts'
import { cookieOptions } from './session-store.ts'
import { User } from './user.ts'
import { viewerById } from './viewer-row.ts'

type Fields = NonNullable<Awaited<ReturnType<Forms['read']>>>

export function createLogIn(
  { orm, config, clock }: Plaindesk,
  forms: Forms,
  pages: Pages,
): { postLogIn: RequestHandler; postCode: RequestHandler; postLogOut: RequestHandler } {
  const authenticator = new passport.Passport()
  authenticator.use(
    new Strategy({ usernameField: 'email' }, (email, password, done) => {
      userWith(orm.em.fork(), addressOf(email), password).then(user => done(null, user ?? false), done)
    }),
  )
  const options = cookieOptions(config)
  const deviceCookie = options.secure ? '__Host-device' : 'device'
  const key = deviceKey(config.sessionSecret)

  async function postLogIn(req: Request, res: Response): Promise<void> {
    const fields = await forms.read(req, res)
    if (!fields) return
    try {
      const user = await attempt(req, res, fields)
      if (await hasSecondFactor(orm.em.fork(), user)) await askForCode(user, fields, req, res)
      else await welcome(user, fields, req, res)
    } catch (error) {
      if (error instanceof Refusals) return refuse(error.list, fields, req, res)
      if (!(error instanceof Refusal)) throw error
      await refuse([error], fields, req, res)
    }
  }

  /** Refuses wrong credentials, and whoever has to wait before the password is looked at. */
  async function attempt(req: Request, res: Response, fields: Fields): Promise<User> {
    const empty = ['email', 'password'].filter(field => !fields[field])
    if (empty.length > 0) throw new Refusals(empty.map(field => new Refusal('REQUIRED', field)))
    const em = orm.em.fork()
    const email = addressOf(fields.email)
    const device = deviceOf(req.cookies?.[deviceCookie], email, key)
    const client = attemptKey('client', clientKey(req.ip ?? ''))
    const own = device ? attemptKey('device', device) : attemptKey('address', email)
    // The client's gate comes first: a client that is kept waiting must not close the address's gate to its owner.
    await countAttempt(em, req.config, device ? [own] : [client, own])
    const user = await authenticate(req, res)
    if (!user) {
      await recordFailedLogIn(em, email, req.ip ?? '', clock())
      throw new Refusal('WRONG_CREDENTIALS')
    }
    await forget(em, own)
    if (!device) {
      await takeBack(em, client)
      res.cookie(deviceCookie, newDevice(email, key), { ...options, maxAge: YEAR })
    }
    return user
  }

  /** The password was right; nothing is granted before the code. */
  async function askForCode(user: User, { next, typed }: Fields, req: Request, res: Response): Promise<void> {
    const values = { pending: pendingLogIn(user, config.sessionSecret, clock()), next, typed }
    await pages.show('people/login-code', req, res, { fields: {}, values, path: '/login' })
  }

  async function postCode(req: Request, res: Response): Promise<void> {
    const fields = await forms.read(req, res)
    if (!fields) return
    const em = orm.em.fork()
    const user = await personPending(em, fields.pending)
    if (!user) return refuse([new Refusal('LOG_IN_ANEW')], fields, req, res)
    try {
      await checkCode(em, user, String(fields.code ?? ''), req)
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      if (tells(error.code)) note(res, error.code, user.id)
      return refuse([error], fields, req, res, 'people/login-code')
    }
    await welcome(user, fields, req, res)
  }

  async function personPending(em: EntityManager, word: unknown): Promise<User | null> {
    const pending = readPendingLogIn(word, clock())
    const user = pending && (await em.findOne(User, { id: pending.id }, { populate: ['passwordHash'] }))
    return user && isPendingLogIn(pending, user, config.sessionSecret) ? user : null
  }

  /** Codes are guessed as slowly as passwords. */
  async function checkCode(em: EntityManager, user: User, code: string, req: Request): Promise<void> {
    if (code.trim() === '') throw new Refusal('REQUIRED', 'code')
    const key = attemptKey('code', user.id)
    await countAttempt(em, req.config, [key])
    const factor = await secondFactorOf(em, user)
    const proof = factor && (await proveWith(em, factor, code, config, clock()))
    if (!proof) {
      await recordFailedLogIn(em, user.email, req.ip ?? '', clock())
      throw new Refusal('WRONG_CODE', 'code')
    }
    await forget(em, key)
    if (proof === 'RECOVERY_CODE') {
      em.persist(new AdminEvent(AdminEventType.RECOVERY_CODE_USED, user, { subject: user }, clock()))
      await em.flush()
    }
  }

  const authenticate = (req: Request, res: Response): Promise<User | null> =>
    new Promise((resolve, reject) => {
      const done = (error: unknown, user?: User | false | null) => (error ? reject(error) : resolve(user || null))
      authenticator.authenticate('local', { session: false }, done)(req, res, reject)
    })

  /** V15: without access to the page that explains it; else to what was typed before the session ended, or to `next`. */
  async function welcome(user: User, fields: Fields, req: Request, res: Response): Promise<void> {
    await logIn(req, user)
    note(res, 'LOGGED_IN', user.id)
    const em = orm.em.fork()
    const viewer = await viewerById(em, user.id, req.config, clock())
    if (viewer) await recordLogIn(em, viewer, req.ip ?? '', clock())
    if (viewer?.access !== 'GRANTED') return res.redirect(303, '/no-access')
    req.viewer = viewer
    if (!(await forms.resume(fields.typed, req, res)))
      res.redirect(303, ownPath(fields.next) ?? (user.isTeam ? '/agent' : '/tickets'))
  }

  async function refuse(
    refusals: readonly Refusal[],
    fields: Fields,
    req: Request,
    res: Response,
    page = 'people/login',
  ): Promise<void> {
    const tooSoon = refusals.find(({ code }) => code === 'RATE_LIMITED')
    const telling = refusals.find(({ code }) => tells(code))
    if (telling) note(res, telling.code)
    if (tooSoon) res.set('Retry-After', String(tooSoon.details.seconds))
    const errors = refusals.map(refusal => userErrorOf(refusal, req.language))
    const { email, next, typed, pending } = fields
    const values = { email, next, typed, pending }
    await pages.show(page, req, res, {
      fields: {},
      values,
      errors,
      status: tooSoon ? 429 : 422,
      path: '/login',
    })
  }

  async function postLogOut(req: Request, res: Response): Promise<void> {
    if (!(await forms.read(req, res))) return
    await logOut(req, res)
    res.redirect(303, '/')
  }

  return { postLogIn, postCode, postLogOut }
}

const YEAR = 365 * 24 * 3_600_000

/** The address as it is stored; what is none stays as typed, and so belongs to nobody. */
const addressOf = (typed: unknown): string => normalizeAddress(cleanLine(String(typed))) ?? cleanLine(String(typed))

/** Whose address and password these are; unknown addresses and contacts take the same time as a wrong password. */
async function userWith(em: EntityManager, email: string, password: string): Promise<User | null> {
  const user = await ownerOfAddress(em, email)
  return (await isPassword(password, user?.passwordHash ?? null)) ? user : null
}
