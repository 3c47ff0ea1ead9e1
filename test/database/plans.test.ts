// Quality, "Speed": no page looks through a whole table that grows. What the pages really ask is caught on the way to
// PostgreSQL and explained there, on enough rows that a missing index shows.
import { describe, expect, test } from 'vitest'
import { seedBulk } from '../../src/seeds/bulk.ts'
import { COMMON_WORD } from '../../src/seeds/sentences.ts'
import { along } from '../../src/tickets/carry.ts'
import { Browser } from '../kit/browser.ts'
import { password } from '../kit/cast.ts'
import { follow } from '../kit/follow.ts'
import { Wire } from '../kit/http.ts'
import { type Statement, statementsOf } from '../kit/sql.ts'
import { figure } from '../promises/figure.ts'
import { world } from '../world.ts'

const TICKETS = 10_000
const { as, stranger, plaindesk, sql, settled, url } = await world()
await seedBulk(plaindesk.config.databaseUrl ?? '', TICKETS)
await sql(`
  insert into session (sid, user_id, data, created_at, last_seen_at, expires_at)
    select gen_random_uuid(), id, '{}', now(), now(), now() + interval '1 day' from person, generate_series(1, 2);
  insert into outbox_mail (id, template, recipient, language, rows, state, created_at)
    select gen_random_uuid(), 'receipt', 'x@x.example', 'en', '{}', 'SENT', now() - i * interval '1 minute' from generate_series(1, ${TICKETS}) i;
  insert into one_time_link (id, kind, user_id, nonce, joins_list, created_at, expires_at, used_at)
    select gen_random_uuid(), 'INVITATION', id, '', false, now(), now(), now() from person;
  insert into idempotency_key (scope, key, operation, content_hash, created_at)
    select 'stranger', gen_random_uuid(), 'requestTicket', '', now() from generate_series(1, ${TICKETS});
  insert into rate_limit (key, points, expire) select gen_random_uuid(), 1, 4102444800000 from generate_series(1, ${TICKETS});
  insert into ticket_participant (ticket_id, user_id)
    select t.id, p.id from ticket t join person p on p.email = 'customer' || (t.number % 4000 + 2) || '@bulk.example' on conflict do nothing;
  insert into ticket_link (id, older_id, newer_id, created_at)
    select gen_random_uuid(), least(a.id, b.id), greatest(a.id, b.id), now() from ticket a join ticket b on b.number = a.number + 1;
  insert into ticket_split (id, ticket_id, source_id, standings, people, split_at)
    select gen_random_uuid(), a.id, b.id, '{}', '{}', now() from ticket a join ticket b on b.number = a.number - 1;
  insert into incoming_mail (id, door, envelope, received_at, size, sha256, attempts)
    select gen_random_uuid(), 'SMTP', '{}', now() - i * interval '1 minute', 1, '', 0 from generate_series(1, ${TICKETS}) i;
  insert into admin_event (id, type, actor_id, created_at)
    select gen_random_uuid(), 'LOGGED_IN', id, now() from person limit ${TICKETS};
  insert into draft (id, author_id, ticket_id, kind, text, created_at, updated_at)
    select gen_random_uuid(), p.id, t.id, 'ANSWER', 'x', now(), now() from ticket t join person p on p.email = 'dirk@plaindesk.example';
  insert into ticket_look (ticket_id, user_id, seen_at)
    select t.id, p.id, now() from ticket t join person p on p.email = 'dirk@plaindesk.example';
  insert into webhook (id, url, events, nonce, is_active, created_at)
    select ('0199aaaa-0000-7000-8000-00000000000' || i)::uuid, 'https://127.0.0.1/', '{ticket.created}', 'x', i = 1, now() from generate_series(1, 5) i;
  insert into webhook_delivery (id, webhook_id, event, about, lane, transaction, facts, happened_at, state, next_try_at)
    select gen_random_uuid(), ('0199aaaa-0000-7000-8000-00000000000' || i % 5 + 1)::uuid, 'ticket.created', gen_random_uuid(), gen_random_uuid(), i, '{}',
      now() - i * interval '1 minute', (case when i % 100 < 5 then 'DUE' else 'DELIVERED' end)::webhook_delivery_state, now() + interval '1 day' from generate_series(1, ${TICKETS}) i;
  insert into attachment (id, message_id, uploader_id, filename, content_type, size, sha256, storage_key, scan, created_at)
    select gen_random_uuid(), m.id, m.author_id, 'file.txt', 'text/plain', 1, '', gen_random_uuid(), 'CLEAN', now() from message m limit ${TICKETS};
`)
await sql('vacuum (analyze)')

const growing = [
  'ticket',
  'message',
  'ticket_event',
  'ticket_participant',
  'ticket_link',
  'ticket_split',
  'incoming_mail',
  'attachment',
  'person',
  'membership',
  'one_time_link',
  'session',
  'outbox_mail',
  'idempotency_key',
  'rate_limit',
  'admin_event',
  'bulk_change_ticket',
  'draft',
  'ticket_look',
  'webhook_delivery',
]

const wire = new Wire()
const customer = new Browser(wire, url)
await customer.logIn('customer1@bulk.example', password) // has every 25th ticket
await sql(`update person set sees_organization = true where email = 'customer401@bulk.example'`)
const colleague = new Browser(wire, url) // sees what customer1 asks, too
await colleague.logIn('customer401@bulk.example', password)
const number = (
  await sql(
    `select t.number from ticket t join person p on p.id = t.requester_id where p.email = 'customer1@bulk.example' order by number desc limit 1`,
  )
)[0]?.number
const person = `user_${(await sql(`select id from person where email = 'customer1@bulk.example'`))[0]?.id}`

const webhook = '0199aaaa-0000-7000-8000-000000000001'
const dana = as('dana')
const ada = as('ada')
const page = (browser: Browser, path: string) => () => browser.visit(path)
/** The address of the next page of a list. */
const next = async (browser: Browser, path: string) => (await browser.visit(path)).follow(/→|Next|Weiter/)
const input = { number, message: 'x' }
/** Many tickets at once; answers the id of the bulk change. */
const changeMany = async (which: object) => {
  const { data } = await dana.graphql(
    'mutation ($input: ChangeTicketsInput!) { changeTickets(input: $input) { bulkChange { id } userErrors { message } } }',
    { input: { ...which, addTags: ['many'] } },
  )
  return data.changeTickets.bulkChange.id
}
/** Follows tickets until one is told that changed meanwhile. */
async function news(browser: Browser, filter: object): Promise<void> {
  await browser.visit('/help')
  const query = `subscription ($filter: TicketFilter) {
    ticketChanged(filter: $filter) { ticket { number messages(first: 5) { nodes { author { name } } } } }
  }`
  const stream = await follow(url, { cookie: browser.jar.header(new URL(url)) }, query, { variables: { filter } })
  await sql(`update ticket set subject = 'News', updated_at = now() where number = $1`, [number])
  expect((await stream.until(() => true)).errors).toBeUndefined()
  stream.stop()
}
let bulkChange: Promise<string> | undefined
/** One that is there; at the end only, because what it writes makes the index of words dearer until it is tidied up. */
const aBulkChange = () =>
  (bulkChange ??= changeMany({ tickets: Array.from({ length: 400 }, (_, at) => number - at) }).then(async id => {
    await settled()
    return id
  }))

const asked: Record<string, () => Promise<unknown>> = {
  'the log-in': () => new Browser(wire, url).logIn('customer2@bulk.example', password),
  'a failed log-in': () => new Browser(wire, url).logIn('dana@plaindesk.example', 'not her password'),
  'the list': page(customer, '/tickets'),
  'the list, open': page(customer, '/tickets?status=open'),
  'the list, done': page(customer, '/tickets?status=done'),
  'the list, further': () => next(customer, '/tickets'),
  'the list, done, further': () => next(customer, '/tickets?status=done'),
  'a search': page(customer, '/tickets?q=rechnung'),
  'a search for a very common word': page(customer, `/tickets?q=${COMMON_WORD}`),
  'a search for what is nowhere': page(customer, '/tickets?q=xyzzy'),
  'a search by number': page(customer, `/tickets?q=${number}`),
  'the organization’s list': page(colleague, '/tickets'),
  'the organization’s list, done, further': () => next(colleague, '/tickets?status=done'),
  'the organization’s list, own alone': page(colleague, '/tickets?own=true'),
  'a search in the organization': page(colleague, '/tickets?q=rechnung'),
  'a colleague’s ticket': page(colleague, `/tickets/${number}`),
  'a ticket': page(customer, `/tickets/${number}`),
  'a comment': () =>
    customer.graphql(
      'mutation ($input: CommentOnTicketInput!) { commentOnTicket(input: $input) { ticket { number } userErrors { code } } }',
      { input: { ...input, idempotencyKey: 'plans' } },
    ),
  'an upload': () => customer.upload({ filename: 'x.txt', content: 'x' }),
  'the account': page(customer, '/account'),
  'one’s own addresses': page(customer, '/account/addresses'),
  'a request': async () =>
    (await stranger().visit('/tickets/new'))
      .form('Send request')
      .fill({ name: 'P', email: 'plans@x.example', subject: 's', message: 'm', subscribe: true })
      .submit(),
  'a forgotten password': async () =>
    (await stranger().visit('/password/forgot'))
      .form(/.*/, '/password/forgot')
      .fill({ email: 'customer3@bulk.example' })
      .submit(),
  'the queue': page(dana, '/agent'),
  'the queue, further': () => next(dana, '/agent'),
  'the queue, new': page(dana, '/agent?tab=new'),
  'the queue, unassigned': page(dana, '/agent?tab=unassigned'),
  'the queue, mine': page(dana, '/agent?tab=mine'),
  'the queue, overdue': page(dana, '/agent?tab=overdue'),
  'the queue, waiting': page(dana, '/agent?tab=waiting'),
  'the queue, all': page(dana, '/agent?tab=all'),
  'the queue, filtered, further': () => next(dana, '/agent?filter=1&status=CLOSED'),
  ...Object.fromEntries(
    [
      'requester=customer12',
      'organization=bulk+company+7&status=done',
      'channel=PHONE',
      'channel=EMAIL&order=UPDATED_AT_DESC',
      'createdFrom=2026-10-15&order=CREATED_AT_ASC',
      'createdTo=2025-02-01',
      'updatedFrom=2026-10-01&status=open',
      'status=CLOSED&order=UNANSWERED_FIRST',
      'assignee=nobody&order=CREATED_AT_DESC',
      'assignee=me&order=UPDATED_AT_DESC',
      'tag=export',
      'words=rechnung',
    ].map(query => [`the queue, filtered by ${query}`, page(dana, `/agent?filter=1&${query}`)]),
  ),
  'the team’s search': page(dana, '/agent?q=rechnung'),
  'the team’s counts of a search for a very common word': () =>
    dana.graphql('query ($filter: TicketFilter) { tickets(filter: $filter) { counts { open done } } }', {
      filter: { search: COMMON_WORD },
    }),
  'the team’s search for a rare word': page(dana, '/agent?q=xyzzy'),
  'the team’s search for a mistyped name': page(dana, '/agent?q=Almma+Kellre'),
  'the team’s search for a person': page(dana, '/agent?q=customer7'),
  'the team’s ticket': page(dana, `/agent/tickets/${number}`),
  'a ticket’s history': page(dana, `/agent/tickets/${number}/history`),
  'a draft': async () =>
    (await dana.visit(`/agent/tickets/${number}`))
      .form(/^Save draft\s*: Answer$/)
      .fill({ message: 'x' })
      .submit(),
  'a look at a ticket': () =>
    dana.graphql(`mutation { lookAtTicket(input: { number: ${number} }) { ticket { lookers { lookedAt } } } }`),
  'the next ticket': page(dana, '/agent/next'),
  'held requests': page(dana, '/agent/held'),
  'requests of blocked senders': page(dana, '/agent/held?tab=blocked'),
  spam: page(dana, '/agent/held?tab=spam'),
  'blocked senders': page(dana, '/agent/blocked'),
  'incoming mail to decide about': page(dana, '/agent/mail'),
  'incoming mail of blocked senders': page(dana, '/agent/mail?tab=blocked'),
  'incoming mail that came to nothing': page(dana, '/agent/mail?tab=other'),
  people: page(dana, '/agent/people'),
  'a search for people': page(dana, '/agent/people?q=customer12'),
  'a person': page(dana, `/agent/people/${person}`),
  'the support list': page(ada, '/agent/list'),
  'the support list, further': () => next(ada, '/agent/list'),
  'the support list, who left': page(ada, '/agent/list?tab=left'),
  'the support list, never invited': page(ada, '/agent/list?invitation=NONE'),
  'the support list, mails come back': page(ada, '/agent/list?blocked=true'),
  'a search in the support list': page(ada, '/agent/list?q=customer12'),
  'whom to merge with': page(ada, `/agent/people/${person}/merging?q=customer12`),
  organizations: page(ada, '/agent/organizations'),
  staff: page(ada, '/admin'),
  tokens: page(ada, '/admin/tokens'),
  'a webhook': page(ada, `/admin/webhooks/webhook_${webhook}`),
  'a webhook, further': () => next(ada, `/admin/webhooks/webhook_${webhook}`),
  'what is due for a webhook': () =>
    plaindesk.tasks.list['deliver-webhook']?.({ webhook }, { now: new Date(), isLastTry: false }) ?? Promise.resolve(),
  settings: page(ada, '/admin/settings'),
  'mail accounts': page(ada, '/admin/mailboxes'),
  'the admin log': page(ada, '/admin/log'),
  'the admin log of a person': page(ada, `/admin/log?person=${person}`),
  'what changed since': () =>
    dana.graphql(
      '{ tickets(first: 50, filter: { updatedSince: "2026-01-01T00:00:00Z" }, orderBy: UPDATED_AT_ASC) { nodes { number messages(last: 3) { nodes { text } } } } }',
    ),
  'what changed since, further': async () => {
    const list = (after: string | null) =>
      dana.graphql(
        `query ($after: String) { tickets(first: 50, after: $after, filter: { updatedSince: "2026-01-01T00:00:00Z" }, orderBy: UPDATED_AT_ASC) { nodes { number } pageInfo { endCursor } } }`,
        { after },
      )
    return list((await list(null)).data.tickets.pageInfo.endCursor)
  },
  'what changed of one’s own': () =>
    customer.graphql('{ tickets(first: 50, orderBy: UPDATED_AT_ASC) { nodes { number } pageInfo { endCursor } } }'),
  'the news of a ticket, to whom it is visible': () => news(colleague, {}),
  'the news of a ticket, to the team': () => news(dana, {}),
  'the news of a ticket that a filter fits': () => news(dana, { search: 'rechnung OR news' }),
  'somebody’s tickets': () =>
    dana.graphql(
      `{ tickets(first: 50, filter: { requester: "${person}", status: [OPEN] }) { totalCount nodes { number } } }`,
    ),
  'many to change, all open': page(dana, '/agent/bulk/new?query=&all=true'),
  'many to change, by priority': page(
    dana,
    '/agent/bulk/new?query=filter%3D1%26priority%3DHIGH%26status%3Dopen&all=true',
  ),
  'many to change, ticked': page(dana, `/agent/bulk/new?tickets=${number}&tickets=${number - 1}`),
  'what was changed of many': page(dana, '/agent/bulk'),
  'one change of many': async () => dana.visit(`/agent/bulk/${await aBulkChange()}`),
  'a change of many': () => changeMany({ filter: { priority: ['URGENT'], status: ['NEW', 'OPEN', 'WAITING'] } }),
  'undoing it': async () =>
    dana.graphql('mutation ($input: UndoBulkChangeInput!) { undoBulkChange(input: $input) { bulkChange { id } } }', {
      input: { bulkChange: await aBulkChange() },
    }),
}

describe('no page looks through a whole table that grows', () => {
  test.each(Object.entries(asked))('%s', async (what, ask) => {
    await ask() // whatever is only done the first time
    await settled()
    const { statements } = await statementsOf(ask)
    await settled()
    const plans = await Promise.all(
      statements
        .filter(({ text }) => /^\s*(select|with|insert|update|delete)/i.test(text))
        .map(async statement => ({ statement, plan: await explain(statement) })),
    )
    expect(plans.length).toBeGreaterThan(0)
    const found = (looks: (plan: Plan) => string[]) =>
      plans.flatMap(({ statement, plan }) => looks(plan).map(each => `${each}: ${statement.text.replace(/\s+/g, ' ')}`))
    const skips = plans.filter(({ statement: { text } }) => /\boffset\s+(?!0\b)/i.test(text))
    figure('sequential scans on growing tables', found(scansOf), what)
    figure('counts over more than 1,000 rows that nothing bounds', found(countsOf), what)
    figure(
      'statements with OFFSET',
      skips.map(({ statement }) => statement.text),
      what,
    )
  })
})

test('closing what is stale, and what the clock starts besides, find their rows by an index', async () => {
  for (const query of [
    `select id from ticket where status = 'DONE' and last_message_at < now() - interval '21 days' order by last_message_at, id limit 200`,
    `select ctid from session where expires_at < now() limit 5000`,
    `select ctid from idempotency_key where created_at < now() - interval '1 day' limit 5000`,
    `select ctid from ticket_look where seen_at < now() - interval '1 day' limit 5000`,
    `select ctid from rate_limit where expire < 1 limit 5000`,
    `select ctid from one_time_link where expires_at < now() - interval '90 days' limit 5000`,
  ])
    expect(scansOf(await explain({ text: query, values: [] })), query).toEqual([])
})

test('what goes along with messages to another ticket is found by indexes', async () => {
  const ids = (await sql('select id from message limit 5')).map(({ id }) => id)
  for (const text of Object.values(along)) {
    const statement = { text: text.replace('?', '$1').replace('?', '$2'), values: [ids[0], `{${ids}}`] }
    expect(scansOf(await explain(statement)), text).toEqual([])
  }
})

interface Plan {
  'Node Type': string
  'Relation Name'?: string
  'Parent Relationship'?: string
  'Plan Rows': number
  Plans?: Plan[]
}

async function explain({ text, values }: Statement): Promise<Plan> {
  const rows = await sql<{ 'QUERY PLAN': { Plan: Plan }[] }>(`explain (format json) ${text}`, [...values])
  const plan = rows[0]?.['QUERY PLAN'][0]?.Plan
  if (!plan) throw new Error(`no plan for ${text}`)
  return plan
}

/** Tables that a plan reads from end to end. */
function scansOf(plan: Plan): string[] {
  const table = plan['Relation Name'] ?? ''
  const own = plan['Node Type'] === 'Seq Scan' && growing.includes(table) ? [table] : []
  return [...own, ...(plan.Plans ?? []).flatMap(scansOf)]
}

/** Aggregates of more rows of a growing table than any list counts, where no LIMIT below them ends the looking. */
function countsOf(plan: Plan): string[] {
  const inputs = (plan.Plans ?? []).filter(each => each['Parent Relationship'] === 'Outer')
  const endless = inputs.filter(
    each => plan['Node Type'] === 'Aggregate' && each['Plan Rows'] > 1_001 && has(each, grows) && !has(each, isLimit),
  )
  return [...endless.map(each => `${each['Plan Rows']} rows`), ...(plan.Plans ?? []).flatMap(countsOf)]
}

const grows = (plan: Plan): boolean => growing.includes(plan['Relation Name'] ?? '')
const isLimit = (plan: Plan): boolean => plan['Node Type'] === 'Limit'
const has = (plan: Plan, what: (plan: Plan) => boolean): boolean =>
  what(plan) || (plan.Plans ?? []).some(each => has(each, what))
