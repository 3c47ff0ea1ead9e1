import { Migration } from '@mikro-orm/migrations'

/** A saved view knows which columns its list shows. */
export default class ViewColumns extends Migration {
  override up(): void {
    this.addSql(`alter table saved_view add column columns text[] not null default '{}'`)
  }
}
