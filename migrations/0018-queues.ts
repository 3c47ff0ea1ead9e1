import { Migration } from '@mikro-orm/migrations'

/** The queue's tabs of what is new and of what nobody works. */
export default class Queues extends Migration {
  override up(): void {
    this.addSql(`
create index ticket_new on ticket (is_answered, queue_since, id) where status = 'NEW' and hold is null`)
    this.addSql(`
create index ticket_unassigned on ticket (is_answered, queue_since, id)
  where is_open and hold is null and assignee_id is null`)
  }
}
