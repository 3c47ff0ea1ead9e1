import { Migration } from '@mikro-orm/migrations'

/** Texts that agents answer with again and again. */
export default class CannedTexts extends Migration {
  override up(): void {
    this.addSql(`
create table canned_text (
  id uuid primary key,
  name text not null,
  text text not null,
  position int not null,
  archived_at timestamptz
)`)
    this.addSql(`create unique index canned_text_name on canned_text (name) where archived_at is null`)
  }
}
