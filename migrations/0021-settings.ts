import { Migration } from '@mikro-orm/migrations'

/** What admins chose for settings that need no restart. */
export default class Settings extends Migration {
  override up(): void {
    this.addSql(`
create table setting (
  name text primary key,
  value text not null,
  changed_by_id uuid constraint setting_changed_by_id_foreign references person on delete set null,
  changed_at timestamptz not null
)`)
    this.addSql('create index setting_changed_by_id_index on setting (changed_by_id)')
    this.addSql(`alter type admin_event_type add value 'SETTING_CHANGED'`)
  }
}
