import { Migration } from '@mikro-orm/migrations'

/** Some customers see all tickets of their organization, except those whose box "private" was ticked. */
export default class SharedTickets extends Migration {
  override up(): void {
    this.addSql('alter table person add column sees_organization boolean not null default false')
    this.addSql('alter table ticket add column is_private boolean not null default false')
    this.addSql(`
create index ticket_shared on ticket (organization_id, is_open desc, updated_at desc, id desc)
  where not is_private and hold is null`)
  }
}
