import { Migration } from '@mikro-orm/migrations'

/** What the queue is filtered by besides: the way a ticket came, and days. */
export default class Filters extends Migration {
  override up(): void {
    // A mail that comes in while the version before still runs is taken for one by web.
    this.addSql(`alter table ticket add column channel channel not null default 'WEB'`)
    this.addSql(`
update ticket set channel = first.channel
  from (select distinct on (ticket_id) ticket_id, channel from message order by ticket_id, created_at, id) first
  where first.ticket_id = ticket.id and first.channel <> 'WEB'`)
    this.addSql('create index ticket_of_channel on ticket (channel, touched_at desc, id desc)')
    this.addSql('create index ticket_created on ticket (created_at desc, id desc)')
    this.addSql('create index ticket_longest_first on ticket (is_answered, queue_since, id) where hold is null')
  }
}
