import { batched } from '../graph/batched.ts'
import type { Condition } from '../graph/condition.ts'
import type { Context } from '../graph/context.ts'
import { idList } from '../graph/reading.ts'
import type { Ticket } from './ticket.ts'

/**
 * What `findTicket` brings along under a name, by SQL about `t.id`. Of tickets that were read otherwise it is read now, by
 * one statement for all of them.
 */
export function cameAlong(name: string, what: (context: Context) => Condition) {
  const readNow = batched(async (context: Context, ids) => {
    const { sql, values } = what(context)
    const rows = await context.em.execute<{ id: string; found: unknown }[]>(
      `select t.id, (${sql}) as found from unnest(?::uuid[]) as t(id)`,
      [...values, idList(ids)],
    )
    return new Map(rows.map(({ id, found }) => [id, found]))
  })
  return async (context: Context, ticket: Ticket): Promise<unknown> => {
    const known: unknown = Reflect.get(ticket, name)
    return known === undefined ? readNow(context, ticket.id) : known
  }
}
