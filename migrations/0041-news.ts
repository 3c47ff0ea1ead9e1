import { Migration } from '@mikro-orm/migrations'

/**
 * Every change of a ticket and every new message is told to all processes, for those who follow them
 * (src/tickets/live.resolver.ts). By NOTIFY, so once the transaction is committed, in the order of commits; a statement that
 * changes very many is told as one: whoever follows then begins anew.
 */
export default class News extends Migration {
  override up(): void {
    // Below this number all changes were over before this transaction told anything, so whoever hears of it has heard of
    // those. Asked once a transaction: PostgreSQL sends what is told twice once, where it is the same to the letter.
    this.addSql(`
create function news_settled() returns text
  language plpgsql as $$
  declare settled text := nullif(current_setting('plaindesk.settled', true), '');
  begin
    if settled is null then
      select (pg_snapshot_xmin(pg_current_snapshot())::text::bigint + ahead)::text into strict settled from change_number;
      perform set_config('plaindesk.settled', settled, true);
    end if;
    return settled;
  end $$`)
    // What customers see changed where the ticket's two numbers are the same (0036).
    this.addSql(`
create function news_of_tickets() returns trigger
  language plpgsql as $$
  begin
    if (select count(*) from (select from changed limit 1001) c) > 1000 then
      perform pg_notify('plaindesk_news', '*');
    else
      perform pg_notify('plaindesk_news', json_build_object('ticket', id, 'public', updated_in = touched_in,
        'settled', news_settled())::text) from changed;
    end if;
    return null;
  end $$`)
    this.addSql(`
create function news_of_messages() returns trigger
  language plpgsql as $$
  begin
    if (select count(*) from (select from added limit 1001) a) > 1000 then
      perform pg_notify('plaindesk_news', '*');
    else
      perform pg_notify('plaindesk_news', json_build_object('ticket', ticket_id, 'message', id,
        'public', visibility = 'PUBLIC', 'settled', news_settled())::text) from added;
    end if;
    return null;
  end $$`)
    this.addSql(`
create trigger news_of_new_tickets after insert on ticket referencing new table as changed
  for each statement execute function news_of_tickets()`)
    this.addSql(`
create trigger news_of_changed_tickets after update on ticket referencing new table as changed
  for each statement execute function news_of_tickets()`)
    // History that is brought in (0040) is no new message; who keeps a copy is told of its tickets.
    this.addSql(`
create trigger news_of_messages after insert on message referencing new table as added
  for each statement when (not is_history()) execute function news_of_messages()`)
  }
}
