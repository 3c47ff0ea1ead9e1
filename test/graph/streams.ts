// What the tests of subscriptions follow, by two web processes on one database.
import { afterAll, beforeEach } from 'vitest'
import type { Data } from '../kit/api.ts'
import type { Name } from '../kit/cast.ts'
import { bearer, type Following, follow } from '../kit/follow.ts'
import { serve } from '../kit/serve.ts'
import type { World } from '../world.ts'

export const TICKETS = `subscription ($ticket: ID, $filter: TicketFilter) {
  ticketChanged(ticket: $ticket, filter: $filter) {
    cursor
    ticket { id number subject status tags assignee { name } messages(first: 50) { nodes { text visibility } } }
  }
}`
export const MESSAGES = `subscription ($ticket: ID) {
  messageAdded(ticket: $ticket) { cursor message { text visibility author { name } ticket { number subject } } }
}`

export const ticketOf = (event: Data) => event.data?.ticketChanged.ticket
export const subjects = ({ events }: Pick<Following, 'events'>) => [
  ...new Set(events.map(event => ticketOf(event).subject)),
]
export const about = (subject: string) => (event: Data) => ticketOf(event)?.subject === subject
export const codeOf = (event: Data) => event.errors?.[0].extensions.code

/** A second process, and streams at it. Both end with the file. */
export async function streamsOf({ plaindesk, sql, token }: World) {
  const second = await serve(plaindesk)
  afterAll(() => void second.process.kill('SIGKILL'))
  // Tests of one file ask more than a person does.
  beforeEach(() => sql('delete from rate_limit'))

  const tokens = new Map<Name, string>()
  async function tokenOf(name: Name): Promise<string> {
    const known = tokens.get(name) ?? (await token(name))
    tokens.set(name, known)
    return known
  }

  const following: Following[] = []
  afterAll(() => {
    for (const each of following) each.stop()
  })
  /** Somebody's stream at the second process, unless told. */
  async function followAs(name: Name, query: string, variables = {}, at = second.url): Promise<Following> {
    const stream = await follow(at, bearer(await tokenOf(name)), query, { variables })
    following.push(stream)
    return stream
  }

  const idOf = async (number: number) =>
    `ticket_${(await sql<{ id: string }>('select id from ticket where number = $1', [number]))[0]?.id}`

  return { second, tokenOf, following, followAs, idOf }
}
