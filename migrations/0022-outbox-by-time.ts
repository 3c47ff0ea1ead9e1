import { Migration } from '@mikro-orm/migrations'

/** What was sent last, and how many of the last day, without looking through all mails that are kept. */
export default class OutboxByTime extends Migration {
  override up(): void {
    this.addSql('create index outbox_mail_written on outbox_mail (created_at)')
  }
}
