import { Migration } from '@mikro-orm/migrations'

/** Tickets that were split off from others, and what it takes to put them back. */
export default class Splitting extends Migration {
  override up(): void {
    this.addSql(`
      alter type ticket_event_type add value 'SPLIT';

      create table ticket_split (
        id uuid primary key,
        ticket_id uuid not null constraint ticket_split_ticket_id_foreign references ticket,
        source_id uuid not null constraint ticket_split_source_id_foreign references ticket,
        standings jsonb not null,
        people uuid[] not null,
        split_at timestamptz not null,
        split_by_id uuid constraint ticket_split_split_by_id_foreign references person on delete set null,
        undone_at timestamptz
      );
      create index ticket_split_ticket_id_index on ticket_split (ticket_id);
      create index ticket_split_source_id_index on ticket_split (source_id);
      create index ticket_split_split_by_id_index on ticket_split (split_by_id);
    `)
  }
}
