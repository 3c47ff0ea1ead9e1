import { Migration } from '@mikro-orm/migrations'

/** How customers found it, asked once a ticket. */
export default class Ratings extends Migration {
  override up(): void {
    this.addSql(`
      create type score as enum ('GOOD', 'BAD');
      create table rating (
        id uuid primary key,
        ticket_id uuid not null constraint rating_ticket_id_unique unique constraint rating_ticket_id_foreign references ticket,
        score score not null,
        comment text not null default '',
        created_at timestamptz not null
      );
      create index rating_by_time on rating (created_at desc, id desc);
      create index ticket_done_at on ticket (done_at, id) where done_at is not null;
    `)
  }
}
