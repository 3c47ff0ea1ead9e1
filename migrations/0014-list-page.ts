import { Migration } from '@mikro-orm/migrations'

/** The page of the support list: who is on it, who wishes to be, who left, each by date. */
export default class ListPage extends Migration {
  override up(): void {
    this.addSql(`
create index membership_members on membership (joined_at desc, id desc) where joined_at is not null and ended_at is null`)
    this.addSql(`
create index membership_wishes on membership (requested_at desc, id desc) where joined_at is null and ended_at is null`)
    this.addSql(`
create index membership_left on membership (ended_at desc, id desc) where joined_at is not null and ended_at is not null`)
    this.addSql('create index mail_address_blocked on mail_address (address) where blocked_at is not null')
  }
}
