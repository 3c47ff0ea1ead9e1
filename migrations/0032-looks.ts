import { Migration } from '@mikro-orm/migrations'

/** Which ticket somebody opened last: they look at the ones before no more. */
export default class Looks extends Migration {
  override up(): void {
    this.addSql('create index ticket_look_user_id_seen_at on ticket_look (user_id, seen_at)')
  }
}
