// The one place that reads what access hangs on (product §3): a fragment of SQL that session, token and mail select with
// their own row, so that whoever asks is known after one statement.
import type { EntityManager } from '@mikro-orm/postgresql'
import type { Config } from '../config.ts'
import { type AccessFacts, accessOf } from './access.ts'
import { Role, User } from './user.ts'
import type { Viewer } from './viewer.ts'

/** The person's columns as the database names them; the password's hash is not among them. */
const columns = [
  'id',
  'email',
  'name',
  'role',
  'confirmed_at',
  'disabled_at',
  'language',
  'timezone',
  'wants_status_mail',
  'wants_weekly_report',
  'organization_id',
  'created_at',
] as const

const stay = (condition: string) =>
  `exists (select from membership m where m.user_id = p.id and m.joined_at is not null and m.ended_at ${condition})`

/** For the select list of a statement about `person p`. Takes one parameter: `today`. */
export const viewerColumns = `${columns.map(column => `p.${column}`).join(', ')},
  ${stay('is null')} as on_list,
  ${stay('is not null')} as has_left,
  exists (
    select from agreement a where a.organization_id = p.organization_id and a.portal_access
      and ?::date between a."from" and coalesce(a."until", 'infinity')
  ) as has_agreement,
  exists (select from ticket_participant t where t.user_id = p.id) as takes_part`

/** What the fragment reads. Times are text, so a row can lie in a session's data. */
export interface ViewerRow {
  id: string
  email: string
  name: string
  role: Role
  confirmed_at: string | null
  disabled_at: string | null
  language: string | null
  timezone: string | null
  wants_status_mail: boolean
  wants_weekly_report: boolean
  organization_id: string | null
  created_at: string
  on_list: boolean
  has_left: boolean
  has_agreement: boolean
  takes_part: boolean
}

const calendars = new Map<string, Intl.DateTimeFormat>() // making one takes longer than the whole statement

/** The calendar day that agreements are compared with, as YYYY-MM-DD where the company is. */
export function today(now: Date, { defaultTimezone: timeZone }: Config): string {
  const calendar = calendars.get(timeZone) ?? new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' })
  calendars.set(timeZone, calendar)
  return calendar.format(now)
}

/** The viewer of a row, with `user` as an entity of `em`. */
export function viewerOf(em: EntityManager, row: ViewerRow, config: Config): Viewer {
  return {
    user: em.map(User, Object.fromEntries(columns.map(column => [column, row[column]]))),
    access: accessOf(factsOf(row), config.requireAgreement),
    takesPart: row.takes_part,
    scopes: null,
    session: null,
  }
}

/** The viewer that a person is now, for doors that know only who it is (mail, commands); null where nobody is. */
export async function viewerById(em: EntityManager, id: string, config: Config, now: Date): Promise<Viewer | null> {
  const [row] = await em.execute<ViewerRow[]>(`select ${viewerColumns} from person p where p.id = ?`, [
    today(now, config),
    id,
  ])
  return row ? viewerOf(em, row, config) : null
}

export const factsOf = (row: ViewerRow): AccessFacts => ({
  role: row.role,
  confirmed: row.confirmed_at !== null,
  disabled: row.disabled_at !== null,
  onList: row.on_list,
  hasLeft: row.has_left,
  hasAgreement: row.has_agreement,
})
