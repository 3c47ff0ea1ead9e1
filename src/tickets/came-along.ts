import { batched } from '../graph/batched.ts'
import { type Condition, idList } from '../graph/condition.ts'
import type { Context } from '../graph/context.ts'
import type { Node } from '../graph/node.ts'
import { type NodeType, thingOf } from '../graph/things.ts'
import type { Ticket } from './ticket.ts'

/**
 * What `findTicket` brings along under a name, by SQL about `t`. Of tickets that were read otherwise it is read now, by
 * one statement for all of them.
 */
export function cameAlong(name: string, what: (context: Context) => Condition) {
  const readNow = batched(async (context: Context, ids) => {
    const { sql, values } = what(context)
    const rows = await context.em.execute<{ id: string; found: unknown }[]>(
      `select t.id, (${sql}) as found from ticket t where t.id = any(?::uuid[])`,
      [...values, idList(ids)],
    )
    return new Map(rows.map(({ id, found }) => [id, found]))
  })
  return async (context: Context, ticket: Ticket): Promise<unknown> => {
    const known: unknown = Reflect.get(ticket, name)
    return known === undefined ? readNow(context, ticket.id) : known
  }
}

/** The same for things: the SQL gives a list of rows, or one row, with the names of their properties. */
export function thingsAlong<T extends Node>(
  name: string,
  type: () => NodeType<T>,
  what: (context: Context) => Condition,
): (context: Context, ticket: Ticket) => Promise<T[]> {
  const along = cameAlong(name, what)
  return async (context, ticket) => {
    const found = await along(context, ticket)
    return [found ?? []].flat().map(row => thingOf(context.em, type(), Object(row)))
  }
}
