// Tickets in bulk, to see and measure how the portal is with years of them. Made inside the database; what the search
// triggers would do row by row is done a batch at a time.
import pg from 'pg'

const BATCH = 1000
const TICKETS_PER_CUSTOMER = 20
const CUSTOMERS_PER_ORGANIZATION = 10
const YEARS = 3

/** Adds `count` tickets of the last three years, with customers on the list. `go` hears of each batch and may end it. */
export async function seedBulk(url: string, count: number, now: Date, go: (done: number) => boolean): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(preparation)
    await client.query('select pg_temp.make_customers($1, $2, $3)', [
      Math.ceil(count / TICKETS_PER_CUSTOMER),
      CUSTOMERS_PER_ORGANIZATION,
      now,
    ])
    for (let done = 0; done < count && go(done); done += BATCH) {
      const size = Math.min(BATCH, count - done)
      const from = new Date(now.getTime() - YEARS * 365 * 86_400_000 * (1 - done / count))
      const to = new Date(now.getTime() - YEARS * 365 * 86_400_000 * (1 - (done + size) / count))
      await client.query('select pg_temp.make_tickets($1, $2, $3, $4)', [size, from, to, now])
    }
    go(count)
    await client.query('vacuum analyze') // also merges what the search indexes have put off
  } finally {
    await client.end()
  }
}

/** Words as they come in requests; the first ones are common, the last ones rare. */
const words = `the and to is not we of in after our die der und nicht ist das error page please update report since customer login
  printer invoice file beim Drucker Rechnung Fehler Anmeldung seit Update Datei export import server password account order
  Bestellung Kennwort Konto Lager stock warehouse delivery Lieferung label Etikett scanner network Netzwerk timeout backup
  licence Lizenz certificate Zertifikat mail calendar Kalender user Benutzer rights Rechte role template Vorlage layout column
  Spalte table filter search Suche slow langsam crash Absturz freeze version release upgrade downtime Ausfall cluster database
  Datenbank query index migration restore Wiederherstellung archive Archiv attachment Anhang format barcode tariff Tarif quota
  interface Schnittstelle webhook token gateway router firewall proxy turbine gasket Dichtung valve Ventil calibration Kalibrierung`

const preparation = `
create table pg_temp.customer as select id, name, email, organization_id from person where false;
create table pg_temp.word as
  select row_number() over () as n, word from regexp_split_to_table($words$${words}$words$, '\\s+') with ordinality as w (word, position);

-- A version 7 id of a moment, so that ids lie in the order of time as they do in life.
create function pg_temp.id_at(moment timestamptz) returns uuid language sql volatile as $$
  select (lpad(to_hex((extract(epoch from moment) * 1000)::bigint), 12, '0') || '7' || substr(r, 1, 3) || '8' || substr(r, 4, 15))::uuid
  from md5(random()::text) r $$;

-- So many words, common ones more often.
create function pg_temp.say(length int) returns text language sql volatile as $$
  select string_agg(word, ' ') from (
    select 1 + floor(power(random(), 2.5) * (select count(*) from pg_temp.word))::bigint as n from generate_series(1, length)
  ) pick join pg_temp.word using (n) $$;

create function pg_temp.make_customers(amount int, each int, now timestamptz) returns void language plpgsql as $$
declare
  first int := (select count(*) from person);
  hash text := (select password_hash from person where email = 'ann@acme.example');
begin
  insert into organization (id, name, created_at)
    select pg_temp.id_at(now - interval '3 years'), 'Company ' || (first + i), now - interval '3 years' from generate_series(1, ceil(amount::float / each)::int) i;
  insert into person (id, email, name, role, password_hash, confirmed_at, wants_status_mail, wants_weekly_report, organization_id, created_at)
    select pg_temp.id_at(now - interval '3 years'), format('customer%s@company%s.example', first + i, first + 1 + (i - 1) / each), 'Customer ' || (first + i),
      'CUSTOMER', hash, case when hash is not null then now - interval '3 years' end, true, true,
      (select id from organization where name = 'Company ' || (first + 1 + (i - 1) / each)), now - interval '3 years'
    from generate_series(1, amount) i;
  insert into pg_temp.customer select id, name, email, organization_id from person where role = 'CUSTOMER' and name like 'Customer %' order by id desc limit amount;
  insert into membership (id, user_id, requested_at, requested_by, joined_at)
    select pg_temp.id_at(now - interval '3 years'), c.id, now - interval '3 years', 'REGISTRATION', now - interval '3 years'
    from pg_temp.customer c where not exists (select from membership m where m.user_id = c.id);
  alter table pg_temp.customer add column n serial;
  create index on pg_temp.customer (n);
end $$;

create function pg_temp.make_tickets(size int, since timestamptz, until timestamptz, now timestamptz) returns void language plpgsql as $$
declare
  customers int := (select count(*) from pg_temp.customer);
  agents uuid[] := (select array_agg(id) from person where role in ('AGENT', 'ADMIN'));
  categories uuid[] := (select array_agg(id) from category);
begin
  create temp table t on commit drop as
    select pg_temp.id_at(created) as id, nextval('ticket_number')::int as number, initcap(pg_temp.say(5)) as subject, created, least(now, created + life) as changed,
      (case when created + life < now - interval '21 days' then 'CLOSED' when created + life < now - interval '5 days' then 'DONE'
        else (array['NEW', 'OPEN', 'WAITING', 'DONE', 'DONE'])[1 + floor(random() * 5)] end)::ticket_status as status,
      (array['LOW', 'NORMAL', 'NORMAL', 'NORMAL', 'HIGH', 'URGENT'])[1 + floor(random() * 6)]::ticket_priority as priority,
      categories[1 + floor(random() * cardinality(categories))::int] as category, agents[1 + floor(random() * cardinality(agents))::int] as agent, c.*
    from (
      select since + (until - since) * i / size as created, power(random(), 3) * interval '30 days' as life, 1 + floor(power(random(), 1.5) * customers)::int as n
      from generate_series(1, size) i
    ) moments join (select id as requester, name, email, organization_id, n from pg_temp.customer) c using (n);
  -- The first text, and mostly an answer, a word back and a note; a new ticket has only the first.
  create temp table m on commit drop as
    select pg_temp.id_at(at) as id, t.id as ticket, case when k in (0, 2) then t.requester else t.agent end as author, pg_temp.say(20 + (random() * 60)::int) as text,
      (case when k = 3 then 'INTERNAL' else 'PUBLIC' end)::message_visibility as visibility, at
    from t cross join lateral (select k, t.created + (t.changed - t.created) * k / 3 as at from generate_series(0, case when t.status = 'NEW' then 0 else 3 end) k) steps
    where k < 2 or random() < 0.6;

  alter table ticket disable trigger user;
  alter table message disable trigger user;
  insert into ticket (id, number, subject, status, priority, category_id, requester_id, assignee_id, organization_id, requester_proven, created_at, updated_at, touched_at,
      first_response_at, done_at, closed_at, unanswered_since, last_message_at, search_public, search_notes)
    select t.id, number, subject, status, priority, category, requester, case when status <> 'NEW' then agent end, organization_id, true, created, changed, changed,
      case when status <> 'NEW' then created + (changed - created) / 3 end, case when status in ('DONE', 'CLOSED') then changed end, case when status = 'CLOSED' then changed end,
      case when status = 'NEW' or status = 'OPEN' and random() < 0.5 then changed end, changed,
      search_words(concat_ws(' ', number, subject, name, email, texts.public)), search_words(coalesce(texts.notes, ''))
    from t cross join lateral (
      select string_agg(text, ' ') filter (where visibility = 'PUBLIC') as public, string_agg(text, ' ') filter (where visibility = 'INTERNAL') as notes
      from m where m.ticket = t.id
    ) texts;
  insert into message (id, ticket_id, author_id, text, visibility, channel, created_at) select id, ticket, author, text, visibility, 'WEB', at from m;
  insert into ticket_event (id, ticket_id, type, actor_id, created_at)
    select pg_temp.id_at(created), id, 'CREATED'::ticket_event_type, requester, created from t
    union all select pg_temp.id_at(at), ticket, (case when visibility = 'PUBLIC' then 'MESSAGE' else 'NOTE' end)::ticket_event_type, author, at from m;
  insert into ticket_event (id, ticket_id, type, actor_id, "from", "to", created_at)
    select pg_temp.id_at(changed), id, 'STATUS', agent, 'NEW', status, changed from t where status <> 'NEW';
  alter table ticket enable trigger user;
  alter table message enable trigger user;
  drop table t, m;
end $$;
`
