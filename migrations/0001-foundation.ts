import { Migration } from '@mikro-orm/migrations'

/** The portal's tables: generated from the entities, then read, put in order and completed by hand. */
export default class Foundation extends Migration {
  override up(): void {
    this.addSql(words)
    this.addSql(people)
    this.addSql(tickets)
    this.addSql(outbox)
    this.addSql(withoutEntity)
    this.addSql(search)
    this.addSql(categories)
  }
}

const words = `
create type role as enum ('CUSTOMER', 'AGENT', 'SALES', 'ADMIN');
create type link_kind as enum ('INVITATION', 'REGISTRATION', 'RESET', 'CONFIRM', 'ADDRESS', 'UNDO_LEAVE');
create type door as enum ('REQUEST_FORM', 'REGISTRATION', 'INVITATION', 'NO_ACCESS_PAGE', 'LEAVE_LINK', 'ONE_CLICK', 'UNDO_LINK', 'ACCOUNT', 'TEAM');
create type ticket_status as enum ('NEW', 'OPEN', 'WAITING', 'DONE', 'CLOSED');
create type ticket_priority as enum ('LOW', 'NORMAL', 'HIGH', 'URGENT');
create type ticket_event_type as enum ('CREATED', 'MESSAGE', 'NOTE', 'STATUS', 'PRIORITY', 'CATEGORY', 'ASSIGNEE', 'TAGS', 'FOLLOW_UP', 'RELEASED', 'ADDRESS_PROVEN');
create type hold as enum ('RATE', 'HONEYPOT', 'TOO_FAST', 'SPAM');
create type message_visibility as enum ('PUBLIC', 'INTERNAL');
create type channel as enum ('WEB', 'EMAIL', 'API', 'PHONE');
create type scan_result as enum ('PENDING', 'CLEAN', 'INFECTED');
create type mail_state as enum ('DUE', 'SENT', 'FAILED', 'KEPT', 'DROPPED');
`

const people = `
create table organization (
  id uuid primary key,
  name text not null constraint organization_name_unique unique,
  created_at timestamptz not null
);
create index organization_by_name on organization (name, id);
create index organization_words on organization using gin (to_tsvector('simple', name));

create table agreement (
  id uuid primary key,
  organization_id uuid not null constraint agreement_organization_id_foreign references organization,
  "from" date not null,
  until date,
  portal_access boolean not null,
  response_hours int,
  constraint agreement_check check (until is null or until >= "from")
);
create index agreement_organization_id_index on agreement (organization_id);

create table person (
  id uuid primary key,
  email text not null constraint person_email_unique unique,
  name text not null,
  role role not null,
  password_hash text,
  confirmed_at timestamptz,
  disabled_at timestamptz,
  language text,
  timezone text,
  wants_status_mail boolean not null,
  wants_weekly_report boolean not null,
  organization_id uuid constraint person_organization_id_foreign references organization on delete set null,
  created_at timestamptz not null
);
create index person_by_name on person (name, id);
create index person_team on person (name, id) where role <> 'CUSTOMER';
create index person_of_organization on person (organization_id, name, id);
create index person_words on person using gin (to_tsvector('simple', name || ' ' || translate(email, '@.-_+', '     ')));

create table one_time_link (
  id uuid primary key,
  kind link_kind not null,
  user_id uuid not null constraint one_time_link_user_id_foreign references person,
  nonce bytea not null,
  email text,
  joins_list boolean not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  used_at timestamptz,
  revoked_at timestamptz
);
create index one_time_link_user_id_kind_index on one_time_link (user_id, kind);
create index one_time_link_expires_at_index on one_time_link (expires_at);

create table membership (
  id uuid primary key,
  user_id uuid not null constraint membership_user_id_foreign references person,
  requested_at timestamptz not null,
  requested_by door not null,
  wording text not null default '2026-11',
  joined_at timestamptz,
  ended_at timestamptz,
  ended_by door,
  put_back_by_id uuid constraint membership_put_back_by_id_foreign references person on delete set null,
  constraint membership_check check (ended_at is null or ended_by is not null)
);
create index membership_user_id_index on membership (user_id);
create unique index membership_current on membership (user_id) where ended_at is null;

create table api_token (
  id uuid primary key,
  user_id uuid not null constraint api_token_user_id_foreign references person,
  name text not null,
  hash text not null constraint api_token_hash_unique unique,
  scopes text[] not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  last_used_at timestamptz,
  revoked_at timestamptz
);
create index api_token_user_id_index on api_token (user_id);
`

const tickets = `
create table category (
  id uuid primary key,
  name_en text not null constraint category_name_en_unique unique,
  name_de text not null constraint category_name_de_unique unique,
  position int not null,
  archived_at timestamptz
);

create sequence ticket_number as int start 10001;

create table ticket (
  id uuid primary key,
  number int not null default nextval('ticket_number') constraint ticket_number_unique unique,
  subject text not null,
  status ticket_status not null,
  is_open boolean not null generated always as (status in ('NEW', 'OPEN', 'WAITING')) stored,
  priority ticket_priority not null,
  category_id uuid constraint ticket_category_id_foreign references category on delete set null,
  requester_id uuid not null constraint ticket_requester_id_foreign references person,
  assignee_id uuid constraint ticket_assignee_id_foreign references person on delete set null,
  organization_id uuid constraint ticket_organization_id_foreign references organization on delete set null,
  tags text[] not null default '{}',
  requester_proven boolean not null,
  hold hold,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  touched_at timestamptz not null,
  first_response_at timestamptz,
  done_at timestamptz,
  closed_at timestamptz,
  unanswered_since timestamptz,
  last_message_at timestamptz not null,
  is_answered boolean not null generated always as (unanswered_since is null) stored,
  queue_since timestamptz not null generated always as (coalesce(unanswered_since, last_message_at)) stored,
  follow_up_of_id uuid constraint ticket_follow_up_of_id_foreign references ticket on delete set null,
  search_public tsvector not null default '',
  search_notes tsvector not null default '',
  constraint ticket_check check ((status = 'CLOSED') = (closed_at is not null))
);
alter sequence ticket_number owned by ticket.number;
create index ticket_of_requester on ticket (requester_id, is_open desc, updated_at desc, id desc);
create index ticket_queue on ticket (is_answered, queue_since, id) where is_open and hold is null;
create index ticket_of_assignee on ticket (assignee_id, is_answered, queue_since, id) where is_open and hold is null;
create index ticket_waiting on ticket (is_answered, queue_since, id) where status = 'WAITING' and hold is null;
create index ticket_of_organization on ticket (organization_id, touched_at desc, id desc);
create index ticket_touched on ticket (touched_at desc, id desc);
create index ticket_held on ticket (created_at, id) where hold is not null;
create index ticket_done on ticket (last_message_at, id) where status = 'DONE';
create index ticket_assignee_id_index on ticket (assignee_id);
create index ticket_organization_id_index on ticket (organization_id);
create index ticket_follow_up_of_id_index on ticket (follow_up_of_id);

create table ticket_participant (
  ticket_id uuid not null constraint ticket_participant_ticket_id_foreign references ticket on update cascade on delete cascade,
  user_id uuid not null constraint ticket_participant_user_id_foreign references person on update cascade on delete cascade,
  primary key (ticket_id, user_id)
);
create index ticket_participant_user_id_index on ticket_participant (user_id);

create table message (
  id uuid primary key,
  ticket_id uuid not null constraint message_ticket_id_foreign references ticket,
  author_id uuid constraint message_author_id_foreign references person on delete set null,
  text text not null,
  visibility message_visibility not null,
  channel channel not null,
  created_at timestamptz not null
);
create index message_of_ticket on message (ticket_id, created_at desc, id desc);
create index message_author_id_index on message (author_id);

create table ticket_event (
  id uuid primary key,
  ticket_id uuid not null constraint ticket_event_ticket_id_foreign references ticket,
  type ticket_event_type not null,
  actor_id uuid constraint ticket_event_actor_id_foreign references person on delete set null,
  "from" text,
  "to" text,
  created_at timestamptz not null
);
create index ticket_event_of_ticket on ticket_event (ticket_id, created_at, id);

create table attachment (
  id uuid primary key,
  message_id uuid constraint attachment_message_id_foreign references message on delete set null,
  uploader_id uuid constraint attachment_uploader_id_foreign references person on delete set null,
  filename text not null,
  content_type text not null,
  size int not null,
  sha256 text not null,
  storage_key text not null constraint attachment_storage_key_unique unique,
  scan scan_result not null,
  created_at timestamptz not null
);
create index attachment_message_id_index on attachment (message_id);
create index attachment_uploader_id_index on attachment (uploader_id);
`

const outbox = `
create table outbox_mail (
  id uuid primary key,
  template text not null,
  recipient text not null,
  language text not null,
  rows jsonb not null,
  state mail_state not null default 'DUE',
  attempts int not null default 0,
  last_error text,
  created_at timestamptz not null,
  sent_at timestamptz
);
create index outbox_mail_unsent on outbox_mail (created_at) where state in ('DUE', 'FAILED');
`

/** Read by SQL alone: people/session-store.ts, graph/idempotency.ts, database/rate-limit.ts. */
const withoutEntity = `
create table session (
  sid text primary key,
  user_id uuid constraint session_user_id_foreign references person on delete cascade,
  data jsonb not null,
  created_at timestamptz not null,
  last_seen_at timestamptz not null,
  expires_at timestamptz not null,
  user_agent text,
  address text
);
create index session_user_id_index on session (user_id);
create index session_expires_at_index on session (expires_at);

create table idempotency_key (
  scope text not null,
  key text not null,
  operation text not null,
  content_hash text not null,
  result jsonb,
  created_at timestamptz not null,
  primary key (scope, key)
);
create index idempotency_key_created_at_index on idempotency_key (created_at);

-- As rate-limiter-flexible wants it; expire is in milliseconds since 1970, null = never.
create table rate_limit (
  key text primary key,
  points int not null default 0,
  expire bigint
);
create index rate_limit_expire_index on rate_limit (expire);
`

/**
 * Full text. search_public is what participants may find: number, subject, requester, public messages, file names;
 * search_notes the internal notes and their files. Both in English and German stems, kept by triggers alone.
 *
 * A tsvector holds 1 MB at most, and every change of a ticket writes its words to the index again. So one text gives its
 * first 60,000 characters, and when a conversation has 30,000 different words, further ones are left out of the search.
 */
const search = `
create function search_words(words text) returns tsvector
  language sql immutable parallel safe
  return to_tsvector('pg_catalog.english', left(words, 60000)) || to_tsvector('pg_catalog.german', left(words, 60000));

create function search_join(a tsvector, b tsvector) returns tsvector
  language plpgsql immutable parallel safe as $$
  begin
    return case when length(a) < 30000 then a || b else a end;
  exception when program_limit_exceeded then
    return a;
  end $$;

-- The name whole, and its words: "scan_4711.pdf" is found by "scan" too.
create function search_filename(filename text) returns tsvector
  language sql immutable parallel safe
  return search_words(filename || ' ' || translate(filename, '._-', '   '));

create function search_head(number int, subject text, requester uuid) returns tsvector
  language sql stable
  return (select search_words(concat_ws(' ', number, subject, p.name)) from person p where p.id = requester);

-- Found by the team alone: a participant must not learn the requester's address by searching for it.
create function search_address(requester uuid) returns tsvector
  language sql stable
  return (select search_words(p.email) from person p where p.id = requester);

-- All texts of one kind, oldest first, as they would have been added one by one.
create function search_conversation(head tsvector, ticket uuid, kind message_visibility) returns tsvector
  language plpgsql stable as $$
  declare
    part tsvector;
    whole tsvector := head;
  begin
    for part in
      select search_words(m.text) from message m where m.ticket_id = ticket and m.visibility = kind
      union all
      select search_filename(a.filename) from attachment a join message m on m.id = a.message_id where m.ticket_id = ticket and m.visibility = kind
    loop
      whole := search_join(whole, part);
    end loop;
    return whole;
  end $$;

create function search_of_new_ticket() returns trigger
  language plpgsql as $$
  begin
    new.search_public := search_head(new.number, new.subject, new.requester_id);
    new.search_notes := search_address(new.requester_id);
    return new;
  end $$;
create trigger search_of_new_ticket before insert on ticket
  for each row execute function search_of_new_ticket();

create function search_of_ticket() returns trigger
  language plpgsql as $$
  begin
    new.search_public := search_conversation(search_head(new.number, new.subject, new.requester_id), new.id, 'PUBLIC');
    new.search_notes := search_conversation(search_address(new.requester_id), new.id, 'INTERNAL');
    return new;
  end $$;
create trigger search_of_ticket before update of number, subject, requester_id on ticket
  for each row when ((old.number, old.subject, old.requester_id) is distinct from (new.number, new.subject, new.requester_id))
  execute function search_of_ticket();

create function search_of_requester() returns trigger
  language plpgsql as $$
  begin
    perform search_rebuild(t.id) from ticket t where t.requester_id = new.id;
    return null;
  end $$;
create trigger search_of_requester after update of name, email on person
  for each row when ((old.name, old.email) is distinct from (new.name, new.email))
  execute function search_of_requester();

create function search_add(ticket uuid, kind message_visibility, words tsvector) returns void
  language sql as $$
  update ticket set
    search_public = case when kind = 'PUBLIC' then search_join(search_public, words) else search_public end,
    search_notes = case when kind = 'INTERNAL' then search_join(search_notes, words) else search_notes end
    where id = search_add.ticket and words <> '';
  $$;

create function search_rebuild(ticket uuid) returns void
  language sql as $$
  update ticket t set
    search_public = search_conversation(search_head(t.number, t.subject, t.requester_id), t.id, 'PUBLIC'),
    search_notes = search_conversation(search_address(t.requester_id), t.id, 'INTERNAL')
    where t.id = search_rebuild.ticket;
  $$;

create function search_of_message() returns trigger
  language plpgsql as $$
  begin
    if tg_op = 'INSERT' then
      perform search_add(new.ticket_id, new.visibility, search_words(new.text));
    else
      perform search_rebuild(old.ticket_id);
    end if;
    return null;
  end $$;
create trigger search_of_new_message after insert on message
  for each row execute function search_of_message();
create trigger search_of_changed_message after update of text, visibility on message
  for each row when ((old.text, old.visibility) is distinct from (new.text, new.visibility))
  execute function search_of_message();
create trigger search_of_removed_message after delete on message
  for each row execute function search_of_message();

-- A file joins its message when the message is written; it leaves or is renamed only when a person is erased.
create function search_of_attachment() returns trigger
  language plpgsql as $$
  begin
    if tg_op = 'INSERT' or (tg_op = 'UPDATE' and old.message_id is null) then
      perform search_add(m.ticket_id, m.visibility, search_filename(new.filename)) from message m where m.id = new.message_id;
    else
      perform search_rebuild(m.ticket_id) from message m where m.id = old.message_id;
    end if;
    return null;
  end $$;
create trigger search_of_new_attachment after insert on attachment
  for each row when (new.message_id is not null) execute function search_of_attachment();
create trigger search_of_changed_attachment after update of message_id, filename on attachment
  for each row when ((old.message_id, old.filename) is distinct from (new.message_id, new.filename))
  execute function search_of_attachment();
create trigger search_of_removed_attachment after delete on attachment
  for each row when (old.message_id is not null) execute function search_of_attachment();

create index ticket_search_public on ticket using gin (search_public);
create index ticket_search_notes on ticket using gin (search_notes);
`

/** A form needs something to choose from on the first day; admins change them. */
const categories = `
insert into category (id, name_en, name_de, position) values
  (gen_random_uuid(), 'A question', 'Eine Frage', 1),
  (gen_random_uuid(), 'A problem', 'Ein Problem', 2),
  (gen_random_uuid(), 'A wish', 'Ein Wunsch', 3),
  (gen_random_uuid(), 'Log-in and account', 'Anmeldung und Konto', 4),
  (gen_random_uuid(), 'Agreement and invoice', 'Vertrag und Rechnung', 5),
  (gen_random_uuid(), 'Something else', 'Etwas anderes', 6);
`
