import type { EntityManager } from '@mikro-orm/postgresql'
import type { DNSResolver } from 'mailauth'
import type { Plaindesk } from '../plaindesk.ts'

/** What the mail door works with. */
export interface Inbox extends Pick<Plaindesk, 'orm' | 'schema' | 'config' | 'files' | 'log' | 'clock'> {
  /** Asked instead of the DNS; for tests. */
  resolver?: DNSResolver | undefined
}

/** Each piece of work has its own view of the database. */
export const fork = ({ orm }: Pick<Inbox, 'orm'>): EntityManager => orm.em.fork({ flushMode: 'commit' })
