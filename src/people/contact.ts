import type { EntityManager } from '@mikro-orm/postgresql'
import type { Language } from '../i18n/language.ts'
import { newId } from '../lib/ids.ts'
import { holdAddress, personOfAddress } from './addresses.ts'
import type { User } from './user.ts'

/** What a stranger typed about themselves; nothing of it is proven. */
export interface Typed {
  /** In its stored form (`normalizeAddress`). */
  email: string
  name: string
  language: Language
  now: Date
}

/**
 * The person with an address; whoever is new is a contact from now on (H8). Of somebody known nothing is changed: whoever
 * typed this need not be them. Two posts at once find the same person, because the second waits at the unique index.
 */
export async function findOrCreateContact(em: EntityManager, { email, name, language, now }: Typed): Promise<User> {
  const known = await personOfAddress(em, email)
  if (known) return known
  await holdAddress(em, email) // somebody may just be proving that it is theirs
  await em.execute(
    `insert into person (id, email, name, role, language, wants_status_mail, wants_weekly_report, created_at)
     select ?, ?, ?, 'CUSTOMER', ?, true, true, ? where not exists (select from person_address where address = ?)
       on conflict (email) do nothing`,
    [newId(), email, name || email, language, now, email],
  )
  const person = await personOfAddress(em, email)
  if (!person) throw new Error('a person that was just added is not there')
  return person
}

/** Whether we never learnt a name. */
export const isNameless = ({ name, email }: Pick<User, 'name' | 'email'>): boolean => name === '' || name === email
