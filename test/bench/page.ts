// What a page of the bench is, and the statements that several pages cannot avoid.
import type { Visitor } from './visitors.ts'

export interface Ask {
  method: 'GET' | 'POST'
  path: string
  headers: Record<string, string>
  /** A function where each request needs another one. */
  body?: string | (() => string)
  /** What a good answer has. */
  status: number
  visitor: Visitor
}

export type Statement = [text: string, values: unknown[]]

export interface BenchPage {
  name: string
  /** Least share of the floor's throughput, and most statements, by quality.md. */
  least: number
  most: number
  /** Most that its p50 may grow from 50,000 tickets to 1,000,000. */
  grows: number
  asks: (visitors: Visitors) => Ask[] | Promise<Ask[]>
  floor: (ask: Ask) => Statement[]
  isTransaction?: boolean
}

export interface Visitors {
  customers: Visitor[]
  /** Agents, who have saved no views. */
  team: Visitor[]
  /** With some saved views. */
  admins: Visitor[]
  /** The hidden fields of the forms on a page. */
  formOf(path: string, visitor: Visitor): Promise<{ cookie: string; csrf: string }>
  /** Where the links on a page lead, of those that begin so. */
  linksOf(path: string, visitor: Visitor, beginning: string): Promise<string[]>
}

/** What a page grows by at most, and what a search for a very common word does. */
export const STEADY = 1.3
export const COMMON = 2

export const get = (visitor: Visitor, path: string): Ask => ({
  method: 'GET',
  path,
  headers: { cookie: visitor.cookie },
  status: 200,
  visitor,
})
export const numberIn = ({ path }: Ask): number => Number(/\d+/.exec(path)?.[0])

export const ticketStatement = (ask: Ask): Statement => [
  `select t.id, t.number, t.subject, t.status, t.created_at, t.updated_at, t.last_message_at, t.requester_proven, r.name, c.name_en, c.name_de,
     array(select p.name from ticket_participant x join person p on p.id = x.user_id where x.ticket_id = t.id) as participants,
     (select f.number from ticket f where f.id = t.follow_up_of_id) as follow_up_of,
     array(select f.number from ticket f where f.follow_up_of_id = t.id) as follow_ups
   from ticket t join person r on r.id = t.requester_id left join category c on c.id = t.category_id where t.number = $1`,
  [numberIn(ask)],
]

export const messageStatement = (ask: Ask, seen: string): Statement => [
  `select m.id, m.text, m.visibility, m.created_at, p.id as author, p.name, p.role, a.id as attachment, a.filename, a.content_type, a.size, a.scan
   from (select m.* from message m where m.ticket_id = (select id from ticket where number = $1) ${seen}
     order by m.created_at desc, m.id desc limit 21) m
   left join person p on p.id = m.author_id left join attachment a on a.message_id = m.id order by m.created_at, m.id`,
  [numberIn(ask)],
]

export const eventStatement = (ask: Ask): Statement => [
  `select e.type, e."to", e.created_at, p.name, p.role from ticket_event e left join person p on p.id = e.actor_id
   where e.ticket_id = (select id from ticket where number = $1) order by e.created_at desc, e.id desc limit 51`,
  [numberIn(ask)],
]

export const words = "(websearch_to_tsquery('english', $1) || websearch_to_tsquery('german', $1))"
