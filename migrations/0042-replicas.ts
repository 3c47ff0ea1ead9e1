import { Migration } from '@mikro-orm/migrations'

/** For reading from standbys: up to where somebody has to see the database because they wrote it, and no table that a standby lacks. */
export default class Replicas extends Migration {
  override up(): void {
    this.addSql(`
      create table own_write (
        user_id uuid primary key constraint own_write_user_id_foreign references person on delete cascade,
        position pg_lsn not null
      ) with (fillfactor = 50)`)
    // A standby has no unlogged table, and refuses each statement that names one.
    this.addSql('alter table ticket_look set logged')
  }
}
