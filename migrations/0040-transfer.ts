import { Migration } from '@mikro-orm/migrations'

/**
 * Taking everything out and bringing history in. What is brought in happened long ago: while a transaction says so
 * (`plaindesk.history`), webhooks hear nothing of it; and while it says that it brings the words of the search itself
 * (`plaindesk.words`), they are not worked out row by row, which takes ten times as long.
 */
export default class Transfer extends Migration {
  override up(): void {
    this.addSql(`alter type admin_event_type add value 'EXPORTED'`)
    this.addSql(`alter type admin_event_type add value 'IMPORTED'`)
    this.addSql(tables)
    this.addSql(switches)
    this.addSql(triggers)
  }
}

/** Read by SQL alone: src/transfer/. */
const tables = `
-- What came from other systems, so that it does not come twice: a hash of their ids, and which row it became.
create table imported (
  key uuid primary key,
  row_id uuid not null
);
-- How far a whole export has been taken in; after a crash it goes on from there.
create table import_progress (
  export uuid not null,
  step text not null,
  position bigint not null,
  is_done boolean not null default false,
  primary key (export, step)
);`

const switches = `
create function is_history() returns boolean
  language sql stable
  return coalesce(current_setting('plaindesk.history', true), '') = 'on';
create function brings_words() returns boolean
  language sql stable
  return coalesce(current_setting('plaindesk.words', true), '') = 'on';

create aggregate search_sum(tsvector) (sfunc = search_join, stype = tsvector, initcond = '');`

const triggers = `
drop trigger search_of_new_ticket on ticket;
create trigger search_of_new_ticket before insert on ticket
  for each row when (not brings_words()) execute function search_of_new_ticket();
drop trigger search_of_new_message on message;
create trigger search_of_new_message after insert on message
  for each row when (not brings_words()) execute function search_of_message();
drop trigger search_of_new_attachment on attachment;
create trigger search_of_new_attachment after insert on attachment
  for each row when (new.message_id is not null and not brings_words()) execute function search_of_attachment();

drop trigger webhooks_of_new_ticket on ticket;
create constraint trigger webhooks_of_new_ticket after insert on ticket deferrable initially deferred
  for each row when (not is_history()) execute function webhooks_of_ticket();
drop trigger webhooks_of_ticket_event on ticket_event;
create constraint trigger webhooks_of_ticket_event after insert on ticket_event deferrable initially deferred
  for each row when (new.type not in ('CREATED', 'MESSAGE', 'NOTE', 'RELEASED') and not is_history())
  execute function webhooks_of_ticket_event();
drop trigger webhooks_of_message on message;
create constraint trigger webhooks_of_message after insert on message deferrable initially deferred
  for each row when (not is_history()) execute function webhooks_of_message();
drop trigger webhooks_of_new_membership on membership;
create constraint trigger webhooks_of_new_membership after insert on membership deferrable initially deferred
  for each row when (not is_history()) execute function webhooks_of_membership();`
