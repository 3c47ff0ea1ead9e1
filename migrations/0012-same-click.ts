import { Migration } from '@mikro-orm/migrations'

/** Which post used a link up, so that the second click of a double click is known as the same. */
export default class SameClick extends Migration {
  override up(): void {
    this.addSql('alter table one_time_link add column used_by text')
  }
}
