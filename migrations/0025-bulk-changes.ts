import { Migration } from '@mikro-orm/migrations'

/** Changes of many tickets at once, and what became of each. */
export default class BulkChanges extends Migration {
  override up(): void {
    this.addSql(`create type bulk_outcome as enum ('CHANGED', 'UNCHANGED', 'FAILED')`)
    this.addSql(`create type bulk_failure as enum
      ('MERGED', 'HELD', 'CLOSED', 'CHANGED', 'NEWER_MESSAGE', 'TOO_MANY_TAGS', 'ASSIGNEE_GONE', 'FORBIDDEN', 'INTERNAL')`)
    this.addSql(`
create table bulk_change (
  id uuid primary key,
  owner_id uuid not null constraint bulk_change_owner_id_foreign references person,
  created_at timestamptz not null,
  seen_at timestamptz not null,
  filter jsonb,
  status ticket_status,
  priority ticket_priority,
  sets_assignee boolean not null default false,
  assignee_id uuid constraint bulk_change_assignee_id_foreign references person on delete set null,
  sets_category boolean not null default false,
  category_id uuid constraint bulk_change_category_id_foreign references category on delete set null,
  add_tags text[] not null,
  remove_tags text[] not null,
  total integer not null,
  done integer not null default 0,
  changed integer not null default 0,
  failed integer not null default 0,
  finished_at timestamptz,
  undoes_id uuid
    constraint bulk_change_undoes_id_unique unique
    constraint bulk_change_undoes_id_foreign references bulk_change on delete set null
)`)
    this.addSql('create index bulk_change_newest on bulk_change (created_at desc, id desc)')
    this.addSql('create index bulk_change_owner_id_index on bulk_change (owner_id)')
    this.addSql('create index bulk_change_assignee_id_index on bulk_change (assignee_id)')
    this.addSql('create index bulk_change_category_id_index on bulk_change (category_id)')
    this.addSql(`
create table bulk_change_ticket (
  id uuid primary key,
  bulk_change_id uuid not null
    constraint bulk_change_ticket_bulk_change_id_foreign references bulk_change on delete cascade,
  ticket_id uuid not null constraint bulk_change_ticket_ticket_id_foreign references ticket on delete cascade,
  position integer not null,
  outcome bulk_outcome,
  reason bulk_failure,
  before jsonb not null,
  changed_at timestamptz,
  constraint bulk_change_ticket_bulk_change_id_position_unique unique (bulk_change_id, position)
)`)
    this.addSql('create index bulk_change_ticket_ticket_id_index on bulk_change_ticket (ticket_id)')
    this.addSql(
      'create index bulk_change_ticket_due on bulk_change_ticket (bulk_change_id, position) where outcome is null',
    )
    this.addSql('create index bulk_change_ticket_outcome on bulk_change_ticket (bulk_change_id, outcome, position, id)')
  }
}
