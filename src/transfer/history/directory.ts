// Who the addresses of a history are. Whoever is known stays as they are; whoever is new becomes a contact, and gets no mail.
import type pg from 'pg'
import { newId } from '../../lib/ids.ts'
import { Role } from '../../people/user.ts'
import type { PersonLine, Somebody } from './format.ts'
import { add, lookUp } from './people-rows.ts'
import type { Report } from './report.ts'

export interface Person {
  id: string
  isTeam: boolean
  organizationId: string | null
}

/** What is told of somebody: the address, and whatever else is known. */
export type Told = Somebody & Partial<PersonLine>

export interface Directory {
  /** All of them by address; unknown ones are added, inside the caller's transaction. */
  find(people: readonly Told[]): Promise<ReadonlyMap<string, Person>>
}

/** A dry run adds nobody, but remembers who would be there by now. */
export function openDirectory(client: pg.Client, report: Report, now: Date, isDry: boolean): Directory {
  const imagined = new Map<string, Person>()
  const imaginedOrganizations = new Set<string>()

  async function find(people: readonly Told[]): Promise<ReadonlyMap<string, Person>> {
    const told = joined(people)
    const known = await lookUp(client, [...told.keys()])
    const missing = [...told.values()].filter(({ email }) => !known.has(email))
    if (missing.length === 0) return known
    if (isDry) return imagine(known, missing)
    const organizations = await organizationsOf(missing)
    report.people += await add(client, missing, organizations, now)
    for (const [address, person] of await lookUp(
      client,
      missing.map(({ email }) => email),
    ))
      known.set(address, person)
    return known
  }

  function imagine(known: Map<string, Person>, missing: readonly Told[]): Map<string, Person> {
    for (const { email, role = Role.CUSTOMER, organization } of missing) {
      const before = imagined.get(email)
      const person = before ?? { id: newId(), isTeam: role !== Role.CUSTOMER, organizationId: null }
      if (!before) report.people += 1
      if (organization && !imaginedOrganizations.has(organization)) {
        imaginedOrganizations.add(organization)
        report.organizations += 1
      }
      imagined.set(email, person)
      known.set(email, person)
    }
    return known
  }

  async function organizationsOf(people: readonly Told[]): Promise<ReadonlyMap<string, string>> {
    const names = [...new Set(people.flatMap(({ organization }) => organization ?? []))]
    if (names.length === 0) return new Map()
    const rows = names.map(name => ({ id: newId(), name, created_at: now }))
    const added = await client.query(
      `insert into organization (id, name, created_at) select id, name, created_at
         from json_populate_recordset(null::organization, $1) on conflict (name) do nothing`,
      [JSON.stringify(rows)],
    )
    report.organizations += added.rowCount ?? 0
    const { rows: all } = await client.query<{ id: string; name: string }>(
      'select id, name from organization where name = any($1)',
      [names],
    )
    return new Map(all.map(({ id, name }) => [name, id]))
  }

  return { find }
}

/** One for each address, with all that any of them tells. */
function joined(people: readonly Told[]): Map<string, Told> {
  const told = new Map<string, Told>()
  for (const person of people) told.set(person.email, { ...told.get(person.email), ...person })
  return told
}
