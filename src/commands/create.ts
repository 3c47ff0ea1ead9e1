// People and tokens made by the operator: how the first admin of a new portal comes to be.
import type { Config } from '../config.ts'
import { Scope } from '../integrations/api-token.ts'
import { MAX_DAYS, makeToken } from '../integrations/token.ts'
import { normalizeAddress } from '../lib/email-address.ts'
import { Trouble } from '../lib/trouble.ts'
import { personOfAddress } from '../people/addresses.ts'
import { AdminEvent, AdminEventType } from '../people/admin-event.ts'
import { linkPath } from '../people/link-path.ts'
import { linkKey, linkToken } from '../people/link-token.ts'
import { LinkKind, OneTimeLink } from '../people/one-time-link.ts'
import { addStaff } from '../people/staff.ts'
import { Role, User } from '../people/user.ts'
import { open } from './open.ts'

export interface UserWishes {
  name: string
  role: string
  language: 'en' | 'de'
}

/** A new person; the invitation goes out by mail, and its link is told here for where mail does not work yet. */
export async function createUser(config: Config, address: string, { name, role, language }: UserWishes): Promise<void> {
  const email = normalizeAddress(address)
  if (email === null) throw new Trouble(`"${address}" is no mail address.`)
  await using stack = new AsyncDisposableStack()
  const { orm, settings, clock } = await open(stack, config, { as: 'user create' })
  const link = await orm.em.fork({ flushMode: 'commit' }).transactional(async em => {
    if (await personOfAddress(em, email)) throw new Trouble(`There is somebody with the address ${email} already.`)
    const user = await addStaff(
      em,
      { name, email, role: oneOf(Role, role, 'role'), language },
      settings.current,
      clock(),
    )
    em.persist(new AdminEvent(AdminEventType.STAFF_ADDED, null, { subject: user, to: user.role }, clock()))
    await em.flush()
    return em.findOneOrFail(OneTimeLink, { user: user.id, kind: LinkKind.INVITATION })
  })
  const url = `${config.baseUrl}${linkPath.INVITATION}${linkToken(link, linkKey(config.sessionSecret))}`
  process.stdout.write(`${email} is invited by mail to set a password. The link in it, for them alone:\n${url}\n`)
}

export interface TokenWishes {
  name: string
  scope: string[]
  days: number
}

/** A new API token of somebody; the only line on standard output is the token. */
export async function createToken(config: Config, address: string, { name, scope, days }: TokenWishes): Promise<void> {
  if (!(days >= 1 && days <= MAX_DAYS)) throw new Trouble(`--days is a number from 1 to ${MAX_DAYS}.`)
  const scopes = scope.map(each => oneOf(Scope, each, 'scope'))
  await using stack = new AsyncDisposableStack()
  const { orm, clock } = await open(stack, config, { as: 'token create' })
  const secret = await orm.em.fork({ flushMode: 'commit' }).transactional(async em => {
    const user = await em.findOne(User, { email: normalizeAddress(address) ?? '' })
    if (!user) throw new Trouble(`There is nobody with the address ${address}.`)
    const about = { subject: user, about: name, to: scopes.join(', ') }
    em.persist(new AdminEvent(AdminEventType.TOKEN_MADE, null, about, clock()))
    return makeToken(em, { user, name, scopes, days }, clock()).secret
  })
  process.stdout.write(`${secret}\n`)
}

function oneOf<T extends string>(values: Record<string, T>, given: string, what: string): T {
  const found = Object.values(values).find(value => value.toLowerCase() === given.toLowerCase())
  if (!found)
    throw new Trouble(`"${given}" is no ${what}; there are ${Object.values(values).join(', ').toLowerCase()}.`)
  return found
}
