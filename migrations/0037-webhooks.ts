import { Migration } from '@mikro-orm/migrations'

/** Webhooks: where to, what is to be sent, and the triggers that write it down in the transaction of what happened. */
export default class Webhooks extends Migration {
  override up(): void {
    for (const type of ['WEBHOOK_SAVED', 'WEBHOOK_REMOVED', 'WEBHOOK_SECRET_MADE', 'WEBHOOK_SWITCHED_OFF'])
      this.addSql(`alter type admin_event_type add value '${type}'`)
    this.addSql(`create type webhook_delivery_state as enum ('DUE', 'DELIVERED', 'FAILED')`)
    this.addSql('create sequence webhook_delivery_position')
    this.addSql(tables)
    this.addSql(functions)
    this.addSql(triggers)
  }
}

const tables = `
create table webhook (
  id uuid primary key,
  url text not null,
  events text[] not null,
  nonce text not null,
  previous_nonce text,
  previous_until timestamptz,
  is_active boolean not null default true,
  failing_since timestamptz,
  created_at timestamptz not null
);
create table webhook_delivery (
  id uuid primary key,
  webhook_id uuid not null constraint webhook_delivery_webhook_id_foreign references webhook on delete cascade,
  position bigint not null default nextval('webhook_delivery_position'),
  event text not null,
  about uuid not null,
  lane uuid not null,
  transaction bigint not null,
  facts jsonb not null,
  changes jsonb not null default '[]',
  happened_at timestamptz not null,
  since timestamptz,
  state webhook_delivery_state not null default 'DUE',
  tries integer not null default 0,
  next_try_at timestamptz not null,
  attempts jsonb not null default '[]'
);
create unique index webhook_delivery_once on webhook_delivery (webhook_id, event, about, transaction);
create index webhook_delivery_newest on webhook_delivery (webhook_id, happened_at desc, id desc);
create index webhook_delivery_line on webhook_delivery (webhook_id, position) where state = 'DUE';
create index webhook_delivery_lane on webhook_delivery (webhook_id, lane, position) where state = 'DUE';
create index webhook_delivery_old on webhook_delivery (happened_at);`

// A webhook has one job, and never two at once, so that what happened to a ticket is told in order. All webhooks together
// take at most two places of a worker, so that mails go while somebody's server hangs.
const functions = `
create function wake_webhook(hook uuid, delay interval, mode text) returns void
  language sql as $$
  select graphile_worker.add_job('deliver-webhook', json_build_object('webhook', hook),
    queue_name => 'webhooks ' || get_byte(uuid_send(hook), 15) % 2,
    run_at => now() + delay, job_key => 'webhook ' || hook, job_key_mode => mode, max_attempts => 480);
  $$;

-- Several changes of one thing in one transaction are told as one event.
create function tell_webhooks(
  told text, about_id uuid, lane_id uuid, what jsonb, change jsonb, happened timestamptz, read_since timestamptz
) returns void
  language plpgsql as $$
  declare hook uuid;
  begin
    for hook in
      insert into webhook_delivery
        (id, webhook_id, event, about, lane, transaction, facts, changes, happened_at, since, next_try_at)
      select gen_random_uuid(), w.id, told, about_id, lane_id, pg_current_xact_id()::text::bigint, what, change,
        happened, read_since, happened
      from webhook w where w.is_active and told = any(w.events) order by w.id
      for key share -- whoever is being removed is waited for, and then left out
      on conflict (webhook_id, event, about, transaction) do update
        set changes = webhook_delivery.changes || excluded.changes, since = excluded.since
      returning webhook_id
    loop
      perform wake_webhook(hook, interval '0', 'replace');
    end loop;
  end $$;

-- What is held is nobody's news until an agent lets it out.
create function webhooks_of_ticket() returns trigger
  language plpgsql as $$
  begin
    if not exists (select from webhook where is_active) then return null; end if;
    if new.hold is null then
      perform tell_webhooks('ticket.created', new.id, new.id, jsonb_build_object('ticket', new.id, 'number', new.number),
        '[]', new.touched_at, new.touched_at);
    end if;
    return null;
  end $$;

-- Of names and tags that changed only that they did: webhooks carry ids, and no personal data.
create function webhooks_of_ticket_event() returns trigger
  language plpgsql as $$
  declare
    t record;
    change jsonb := jsonb_build_object('type', new.type);
  begin
    if not exists (select from webhook where is_active) then return null; end if;
    select number, hold, touched_at into t from ticket where id = new.ticket_id;
    if not found or t.hold is not null and (new.type <> 'SPAM' or new."from" is not null) then return null; end if;
    if new.type in ('STATUS', 'PRIORITY') then
      change := change || jsonb_build_object('from', new."from", 'to', new."to");
    end if;
    perform tell_webhooks('ticket.updated', new.ticket_id, new.ticket_id,
      jsonb_build_object('ticket', new.ticket_id, 'number', t.number), jsonb_build_array(change), new.created_at, t.touched_at);
    return null;
  end $$;

create function webhooks_of_message() returns trigger
  language plpgsql as $$
  declare t record;
  begin
    if not exists (select from webhook where is_active) then return null; end if;
    select number, hold, touched_at into t from ticket where id = new.ticket_id;
    if not found or t.hold is not null then return null; end if;
    perform tell_webhooks('message.created', new.id, new.ticket_id,
      jsonb_build_object('ticket', new.ticket_id, 'number', t.number, 'message', new.id, 'visibility', new.visibility),
      '[]', new.created_at, t.touched_at);
    return null;
  end $$;

create function webhooks_of_membership() returns trigger
  language plpgsql as $$
  begin
    if not exists (select from webhook where is_active) then return null; end if;
    perform tell_webhooks('membership.changed', new.id, new.user_id,
      jsonb_build_object('membership', new.id, 'user', new.user_id, 'state',
        case when new.ended_at is not null then 'LEFT' when new.joined_at is not null then 'MEMBER' else 'PENDING' end),
      '[]', greatest(new.requested_at, new.joined_at, new.ended_at), null);
    return null;
  end $$;`

// Deferred to the commit: by then whoever changes a ticket holds its row, so positions are in the order of commits.
const triggers = `
create constraint trigger webhooks_of_new_ticket after insert on ticket deferrable initially deferred
  for each row execute function webhooks_of_ticket();
create constraint trigger webhooks_of_released_ticket after update of hold on ticket deferrable initially deferred
  for each row when (old.hold is not null and new.hold is null) execute function webhooks_of_ticket();
create constraint trigger webhooks_of_ticket_event after insert on ticket_event deferrable initially deferred
  for each row when (new.type not in ('CREATED', 'MESSAGE', 'NOTE', 'RELEASED')) execute function webhooks_of_ticket_event();
create constraint trigger webhooks_of_message after insert on message deferrable initially deferred
  for each row execute function webhooks_of_message();
create constraint trigger webhooks_of_new_membership after insert on membership deferrable initially deferred
  for each row execute function webhooks_of_membership();
create constraint trigger webhooks_of_changed_membership after update of joined_at, ended_at on membership deferrable initially deferred
  for each row when ((old.joined_at, old.ended_at) is distinct from (new.joined_at, new.ended_at))
  execute function webhooks_of_membership();`
