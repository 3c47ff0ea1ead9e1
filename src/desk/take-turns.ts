import { LockMode } from '@mikro-orm/core'
import type { EntityManager } from '@mikro-orm/postgresql'
import type { Config } from '../config.ts'
import type { Context } from '../graph/context.ts'
import { entityOf } from '../graph/things.ts'
import { stranger, worksTickets } from '../people/viewer.ts'
import { viewerById } from '../people/viewer-row.ts'
import { Ticket } from '../tickets/ticket.ts'
import { applyTo, failed, type Turn } from './apply-bulk-change.ts'
import type { BulkChange } from './bulk-change.ts'
import { BulkChangeTicket, BulkFailure } from './bulk-change-ticket.ts'
import { giveBack } from './undo-bulk-change.ts'

/** Gives these tickets of a bulk change their turn, as whoever asked for it, by what they may do now. */
export async function takeTurns(
  em: EntityManager,
  config: Config,
  now: Date,
  bulk: BulkChange,
  rows: readonly BulkChangeTicket[],
): Promise<void> {
  await em.populate(bulk, ['assignee', 'category', 'undoes.assignee', 'undoes.category'])
  const context = await contextOf(em, config, now, bulk)
  const ids = rows.map(({ ticket }) => ticket.id)
  const tickets = await lockAll(em, ids)
  const before = bulk.undoes ? await em.find(BulkChangeTicket, { bulkChange: bulk.undoes, ticket: { $in: ids } }) : []
  const done = new Map(before.map(row => [row.ticket.id, row]))
  for (const row of rows) {
    const ticket = tickets.get(row.ticket.id)
    Object.assign(row, ticket ? await turnOf(context, bulk, row, ticket, done.get(ticket.id)) : {}, { changedAt: now })
  }
}

function turnOf(
  context: Context,
  bulk: BulkChange,
  row: BulkChangeTicket,
  ticket: Ticket,
  done: BulkChangeTicket | undefined,
): Turn | Promise<Turn> {
  if (!worksTickets(context.viewer)) return failed(BulkFailure.FORBIDDEN)
  return bulk.undoes && done ? giveBack(context, bulk.undoes, done, ticket) : applyTo(context, bulk, row, ticket)
}

/** In one order everywhere, so that two at once wait for each other and not in a circle. */
async function lockAll(em: EntityManager, ids: readonly string[]): Promise<Map<string, Ticket>> {
  const options = { orderBy: { id: 'asc' }, lockMode: LockMode.PESSIMISTIC_WRITE } as const
  const tickets = await em.find(Ticket, { id: { $in: [...ids] } }, options)
  await em.populate(tickets, ['requester', 'assignee', 'category', 'participants'])
  return new Map(tickets.map(ticket => [ticket.id, ticket]))
}

async function contextOf(em: EntityManager, config: Config, now: Date, { owner }: BulkChange): Promise<Context> {
  const found = (await viewerById(em, owner.id, config, now)) ?? stranger
  const viewer = { ...found, user: found.user && entityOf(em, found.user) }
  return { em, viewer, language: 'en', via: 'command', now, config, client: null, isBulk: true }
}
