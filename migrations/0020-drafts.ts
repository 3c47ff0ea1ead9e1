import { Migration } from '@mikro-orm/migrations'

/** What agents have begun to write, and who looks at a ticket now. The second is worth nothing after a crash. */
export default class Drafts extends Migration {
  override up(): void {
    this.addSql(`
      create type draft_kind as enum ('ANSWER', 'NOTE');
      create table draft (
        id uuid primary key,
        author_id uuid not null constraint draft_author_id_foreign references person on delete cascade,
        ticket_id uuid not null constraint draft_ticket_id_foreign references ticket on delete cascade,
        kind draft_kind not null,
        text text not null,
        status ticket_status,
        created_at timestamptz not null,
        updated_at timestamptz not null,
        constraint draft_author_id_ticket_id_kind_unique unique (author_id, ticket_id, kind)
      );
      create index draft_ticket_id_index on draft (ticket_id);

      create unlogged table ticket_look (
        ticket_id uuid not null,
        user_id uuid not null,
        seen_at timestamptz not null,
        primary key (ticket_id, user_id)
      );
      create index ticket_look_seen_at on ticket_look (seen_at);
    `)
  }
}
