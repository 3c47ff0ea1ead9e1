import { Migration } from '@mikro-orm/migrations'

/** Mails that came to nothing are few among those that were filed: without an index of their own the whole ledger was read for them. */
export default class OtherMail extends Migration {
  override isTransactional(): boolean {
    return false
  }

  override up(): void {
    this.addSql('drop index concurrently if exists incoming_mail_other')
    this.addSql(`
create index concurrently incoming_mail_other on incoming_mail (received_at desc, id desc)
  where outcome in ('REFUSED', 'DUPLICATE', 'AUTOMATIC', 'BOUNCE', 'LOOP')`)
  }
}
