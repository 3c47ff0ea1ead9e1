// The one place that reads what access hangs on (product §3): a fragment of SQL that session, token and mail select with
// their own row, so that whoever asks is known after one statement.
import type { EntityManager } from '@mikro-orm/postgresql'
import type { Config } from '../config.ts'
import { thingOf } from '../graph/things.ts'
import { type AccessFacts, accessOf, mailAccessOf } from './access.ts'
import { Role, User } from './user.ts'
import { stranger, type Viewer } from './viewer.ts'

/** The columns of `person p`, named as the properties of `User`; the password's hash is not among them. */
export const personColumns = `p.id, p.email, p.name, p.role, p.confirmed_at as "confirmedAt", p.disabled_at as "disabledAt", p.language,
  p.timezone, p.wants_status_mail as "wantsStatusMail", p.wants_weekly_report as "wantsWeeklyReport",
  p.organization_id as organization, p.sees_organization as "seesOrganization", p.created_at as "createdAt"`

/** With `offset 0` it is looked up by the index for each person: for a list of them PostgreSQL would read all of the table. */
const stay = (condition: string) =>
  `exists (select from membership m where m.user_id = p.id and m.joined_at is not null and m.ended_at ${condition} offset 0)`

/** For the select list of a statement about `person p`. Takes one parameter: `today`. */
export const viewerColumns = `${personColumns},
  ${stay('is null')} as on_list,
  ${stay('is not null')} as has_left,
  exists (
    select from agreement a where a.organization_id = p.organization_id and a.portal_access
      and ?::date between a."from" and coalesce(a."until", 'infinity')
  ) as has_agreement,
  exists (select from second_factor f where f.user_id = p.id and f.confirmed_at is not null offset 0) as has_second_factor,
  exists (select from ticket_participant t where t.user_id = p.id offset 0) as takes_part,
  (select w.position::text from own_write w where w.user_id = p.id) as wrote_up_to`

/** What the fragment reads. Times are text, so a row can lie in a session's data. */
export interface ViewerRow {
  id: string
  email: string
  name: string
  role: Role
  confirmedAt: string | null
  disabledAt: string | null
  language: string | null
  timezone: string | null
  wantsStatusMail: boolean
  wantsWeeklyReport: boolean
  organization: string | null
  seesOrganization: boolean
  createdAt: string
  on_list: boolean
  has_left: boolean
  has_agreement: boolean
  has_second_factor: boolean
  takes_part: boolean
  wrote_up_to: string | null
}

const calendars = new Map<string, Intl.DateTimeFormat>() // making one takes longer than the whole statement

/** The calendar day that agreements are compared with, as YYYY-MM-DD where the company is. */
export function today(now: Date, { defaultTimezone: timeZone }: Pick<Config, 'defaultTimezone'>): string {
  const calendar = calendars.get(timeZone) ?? new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' })
  calendars.set(timeZone, calendar)
  return calendar.format(now)
}

/** The viewer of a row. */
export function viewerOf(em: EntityManager, row: ViewerRow, config: Config): Viewer {
  const {
    on_list: _,
    has_left: __,
    has_agreement: ___,
    has_second_factor: ____,
    takes_part: takesPart,
    wrote_up_to: wroteUpTo,
    ...person
  } = row
  return {
    user: thingOf(em, User, person),
    access: accessOf(factsOf(row), config),
    takesPart,
    scopes: null,
    token: null,
    session: null,
    wroteUpTo,
  }
}

/** The viewer that a person is now, for doors that know only who it is; null where nobody is. */
export async function viewerById(em: EntityManager, id: string, config: Config, now: Date): Promise<Viewer | null> {
  const row = await rowOf(em, id, config, now)
  return row ? viewerOf(em, row, config) : null
}

/** The viewer that the sender of a mail is. */
export async function mailViewer(em: EntityManager, id: string, config: Config, now: Date): Promise<Viewer> {
  const row = await rowOf(em, id, config, now)
  return row ? { ...viewerOf(em, row, config), access: mailAccessOf(factsOf(row)) } : stranger
}

async function rowOf(em: EntityManager, id: string, config: Config, now: Date): Promise<ViewerRow | undefined> {
  const sql = `select ${viewerColumns} from person p where p.id = ?`
  return (await em.execute<ViewerRow[]>(sql, [today(now, config), id]))[0]
}

export const factsOf = (row: ViewerRow): AccessFacts => ({
  role: row.role,
  confirmed: row.confirmedAt !== null,
  disabled: row.disabledAt !== null,
  onList: row.on_list,
  hasLeft: row.has_left,
  hasAgreement: row.has_agreement,
  hasSecondFactor: row.has_second_factor,
})
