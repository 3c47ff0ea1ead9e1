import type { EntityManager } from '@mikro-orm/postgresql'
import { addJob, type JobOptions } from '../jobs/add-job.ts'
import type { IncomingMail } from './incoming-mail.ts'

/** A mail that cannot be filed after so many tries is set aside for an agent. */
const MAX_ATTEMPTS = 8

/** Whoever waits for a link to log in does not wait for a backlog of mails. */
export const BEHIND = 1

/** Under one key, so that it runs once: what comes later says when, and how soon before others. */
export const addFileJob = (
  em: EntityManager,
  { id }: Pick<IncomingMail, 'id'>,
  options: Pick<JobOptions, 'delaySeconds' | 'priority'> = {},
): Promise<void> =>
  addJob(em, 'file-mail', { mail: id }, { ...options, jobKey: `file-mail:${id}`, maxAttempts: MAX_ATTEMPTS })
