import { Migration } from '@mikro-orm/migrations'

/**
 * In which transaction a ticket was changed last, for readers that keep a copy (src/tickets/changes.ts). What was changed
 * before this bears 0 and comes first, by its time.
 */
export default class Changes extends Migration {
  override up(): void {
    this.addSql('alter table ticket add column touched_in bigint not null default 0')
    this.addSql('alter table ticket add column updated_in bigint not null default 0')
    this.addSql('create index ticket_touched_in on ticket (touched_in, touched_at, id)')
    this.addSql('create index ticket_updated_in on ticket (requester_id, updated_in, updated_at, id)')
    // One row: what is added to this server's numbers, because another server's were higher.
    this.addSql('create table change_number (ahead bigint not null)')
    this.addSql('create unique index change_number_single on change_number ((true))')
    this.addSql('insert into change_number (ahead) values (0)')
    // Transactions of other databases on this server change no ticket, however long they take; one that is not known to be
    // of another counts.
    this.addSql(`
create function changes_settled() returns bigint
  language sql stable
  return (
    select coalesce(min(o.id), pg_snapshot_xmax(pg_current_snapshot())::text::bigint)
      from (select x::text::bigint as id from pg_snapshot_xip(pg_current_snapshot()) x) o
      where not exists (
        select from pg_stat_activity a join pg_database d on d.oid = a.datid
        where a.backend_xid::text::bigint = o.id % 4294967296 and d.datname <> current_database())
  ) + (select ahead from change_number)`)
    // Fires after the triggers of the search (they go by name). Customers see no note, no tag and nobody's work.
    this.addSql(`
create function ticket_change() returns trigger
  language plpgsql as $$
  begin
    select pg_current_xact_id()::text::bigint + ahead into strict new.touched_in from change_number;
    if tg_op = 'INSERT' then
      new.updated_in := new.touched_in;
    elsif (old.updated_at, old.status, old.subject, old.category_id, old.priority, old.requester_id, old.organization_id,
           old.requester_proven, old.is_private, old.first_response_at, old.done_at, old.closed_at, old.merged_into_id,
           old.search_public)
      is distinct from
          (new.updated_at, new.status, new.subject, new.category_id, new.priority, new.requester_id, new.organization_id,
           new.requester_proven, new.is_private, new.first_response_at, new.done_at, new.closed_at, new.merged_into_id,
           new.search_public) then
      new.updated_in := new.touched_in;
    end if;
    return new;
  end $$`)
    this.addSql(`
create trigger ticket_change before insert or update on ticket
  for each row execute function ticket_change()`)
  }
}
