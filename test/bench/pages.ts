// What is measured, and what of it cannot be avoided: the statements by which the floor answers the same request.
import { randomUUID } from 'node:crypto'
import { COMMON_WORD, RARE_WORD } from '../../src/seeds/sentences.ts'
import {
  type Ask,
  type BenchPage,
  COMMON,
  eventStatement,
  get,
  messageStatement,
  numberIn,
  STEADY,
  type Statement,
  ticketStatement,
  type Visitors,
  words,
} from './page.ts'
import { teamPages } from './team-pages.ts'
import type { Visitor } from './visitors.ts'

const CUSTOMER = { least: 0.5, most: 4, grows: STEADY }
const API = { least: 0.4, most: 5, grows: STEADY }

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
  ...teamPages,
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

/** The page shows where the words stand, so the messages of its tickets are read. */
const texts = `array(select m.text from message m where m.ticket_id = page.id and m.visibility = 'PUBLIC' order by m.created_at desc, m.id desc limit 20)`

const searchStatement = (visitor: Visitor, word: string): Statement => [
  `with found as materialized (select id, number, subject, status, is_open, updated_at from ticket
     where ${theirs(visitor, '$2')} and search_public @@ ${words} order by updated_at desc, id desc limit 1000)
   select (select count(*) from found) as counted, page.*, ${texts} as texts from (select * from found limit 26) page`,
  [word, visitor.id],
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
