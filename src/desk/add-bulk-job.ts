import type { EntityManager } from '@mikro-orm/postgresql'
import { addJob } from '../jobs/add-job.ts'

/** One at a time: however many are asked for, the worker's other places are left to mails. */
export const addBulkJob = (em: EntityManager, bulkChange: string): Promise<void> =>
  addJob(em, 'change-tickets', { bulkChange }, { queueName: 'change-tickets' })
