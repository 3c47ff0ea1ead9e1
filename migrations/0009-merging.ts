import { Migration } from '@mikro-orm/migrations'

/** Tickets that were put together, and what it takes to part them again. */
export default class Merging extends Migration {
  override up(): void {
    this.addSql(`
      alter type ticket_event_type add value 'MERGED';
      alter type ticket_event_type add value 'PARTED';
      alter table ticket add column merged_into_id uuid constraint ticket_merged_into_id_foreign references ticket on delete set null;
      create index ticket_merged_into_id_index on ticket (merged_into_id);

      create table ticket_merge (
        id uuid primary key,
        source_id uuid not null constraint ticket_merge_source_id_foreign references ticket,
        target_id uuid not null constraint ticket_merge_target_id_foreign references ticket,
        status ticket_status not null,
        messages uuid[] not null,
        participants uuid[] not null,
        merged_at timestamptz not null,
        merged_by_id uuid constraint ticket_merge_merged_by_id_foreign references person on delete set null,
        parted_at timestamptz
      );
      create index ticket_merge_source_id_index on ticket_merge (source_id);
      create index ticket_merge_target_id_index on ticket_merge (target_id);
      create index ticket_merge_merged_by_id_index on ticket_merge (merged_by_id);
    `)
  }
}
