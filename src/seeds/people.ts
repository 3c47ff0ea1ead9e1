// The example people of product §7 and where they belong.
import type { EntityManager } from '@mikro-orm/postgresql'
import type { Language } from '../i18n/language.ts'
import { Door, Membership } from '../list/membership.ts'
import { Agreement } from '../people/agreement.ts'
import { LinkKind, OneTimeLink } from '../people/one-time-link.ts'
import { Organization } from '../people/organization.ts'
import { hashPassword } from '../people/password.ts'
import { Role, User } from '../people/user.ts'
import { type Ago, ago } from './ago.ts'

/** What `npm start` prints; for development only. */
export const EXAMPLE_PASSWORD = 'plaindesk-example'

interface Example {
  name: string
  email: string
  role: Role
  language: Language | null
  organization?: string
  since: Ago
  list?: 'member' | 'left'
}

const example = (name: string, email: string, role: Role, details: Partial<Example> = {}): Example => ({
  name,
  email,
  role,
  language: null,
  since: '400d',
  ...details,
})

/** Everybody who can log in, in the order that they are printed. */
export const cast = {
  ann: example('Ann Albers', 'ann@acme.example', Role.CUSTOMER, {
    language: 'de',
    organization: 'Acme GmbH',
    since: '310d',
    list: 'member',
  }),
  bo: example('Bo Berg', 'bo@acme.example', Role.CUSTOMER, {
    language: 'en',
    organization: 'Acme GmbH',
    since: '240d',
    list: 'member',
  }),
  cem: example('Cem Can', 'cem@acme.example', Role.CUSTOMER, {
    organization: 'Acme GmbH',
    since: '300d',
    list: 'left',
  }),
  eve: example('Eve Ekholm', 'eve@globex.example', Role.CUSTOMER, {
    organization: 'Globex Ltd',
    since: '150d',
    list: 'member',
  }),
  dana: example('Dana Dietz', 'dana@plaindesk.example', Role.AGENT),
  dirk: example('Dirk Decker', 'dirk@plaindesk.example', Role.AGENT),
  sam: example('Sam Seidel', 'sam@plaindesk.example', Role.SALES),
  ada: example('Ada Arndt', 'ada@plaindesk.example', Role.ADMIN),
}
export type CastName = keyof typeof cast

/** People without an account. Carla was invited and has not followed the link yet. */
const contacts = {
  carla: example('Carla Cohen', 'carla@initech.example', Role.CUSTOMER, {
    language: 'en',
    organization: 'Initech',
    since: '2d',
  }),
  spammer: example('Rank Boost', 'hello@rankboost.example', Role.CUSTOMER, { since: '1d' }),
  hasty: example('Hanna Hast', 'hanna@hooli.example', Role.CUSTOMER, { language: 'de', since: '5h' }),
}
export type SeededName = CastName | keyof typeof contacts

/** Makes them all; answers them by name. */
export async function seedPeople(em: EntityManager, now: Date): Promise<Record<SeededName, User>> {
  const organizations = seedOrganizations(em, now)
  const passwordHash = await hashPassword(EXAMPLE_PASSWORD) // one for all: 20 ms each would be felt in every test run
  const make = (person: Example) => toUser(em, person, organizations, now)
  const account = (name: CastName) => withAccount(em, make(cast[name]), cast[name], passwordHash, now)
  const people = {
    ann: account('ann'),
    bo: account('bo'),
    cem: account('cem'),
    eve: account('eve'),
    dana: account('dana'),
    dirk: account('dirk'),
    sam: account('sam'),
    ada: account('ada'),
    carla: make(contacts.carla),
    spammer: make(contacts.spammer),
    hasty: make(contacts.hasty),
  }
  inviteContact(em, people.carla, now)
  return people
}

function seedOrganizations(em: EntityManager, now: Date): Map<string, Organization> {
  const year = now.getUTCFullYear()
  const acme = new Organization('Acme GmbH', ago('400d', now))
  const globex = new Organization('Globex Ltd', ago('160d', now))
  const initech = new Organization('Initech', ago('2d', now))
  const agreements = [
    agreement(acme, `${year - 3}-01-01`, `${year - 2}-12-31`, false, null),
    agreement(acme, `${year - 1}-01-01`, null, true, 8),
    agreement(globex, `${year - 1}-07-01`, `${year + 1}-06-30`, true, 24),
    agreement(initech, `${year - 2}-01-01`, `${year - 2}-12-31`, true, null),
  ]
  em.persist([acme, globex, initech, ...agreements])
  return new Map([acme, globex, initech].map(organization => [organization.name, organization]))
}

function agreement(
  organization: Organization,
  from: string,
  until: string | null,
  portalAccess: boolean,
  hours: number | null,
) {
  const made = new Agreement(organization, from, until, portalAccess)
  made.responseHours = hours
  return made
}

function toUser(em: EntityManager, person: Example, organizations: Map<string, Organization>, now: Date): User {
  const user = new User(person.email, person.name, ago(person.since, now))
  user.role = person.role
  user.language = person.language
  user.organization = (person.organization && organizations.get(person.organization)) || null
  em.persist(user)
  return user
}

function withAccount(em: EntityManager, user: User, { list }: Example, passwordHash: string, now: Date): User {
  const joined = new Date(user.createdAt.getTime() + 3_600_000)
  user.passwordHash = passwordHash
  user.confirmedAt = joined
  if (!list) return user
  const membership = new Membership(user, Door.REQUEST_FORM, user.createdAt)
  membership.confirm(joined)
  if (list === 'left') membership.end(Door.LEAVE_LINK, ago('30d', now))
  em.persist(membership)
  return user
}

/** V10: the box on the form was ticked; the invitation lies in their mailbox. */
function inviteContact(em: EntityManager, user: User, now: Date): void {
  const sent = ago('2d', now)
  const link = new OneTimeLink(LinkKind.INVITATION, user, { invitationDays: 14, confirmDays: 14, resetHours: 1 }, sent)
  link.joinsList = true
  em.persist([link, new Membership(user, Door.REQUEST_FORM, sent)])
}
