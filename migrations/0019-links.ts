import { Migration } from '@mikro-orm/migrations'

/** Tickets that belong together by the word of an agent, and participants in the history. */
export default class Links extends Migration {
  override up(): void {
    this.addSql(`
      alter type ticket_event_type add value 'LINKED';
      alter type ticket_event_type add value 'UNLINKED';
      alter type ticket_event_type add value 'PARTICIPANT_ADDED';
      alter type ticket_event_type add value 'PARTICIPANT_REMOVED';

      create table ticket_link (
        id uuid primary key,
        older_id uuid not null constraint ticket_link_older_id_foreign references ticket,
        newer_id uuid not null constraint ticket_link_newer_id_foreign references ticket,
        created_at timestamptz not null,
        created_by_id uuid constraint ticket_link_created_by_id_foreign references person on delete set null,
        constraint ticket_link_older_id_newer_id_unique unique (older_id, newer_id),
        constraint ticket_link_check check (older_id < newer_id)
      );
      create index ticket_link_newer_id_index on ticket_link (newer_id);
      create index ticket_link_created_by_id_index on ticket_link (created_by_id);
    `)
  }
}
