import type pg from 'pg'
import { newId } from '../../lib/ids.ts'
import { AdminEventType } from '../../people/admin-event.ts'
import { Role } from '../../people/user.ts'
import type { Person, Told } from './directory.ts'

/** As `personOfAddress`, for many. */
export async function lookUp(client: pg.Client, addresses: readonly string[]): Promise<Map<string, Person>> {
  const { rows } = await client.query<{ address: string; id: string; role: Role; organization: string | null }>(
    `select p.email as address, p.id, p.role, p.organization_id as organization from person p where p.email = any($1)
     union all
     select a.address, p.id, p.role, p.organization_id from person_address a join person p on p.id = a.user_id
       where a.address = any($1)`,
    [addresses],
  )
  return new Map(
    rows.map(({ address, id, role, organization }) => [
      address,
      { id, isTeam: role !== Role.CUSTOMER, organizationId: organization },
    ]),
  )
}

/** As `findOrCreateContact`, for many: somebody may just be proving that an address is theirs. Answers how many were new. */
export async function add(
  client: pg.Client,
  people: readonly Told[],
  organizations: ReadonlyMap<string, string>,
  now: Date,
): Promise<number> {
  const rows = people.map(({ email, name, role, language, organization, createdAt }) => ({
    id: newId(),
    email,
    name: name ?? email,
    role: role ?? Role.CUSTOMER,
    language: language ?? null,
    organization_id: (organization && organizations.get(organization)) ?? null,
    created_at: createdAt ?? now,
  }))
  await client.query('select pg_advisory_xact_lock(hashtextextended(address, 0)) from unnest($1::text[]) address', [
    rows.map(({ email }) => email).toSorted(),
  ])
  const added = await client.query<{ id: string; role: Role }>(
    `insert into person (id, email, name, role, language, organization_id, wants_status_mail, wants_weekly_report, created_at)
     select id, email, name, role, language, organization_id, true, true, created_at
       from json_populate_recordset(null::person, $1) p
       where not exists (select from person_address where address = p.email)
     on conflict (email) do nothing returning id, role`,
    [JSON.stringify(rows)],
  )
  for (const { id, role } of added.rows) {
    if (role !== Role.CUSTOMER) await recordColleague(client, id, role, now)
  }
  return added.rowCount ?? 0
}

/** A colleague is few among many, and worth a line of the admin log each. */
async function recordColleague(client: pg.Client, id: string, role: Role, now: Date): Promise<void> {
  await client.query('insert into admin_event (id, type, subject_id, "to", created_at) values ($1, $2, $3, $4, $5)', [
    newId(),
    AdminEventType.STAFF_ADDED,
    id,
    role,
    now,
  ])
}
