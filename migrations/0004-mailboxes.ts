import { Migration } from '@mikro-orm/migrations'

/** How the mailboxes fare that mail is fetched from. */
export default class Mailboxes extends Migration {
  override up(): void {
    this.addSql(
      `create type mailbox_trouble as enum ('LOGIN', 'UNREACHABLE', 'CERTIFICATE', 'FOLDER', 'MAIL', 'OTHER')`,
    )
    this.addSql(`
create table mailbox (
  id uuid primary key,
  name text not null constraint mailbox_name_unique unique,
  watched_since timestamptz not null,
  last_success_at timestamptz,
  trouble mailbox_trouble,
  trouble_since timestamptz,
  last_error text,
  alarmed_at timestamptz,
  attempts jsonb not null
)`)
  }
}
