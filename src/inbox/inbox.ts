import type { EntityManager } from '@mikro-orm/postgresql'
import type { DNSResolver } from 'mailauth'
import type { Plaindesk } from '../plaindesk.ts'

/** The steps of a mail's way, in their order. Whatever dies between two of them, the mail is filed once. */
export const steps = ['raw kept', 'row written', 'weighed', 'files kept', 'message written', 'concluded'] as const
export type Step = (typeof steps)[number]

/** What the mail door works with. */
export interface Inbox extends Pick<Plaindesk, 'orm' | 'schema' | 'config' | 'settings' | 'files' | 'log' | 'clock'> {
  /** Asked instead of the DNS; for tests. */
  resolver?: DNSResolver | undefined
  /** Told after each step; for tests that let it die there. */
  after?: (step: Step) => void
}

/** Each piece of work has its own view of the database. */
export const fork = ({ orm }: Pick<Inbox, 'orm'>): EntityManager => orm.em.fork({ flushMode: 'commit' })
