// Works off a bulk change, some tickets a transaction. Their outcomes and the counters are written with them, so whatever
// dies, each ticket has its turn once, and the next try goes on where this one stopped.
import { LockMode } from '@mikro-orm/core'
import type { EntityManager } from '@mikro-orm/postgresql'
import { failureOf } from '../graph/failure.ts'
import type { Plaindesk } from '../plaindesk.ts'
import { addBulkJob } from './add-bulk-job.ts'
import { BulkChange } from './bulk-change.ts'
import { BulkChangeTicket, BulkFailure, BulkOutcome } from './bulk-change-ticket.ts'
import { takeTurns } from './take-turns.ts'

/** Locked together for some hundredths of a second; one by one, ten times as many statements would be needed. */
const BATCH = 20

/** What the job works with. */
export interface Desk extends Pick<Plaindesk, 'settings' | 'log' | 'clock'> {
  fork: () => EntityManager
}

/** After so many batches another bulk change has its turn. */
const BATCHES = 25

export async function changeTickets(desk: Desk, id: string): Promise<void> {
  for (let batches = 0; batches < BATCHES; batches += 1) if (!(await step(desk, id, BATCH))) return
  await addBulkJob(desk.fork(), id)
}

/** Says whether there is more to do. A batch that fails is gone through one by one, so that one bad ticket stops no others. */
async function step(desk: Desk, id: string, size: number): Promise<boolean> {
  try {
    return await desk.fork().transactional(em => turn(desk, em, id, size))
  } catch (error) {
    if (failureOf(error).status === 503) throw error // the database is away, and the next try comes by itself
    if (size > 1) return step(desk, id, 1)
    desk.log.error({ err: error, bulkChange: id }, 'a ticket of a bulk change was not changed')
    return desk.fork().transactional(em => giveUp(desk, em, id))
  }
}

/** The lock makes one of two workers wait; an undo that comes meanwhile, too. */
const locked = (em: EntityManager, id: string): Promise<BulkChange | null> =>
  em.findOne(BulkChange, { id, finishedAt: null }, { lockMode: LockMode.PESSIMISTIC_WRITE })

const dueOf = (em: EntityManager, bulkChange: BulkChange, limit: number): Promise<BulkChangeTicket[]> =>
  em.find(BulkChangeTicket, { bulkChange, outcome: null }, { orderBy: { position: 'asc' }, limit })

async function turn({ settings, clock }: Desk, em: EntityManager, id: string, size: number): Promise<boolean> {
  const bulk = await locked(em, id)
  if (!bulk) return false
  const rows = await dueOf(em, bulk, size)
  await takeTurns(em, settings.current, clock(), bulk, rows)
  return count(bulk, rows, clock())
}

async function giveUp({ clock }: Desk, em: EntityManager, id: string): Promise<boolean> {
  const bulk = await locked(em, id)
  if (!bulk) return false
  const rows = await dueOf(em, bulk, 1)
  for (const row of rows) Object.assign(row, { outcome: BulkOutcome.FAILED, reason: BulkFailure.INTERNAL })
  return count(bulk, rows, clock())
}

function count(bulk: BulkChange, rows: readonly BulkChangeTicket[], now: Date): boolean {
  const having = (outcome: BulkOutcome) => rows.filter(row => row.outcome === outcome).length
  bulk.done += rows.length
  bulk.changed += having(BulkOutcome.CHANGED)
  bulk.failed += having(BulkOutcome.FAILED)
  if (bulk.done >= bulk.total || rows.length === 0) bulk.finishedAt = now
  return bulk.finishedAt === null
}
