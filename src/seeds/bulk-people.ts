import { newId } from '../lib/ids.ts'
import type { Texts } from './bulk-texts.ts'

const CUSTOMERS_OF_ORGANIZATION = 10
const YEARS = 6 * 365 * 24 * 3_600_000

export interface BulkPerson {
  id: string
  name: string
  email: string
  organization: string
}

/**
 * Customers with portal access: confirmed, on the support list, of organizations with an agreement. `passwordHash` is
 * one for all, which is what makes twenty thousand of them affordable; numbering begins after `known`.
 */
export function people(count: number, known: number, passwordHash: string | null, texts: Texts, now: Date) {
  const created = new Date(now.getTime() - YEARS)
  const organizations = Array.from({ length: Math.ceil(count / CUSTOMERS_OF_ORGANIZATION) }, (_, index) => ({
    id: newId(),
    name: `Company ${known + index + 1}`,
    created_at: created,
  }))
  const customers = Array.from({ length: count }, (_, index): BulkPerson => {
    const organization = organizations[index % organizations.length]?.id ?? ''
    return { id: newId(), name: texts.name(), email: `customer-${known + index + 1}@bulk.example`, organization }
  })
  const rows = {
    organization: organizations,
    agreement: organizations.map(({ id }) => ({
      id: newId(),
      organization_id: id,
      from: created,
      until: null,
      portal_access: true,
      response_hours: 24,
    })),
    person: customers.map(({ id, name, email, organization }, index) => ({
      id,
      name,
      email,
      role: 'CUSTOMER',
      password_hash: passwordHash,
      confirmed_at: created,
      language: index % 2 === 0 ? 'de' : 'en',
      wants_status_mail: true,
      wants_weekly_report: true,
      organization_id: organization,
      created_at: created,
    })),
    membership: customers.map(({ id }) => ({
      id: newId(),
      user_id: id,
      requested_at: created,
      requested_by: 'REQUEST_FORM',
      wording: '2026-11',
      joined_at: created,
    })),
  }
  return { customers, rows }
}
