// What is measured, and what of it cannot be avoided: the statements by which the floor answers the same request.
import { randomUUID } from 'node:crypto'
import { COMMON_WORD, RARE_WORD } from '../../src/seeds/sentences.ts'
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
  team: Visitor[]
  /** The hidden fields of the forms on a page. */
  formOf(path: string, visitor: Visitor): Promise<{ cookie: string; csrf: string }>
}

const STEADY = 1.3
const COMMON = 2
const CUSTOMER = { least: 0.5, most: 4, grows: STEADY }
const TEAM = { least: 0.35, most: 8, grows: STEADY }
const API = { least: 0.4, most: 5, grows: STEADY }

const get = (visitor: Visitor, path: string): Ask => ({
  method: 'GET',
  path,
  headers: { cookie: visitor.cookie },
  status: 200,
  visitor,
})
const numberIn = ({ path }: Ask): number => Number(/\d+/.exec(path)?.[0])

export const pages: Record<string, BenchPage> = {
  list: {
    name: 'my requests',
    ...CUSTOMER,
    asks: ({ customers }) =>
      customers.flatMap(each =>
        ['/tickets', '/tickets?status=open', '/tickets?status=done'].map(path => get(each, path)),
      ),
    floor: ({ visitor, path }) => [
      listStatement(visitor, path.includes('open') ? 'and is_open' : path.includes('done') ? 'and not is_open' : ''),
      countStatement(visitor),
    ],
  },
  ticket: {
    name: 'ticket',
    ...CUSTOMER,
    asks: ({ customers }) => customers.flatMap(each => each.tickets.map(number => get(each, `/tickets/${number}`))),
    floor: ask => [ticketStatement(ask), messageStatement(ask, "and m.visibility = 'PUBLIC'"), eventStatement(ask)],
  },
  'search-common': {
    name: 'search, common word',
    ...CUSTOMER,
    grows: COMMON,
    asks: ({ customers }) => customers.map(each => get(each, `/tickets?q=${COMMON_WORD}`)),
    floor: ({ visitor }) => [searchStatement(visitor, COMMON_WORD)],
  },
  'search-rare': {
    name: 'search, rare word',
    ...CUSTOMER,
    asks: ({ customers }) => customers.map(each => get(each, `/tickets?q=${RARE_WORD}`)),
    floor: ({ visitor }) => [searchStatement(visitor, RARE_WORD)],
  },
  queue: {
    name: 'team: queue',
    ...TEAM,
    asks: ({ team }) =>
      team.flatMap(each => ['/agent', '/agent?tab=waiting', '/agent?tab=unanswered'].map(path => get(each, path))),
    floor: ({ path, visitor: { id } }) => [queueStatement(path), deskStatement(id)],
  },
  'team-ticket': {
    name: 'team: ticket',
    ...TEAM,
    asks: ({ team }) => team.flatMap(each => each.tickets.map(number => get(each, `/agent/tickets/${number}`))),
    floor: ask => [
      ticketStatement(ask),
      messageStatement(ask, ''),
      eventStatement(ask),
      ["select id, name from person where role in ('AGENT', 'ADMIN') and disabled_at is null order by name, id", []],
      ['select id, name_en from category where archived_at is null order by position', []],
      [
        `select o.number, o.subject, o.status from ticket t join ticket o on o.requester_id = t.requester_id and o.hold is null
         where t.number = $1 order by o.is_open desc, o.updated_at desc, o.id desc limit 6`,
        [numberIn(ask)],
      ],
    ],
  },
  'team-search': {
    name: 'team: search, common word',
    ...TEAM,
    grows: COMMON,
    asks: ({ team }) => team.map(each => get(each, `/agent?q=${COMMON_WORD}`)),
    floor: () => [teamSearchStatement(COMMON_WORD), teamFoundStatement(COMMON_WORD)],
  },
  'team-search-rare': {
    name: 'team: search, rare word',
    ...TEAM,
    asks: ({ team }) => team.map(each => get(each, `/agent?q=${RARE_WORD}`)),
    floor: () => [teamSearchStatement(RARE_WORD, rare)],
  },
  people: {
    name: 'team: people search',
    ...TEAM,
    asks: ({ team }) => team.map(each => get(each, '/agent/people?q=meyer')),
    floor: () => [
      [
        `select p.id, p.name, p.email, p.role, p.confirmed_at, p.disabled_at, o.name, m.requested_at, m.joined_at, m.ended_at
         from person p left join organization o on o.id = p.organization_id
           left join membership m on m.user_id = p.id and m.ended_at is null
         where to_tsvector('simple', p.name || ' ' || translate(p.email, '@.-_+', '     ')) @@ to_tsquery('simple', 'meyer:*')
         order by p.name, p.id limit 26`,
        [],
      ],
    ],
  },
  api: {
    name: 'API: tickets',
    ...API,
    asks: ({ customers }) => customers.map(visitor => operation(visitor, changedQuery)),
    floor: ask => [bucketStatement(ask), listStatement(ask.visitor, '')],
  },
  'api-ticket': {
    name: 'API: a ticket',
    ...API,
    asks: ({ customers }) =>
      customers.flatMap(each => each.tickets.map(number => operation(each, ticketQuery, { number }))),
    floor: ask => [
      bucketStatement(ask),
      ticketStatement(ask),
      messageStatement(ask, "and m.visibility = 'PUBLIC'"),
      eventStatement(ask),
    ],
  },
  'api-comment': {
    name: 'API: comment',
    ...API,
    most: Number.POSITIVE_INFINITY,
    asks: ({ customers }) =>
      customers.flatMap(each =>
        each.tickets
          .slice(0, 2)
          .map(number => ({ ...operation(each, commentMutation, { number }), body: keyed(number) })),
      ),
    isTransaction: true,
    floor: ask => [bucketStatement(ask), ...commentStatements(ask)],
  },
  comment: {
    name: 'comment (POST)',
    least: 0.35,
    most: Number.POSITIVE_INFINITY,
    grows: STEADY,
    asks: ({ customers, formOf }) =>
      Promise.all(
        customers.flatMap(visitor => visitor.tickets.slice(0, 2).map(number => commentOn(number, visitor, formOf))),
      ),
    isTransaction: true,
    floor: commentStatements,
  },
}

const changedQuery = `query Changed { tickets(first: 25, orderBy: UPDATED_AT_DESC) {
  nodes { id number subject status createdAt updatedAt requester { name } } pageInfo { hasNextPage endCursor } } }`

const ticketQuery = `query Ticket($number: Int!) { ticket(number: $number) {
  id number subject status createdAt updatedAt requester { name } category { name } participants { name }
  messages(first: 20) { nodes { id text createdAt author { name } attachments { id filename size url } } pageInfo { hasNextPage endCursor } }
  events(first: 50) { nodes { type to createdAt actor { name } } } } }`

const commentMutation = `mutation Comment($input: CommentOnTicketInput!) {
  commentOnTicket(input: $input) { message { id createdAt } userErrors { code field } } }`

/** As programs post it. The variables stand in the address too, so that the floor can tell one from another. */
const operation = (visitor: Visitor, query: string, variables: { number?: number } = {}): Ask => ({
  method: 'POST',
  path: `/graphql${variables.number ? `?number=${variables.number}` : ''}`,
  headers: { authorization: `Bearer ${visitor.token}`, 'content-type': 'application/json' },
  body: JSON.stringify({ query, variables }),
  status: 200,
  visitor,
})

const keyed = (number: number) => () =>
  JSON.stringify({
    query: commentMutation,
    variables: {
      input: { number, message: 'It has not changed since yesterday.', idempotencyKey: randomUUID() },
    },
  })

/** A program's requests are counted, so that its limit holds for all processes together. */
const bucketStatement = ({ visitor: { id } }: Ask): Statement => [
  `insert into rate_limit values ($1, 1, $2) on conflict (key) do update
     set points = case when rate_limit.expire <= $3 then 1 else rate_limit.points + 1 end returning points, expire`,
  [`api:floor:${id}`, Date.now() + 60_000, Date.now()],
]

const theirs = ({ takesPart }: Visitor, id = '$1') =>
  takesPart
    ? `(requester_id = ${id} or id = any(array(select ticket_id from ticket_participant where user_id = ${id})))`
    : `requester_id = ${id}`

const listStatement = (visitor: Visitor, tab: string): Statement => [
  `select id, number, subject, status, is_open, updated_at from ticket where ${theirs(visitor)} ${tab}
   order by is_open desc, updated_at desc, id desc limit 26`,
  [visitor.id],
]

const countStatement = (visitor: Visitor): Statement => [
  `select (select count(*) from (select from ticket where ${theirs(visitor)} and is_open limit 1001) o) as open,
     (select count(*) from (select from ticket where ${theirs(visitor)} and not is_open limit 1001) d) as done`,
  [visitor.id],
]

const ticketStatement = (ask: Ask): Statement => [
  `select t.id, t.number, t.subject, t.status, t.created_at, t.updated_at, t.last_message_at, t.requester_proven, r.name, c.name_en, c.name_de,
     array(select p.name from ticket_participant x join person p on p.id = x.user_id where x.ticket_id = t.id) as participants,
     (select f.number from ticket f where f.id = t.follow_up_of_id) as follow_up_of,
     array(select f.number from ticket f where f.follow_up_of_id = t.id) as follow_ups
   from ticket t join person r on r.id = t.requester_id left join category c on c.id = t.category_id where t.number = $1`,
  [numberIn(ask)],
]

const messageStatement = (ask: Ask, seen: string): Statement => [
  `select m.id, m.text, m.visibility, m.created_at, p.id as author, p.name, p.role, a.id as attachment, a.filename, a.content_type, a.size, a.scan
   from (select m.* from message m where m.ticket_id = (select id from ticket where number = $1) ${seen}
     order by m.created_at desc, m.id desc limit 21) m
   left join person p on p.id = m.author_id left join attachment a on a.message_id = m.id order by m.created_at, m.id`,
  [numberIn(ask)],
]

const eventStatement = (ask: Ask): Statement => [
  `select e.type, e."to", e.created_at, p.name, p.role from ticket_event e left join person p on p.id = e.actor_id
   where e.ticket_id = (select id from ticket where number = $1) order by e.created_at desc, e.id desc limit 51`,
  [numberIn(ask)],
]

const words = "(websearch_to_tsquery('english', $1) || websearch_to_tsquery('german', $1))"

const searchStatement = (visitor: Visitor, word: string): Statement => [
  `with found as materialized (select id, number, subject, status, is_open, updated_at from ticket
     where ${theirs(visitor, '$2')} and search_public @@ ${words} order by updated_at desc, id desc limit 1000)
   select (select count(*) from found) as counted, page.* from (select * from found limit 26) page`,
  [word, visitor.id],
]

const frequent = `select * from ticket where (search_public @@ ${words} or search_notes @@ ${words}) and hold is null`
/** In the order of change the whole archive would be read for it. */
const rare = `select * from (${frequent} offset 0) few`

const teamSearchStatement = (word: string, matching = frequent): Statement => [
  `select t.id, t.number, t.subject, t.status, t.priority, t.touched_at, t.unanswered_since, r.name, o.name, a.name
   from (${matching} order by touched_at desc, id desc limit 26) t
   join person r on r.id = t.requester_id left join organization o on o.id = t.organization_id left join person a on a.id = t.assignee_id`,
  [word],
]

const teamFoundStatement = (word: string): Statement => [
  `select count(*) from (select from ticket where (search_public @@ ${words} or search_notes @@ ${words}) and hold is null
     order by touched_at desc, id desc limit 1001) found`,
  [word],
]

const queueStatement = (path: string): Statement => [
  `select t.id, t.number, t.subject, t.status, t.priority, t.touched_at, t.unanswered_since, r.name, o.name, a.name
   from (select * from ticket where hold is null and ${path.includes('waiting') ? "status = 'WAITING'" : path.includes('unanswered') ? 'is_open and not is_answered' : 'is_open'}
     order by is_answered, queue_since, id limit 26) t
   join person r on r.id = t.requester_id left join organization o on o.id = t.organization_id left join person a on a.id = t.assignee_id`,
  [],
]

const upTo = (condition: string) => `(select count(*) from (select from ticket where ${condition} limit 1001) c)`

const deskStatement = (id: string): Statement => [
  `select ${upTo('is_open and hold is null')} as open, ${upTo('is_open and hold is null and not is_answered')} as unanswered,
     ${upTo('is_open and hold is null and assignee_id = $1')} as mine, ${upTo("status = 'WAITING' and hold is null")} as waiting,
     ${upTo("hold in ('RATE', 'HONEYPOT', 'TOO_FAST')")} as held`,
  [id],
]

async function commentOn(number: number, visitor: Visitor, formOf: Visitors['formOf']): Promise<Ask> {
  const { cookie, csrf } = await formOf(`/tickets/${number}`, visitor)
  return {
    method: 'POST',
    path: `/tickets/${number}/comments`,
    headers: { cookie, 'content-type': 'application/x-www-form-urlencoded' },
    body: () =>
      new URLSearchParams({
        _csrf: csrf,
        idempotencyKey: randomUUID(),
        message: 'It has not changed since yesterday.',
      }).toString(),
    status: 303,
    visitor,
  }
}

/** The same inserts: key, message (with the search trigger), history, mail and its job. */
function commentStatements(ask: Ask): Statement[] {
  const number = numberIn(ask)
  const mail = 'gen_random_uuid()'
  return [
    [
      `insert into idempotency_key (scope, key, operation, content_hash, created_at)
       values ($1, gen_random_uuid()::text, 'commentOnTicket', $2, now()) on conflict do nothing returning key`,
      [ask.visitor.id, '0'.repeat(64)],
    ],
    ['select id, status, assignee_id from ticket where number = $1 for update', [number]],
    [
      `insert into message (id, ticket_id, author_id, text, visibility, channel, created_at)
       select uuidv7(), id, $2, 'It has not changed since yesterday.', 'PUBLIC', 'WEB', now() from ticket where number = $1`,
      [number, ask.visitor.id],
    ],
    [
      `insert into ticket_event (id, ticket_id, type, actor_id, created_at)
       select uuidv7(), id, 'MESSAGE', $2, now() from ticket where number = $1`,
      [number, ask.visitor.id],
    ],
    ['update ticket set updated_at = now(), touched_at = now(), last_message_at = now() where number = $1', [number]],
    [
      `with told as (select p.id, p.email, ${mail} as mail from ticket t join person p on p.id = t.assignee_id or
           t.assignee_id is null and p.role in ('AGENT', 'ADMIN') and p.disabled_at is null where t.number = $1),
         written as (insert into outbox_mail (id, template, recipient, language, rows, created_at)
           select mail, 'team-comment', email, 'en', jsonb_build_object('user', id), now() from told)
       select graphile_worker.add_job('send-mail', json_build_object('mail', mail)) from told`,
      [number],
    ],
  ]
}
