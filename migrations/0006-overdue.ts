import { Migration } from '@mikro-orm/migrations'

/** The queue's tab of what is overdue: tickets without a first answer, by who was promised one. */
export default class Overdue extends Migration {
  override up(): void {
    this.addSql(`
create index ticket_promised on ticket (organization_id, created_at)
  where is_open and hold is null and first_response_at is null`)
  }
}
