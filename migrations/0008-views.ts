import { Migration } from '@mikro-orm/migrations'

/** Views of the queue that people saved, for themselves or for all of the team. */
export default class Views extends Migration {
  override up(): void {
    this.addSql(`
      create table saved_view (
        id uuid primary key,
        owner_id uuid not null constraint saved_view_owner_id_foreign references person on delete cascade,
        name text not null,
        is_shared boolean not null default false,
        filter jsonb not null,
        order_by text,
        created_at timestamptz not null,
        constraint saved_view_owner_id_name_unique unique (owner_id, name)
      );
      create index saved_view_shared on saved_view (name, id) where is_shared;
      create index ticket_of_category on ticket (category_id, is_answered, queue_since, id) where hold is null;
      create index ticket_of_priority on ticket (priority, is_answered, queue_since, id) where is_open and hold is null;
      create index ticket_of_tag on ticket using gin (tags);
    `)
  }
}
