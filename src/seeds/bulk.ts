// As many tickets as wanted, fast: for trying out long lists and for the bench. What triggers would work out row by row
// is written by the statements themselves.
import pg from 'pg'
import { hashPassword } from '../people/password.ts'
import { EXAMPLE_PASSWORD } from './people.ts'
import { COMMON_WORD, dice, RARE_WORD, sentences } from './sentences.ts'

const BATCH = 5_000
const MESSAGES = 4
const MOST_CUSTOMERS = 20_000
const ORGANIZATIONS = 400
const SENTENCES = 4_000
const SUBJECTS = 1_500
const YEARS = 3

/**
 * Adds `count` tickets with four messages each to a migrated database, in one transaction. Their customers are
 * `customer1@bulk.example` and so on, with the password of the example people; the first has the most tickets (about
 * every 25th), the last ones none or one. The same at every run. `onProgress` is told how many tickets there are so far.
 */
export async function seedBulk(
  url: string,
  count: number,
  onProgress: (done: number) => void = () => {},
): Promise<void> {
  const client = new pg.Client({ connectionString: url, application_name: 'plaindesk seed' })
  await client.connect()
  try {
    await client.query('begin')
    const indexes = await lighten(client)
    await prepare(client, Math.min(MOST_CUSTOMERS, Math.max(10, Math.ceil(count / 2.5))))
    for (let done = 0; done < count; ) {
      const size = Math.min(BATCH, count - done)
      await addTickets(client, done, size, count)
      done += size
      onProgress(done)
    }
    await restore(client, indexes)
    await client.query('commit')
    await client.query('vacuum (analyze)')
  } finally {
    await client.end()
  }
}

/** Triggers and full-text indexes cost most of the time when rows are added one by one. */
async function lighten(client: pg.Client): Promise<string[]> {
  for (const table of ['ticket', 'message', 'person']) await client.query(`alter table ${table} disable trigger user`)
  const { rows } = await client.query<{ name: string; definition: string }>(
    `select indexname as name, indexdef as definition from pg_indexes where tablename = 'ticket' and indexdef like '% USING gin %'`,
  )
  for (const { name } of rows) await client.query(`drop index ${client.escapeIdentifier(name)}`)
  return rows.map(({ definition }) => definition)
}

async function restore(client: pg.Client, indexes: string[]): Promise<void> {
  await client.query(`set local maintenance_work_mem = '256MB'`)
  for (const definition of indexes) await client.query(definition)
  for (const table of ['ticket', 'message', 'person']) await client.query(`alter table ${table} enable trigger user`)
}

async function prepare(client: pg.Client, customers: number): Promise<void> {
  const roll = dice(20_261_122)
  await client.query('select setseed(0.4711)')
  await client.query(helpers)
  await client.query('insert into bulk_sentence (text) select unnest($1::text[])', [sentences(SENTENCES, 6, 16, roll)])
  await client.query('update bulk_sentence set words = search_words(text)')
  await client.query('insert into bulk_subject (text) select unnest($1::text[])', [sentences(SUBJECTS, 3, 7, roll)])
  await client.query(organizations, [ORGANIZATIONS])
  await client.query(people, [customers, await hashPassword(EXAMPLE_PASSWORD)])
  await client.query(memberships)
  await client.query('analyze bulk_sentence, bulk_subject, bulk_customer')
}

async function addTickets(client: pg.Client, done: number, size: number, count: number): Promise<void> {
  await client.query('truncate bulk_ticket, bulk_message')
  await client.query(drafts, [done, size, count])
  await client.query(draftMessages)
  await client.query(tickets)
  await client.query(messages)
  await client.query(events)
  await client.query(participants)
}

/** Ids like our own: version 7, so they lie in the order of time. */
const helpers = `
create function pg_temp.new_id(at timestamptz) returns uuid language sql volatile as $$
  select (lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0') || '7' || substr(r, 1, 3) || '8' || substr(r, 4, 15))::uuid
  from (select md5(random()::text) as r) as random $$;
create aggregate pg_temp.join_words(tsvector) (sfunc = tsvector_concat, stype = tsvector, initcond = '');
create temp table bulk_sentence (id serial primary key, text text, words tsvector) on commit drop;
create temp table bulk_subject (id serial primary key, text text) on commit drop;
create temp table bulk_customer (id int primary key, person_id uuid, organization_id uuid, words tsvector) on commit drop;
create temp table bulk_agent on commit drop as
  select (row_number() over (order by email) - 1)::int as place, id, count(*) over ()::int as agents from person where role in ('AGENT', 'ADMIN');
create temp table bulk_ticket (
  place int, number int, id uuid, requester_id uuid, organization_id uuid, head tsvector, subject text, status ticket_status,
  category_id uuid, agent_id uuid, tags text[], created_at timestamptz, last_at timestamptz) on commit drop;
create temp table bulk_message (
  ticket_id uuid, place int, k int, id uuid, author_id uuid, text text, words tsvector, visibility message_visibility, created_at timestamptz) on commit drop;
`

const organizations = `
with made as (
  insert into organization (id, name, created_at)
  select pg_temp.new_id(now()), 'Bulk company ' || i, date_trunc('milliseconds', now()) - interval '${YEARS} years' from generate_series(1, $1::int) i
  on conflict (name) do nothing returning id
)
insert into agreement (id, organization_id, "from", portal_access) select pg_temp.new_id(now()), id, now() - interval '${YEARS} years', true from made`

const firstNames =
  'Alma Ben Carla Deniz Emil Fatma Greta Hugo Ida Jan Karim Lena Max Nora Otto Pia Rosa Sven Tina Uwe'.split(' ')
const lastNames =
  'Arnold Bauer Celik Demir Engel Fischer Graf Huber Ivanov Jung Keller Lang Meyer Novak Ott Peters'.split(' ')
const list = (names: readonly string[]) => `array['${names.join("', '")}']`

const people = `
insert into person (id, email, name, role, password_hash, confirmed_at, wants_status_mail, wants_weekly_report, organization_id, created_at)
select pg_temp.new_id(now()), 'customer' || i || '@bulk.example',
  (${list(firstNames)})[1 + i % ${firstNames.length}] || ' ' || (${list(lastNames)})[1 + i / ${firstNames.length} % ${lastNames.length}], 'CUSTOMER', $2::text, now(), true, true,
  (select o.id from organization o where o.name = 'Bulk company ' || (1 + i % ${ORGANIZATIONS})), date_trunc('milliseconds', now()) - interval '${YEARS} years'
from generate_series(1, $1::int) i
on conflict (email) do nothing`

const memberships = `
insert into bulk_customer
select substring(email from 9 for length(email) - 21)::int, id, organization_id, search_words(concat_ws(' ', name, email)) from person where email like 'customer%@bulk.example';
insert into membership (id, user_id, requested_at, requested_by, wording, joined_at)
select pg_temp.new_id(now()), person_id, joined, 'REGISTRATION', '2026-11', joined
from bulk_customer c, date_trunc('milliseconds', now() - interval '${YEARS} years') joined where not exists (select from membership m where m.user_id = c.person_id)`

/** The older a ticket, the surer it is closed. Requesters are drawn with a cube: few write much, many write once. */
const drafts = `
insert into bulk_ticket
select i, nextval('ticket_number'), pg_temp.new_id(created_at), c.person_id, c.organization_id, c.words, s.text, drawn.status::ticket_status, g.id, a.id, drawn.tags, created_at,
  date_trunc('milliseconds', least(created_at + interval '2 days', now()))
from (
  select i, date_trunc('milliseconds', now() - interval '${YEARS} years' * (1 - (i - random()) / $3::int)) as created_at,
    1 + floor(power(random(), 3) * (select count(*) from bulk_customer))::int as customer,
    1 + floor(random() * ${SUBJECTS})::int as subject,
    case when i < $3::int * 0.93 then (case when random() < 0.985 then 'CLOSED' else 'DONE' end)
      else (array['NEW', 'OPEN', 'OPEN', 'WAITING', 'WAITING', 'DONE', 'DONE', 'CLOSED'])[1 + floor(random() * 8)::int] end as status,
    (case when random() < 0.15 then array[(array['export', 'import', 'druck', 'rechnung', 'zugang'])[1 + floor(random() * 5)::int]] else '{}' end)::text[] as tags,
    floor(random() * 1000)::int as agent, floor(random() * 1000)::int as topic
  from generate_series($1::int + 1, $1::int + $2::int) i
) drawn
join bulk_customer c on c.id = drawn.customer
join bulk_subject s on s.id = drawn.subject
left join bulk_agent a on a.place = drawn.agent % a.agents
left join (select id, (row_number() over (order by position) - 1)::int as place, count(*) over ()::int as topics from category) g on g.place = drawn.topic % g.topics`

/** Request, answer, question, answer; every tenth last one is a note. On a new ticket only its requester has written. */
const draftMessages = `
insert into bulk_message
select t.id, t.place, k, pg_temp.new_id(at), case when is_ours then t.agent_id else t.requester_id end,
  concat_ws(' ', one.text || E'.\\n\\n' || two.text || '. ' || three.text || '.', special), one.words || two.words || three.words || coalesce(search_words(special), ''),
  (case when is_ours and k = ${MESSAGES} and t.place % 10 = 0 then 'INTERNAL' else 'PUBLIC' end)::message_visibility, at
from (
  select t.*, k, date_trunc('milliseconds', t.created_at + (t.last_at - t.created_at) * (k - 1) / ${MESSAGES - 1}) as at, k % 2 = 0 and t.status <> 'NEW' as is_ours,
    case when k = 1 and t.place % 3 < 2 then 'It is about the ${COMMON_WORD}.' when k = 3 and t.place % 5000 = 7 then 'There was a ${RARE_WORD}.' end as special,
    1 + floor(random() * ${SENTENCES})::int as a, 1 + floor(random() * ${SENTENCES})::int as b, 1 + floor(random() * ${SENTENCES})::int as c
  from bulk_ticket t cross join generate_series(1, ${MESSAGES}) k
) t
join bulk_sentence one on one.id = t.a join bulk_sentence two on two.id = t.b join bulk_sentence three on three.id = t.c`

const tickets = `
insert into ticket (id, number, subject, status, channel, priority, category_id, requester_id, assignee_id, organization_id, tags, requester_proven, created_at,
  updated_at, touched_at, first_response_at, done_at, closed_at, unanswered_since, last_message_at, search_public, search_notes)
select t.id, t.number, t.subject, t.status, (case when t.place % 3 = 0 then 'EMAIL' else 'WEB' end)::channel, (case when t.place % 17 = 0 then 'HIGH' else 'NORMAL' end)::ticket_priority, t.category_id, t.requester_id,
  case when t.status <> 'NEW' then t.agent_id end, t.organization_id, t.tags, true, t.created_at, t.last_at, t.last_at,
  case when t.status <> 'NEW' then m.answered_at end, case when t.status in ('DONE', 'CLOSED') then t.last_at end,
  case when t.status = 'CLOSED' then t.last_at end, case t.status when 'NEW' then t.created_at when 'OPEN' then m.asked_at end, t.last_at,
  search_words(t.number || ' ' || t.subject) || t.head || m.public, m.notes
from bulk_ticket t join (
  select ticket_id, max(created_at) filter (where k = 2) as answered_at, max(created_at) filter (where k = 3) as asked_at,
    coalesce(pg_temp.join_words(words) filter (where visibility = 'PUBLIC'), '') as public,
    coalesce(pg_temp.join_words(words) filter (where visibility = 'INTERNAL'), '') as notes
  from bulk_message group by ticket_id
) m on m.ticket_id = t.id
order by t.place`

const messages = `
insert into message (id, ticket_id, author_id, text, visibility, channel, created_at)
select id, ticket_id, author_id, text, visibility, (case when place % 3 = 0 then 'EMAIL' else 'WEB' end)::channel, created_at from bulk_message order by place, k`

const events = `
insert into ticket_event (id, ticket_id, type, actor_id, "from", "to", created_at)
select pg_temp.new_id(created_at), ticket_id, (case when k = 1 then 'CREATED' when visibility = 'INTERNAL' then 'NOTE' else 'MESSAGE' end)::ticket_event_type,
  author_id, null, null, created_at from bulk_message
union all
select pg_temp.new_id(last_at), id, 'STATUS', agent_id, 'NEW', status::text, last_at from bulk_ticket where status <> 'NEW'`

/** Every fiftieth has somebody else on it, so that "takes part" is tried as well. */
const participants = `
insert into ticket_participant (ticket_id, user_id)
select t.id, c.person_id from bulk_ticket t join bulk_customer c on c.id = 1 + (t.place::bigint * 7919) % (select count(*) from bulk_customer)
where t.place % 50 = 0 and c.person_id <> t.requester_id`
