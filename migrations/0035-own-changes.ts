import { Migration } from '@mikro-orm/migrations'

/** A customer's tickets by their last change, as programs read them: of one who has thousands all had to be sorted. */
export default class OwnChanges extends Migration {
  override up(): void {
    this.addSql('create index ticket_own_changes on ticket (requester_id, updated_at desc, id desc)')
  }
}
