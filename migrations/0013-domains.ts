import { Migration } from '@mikro-orm/migrations'

/** Mail domains of organizations: whoever proves an address of one belongs to it, by itself or by hand. */
export default class Domains extends Migration {
  override up(): void {
    this.addSql('alter table organization add column joins boolean not null default false')
    this.addSql(`
create table organization_domain (
  id uuid primary key,
  organization_id uuid not null constraint organization_domain_organization_id_foreign references organization,
  domain text not null constraint organization_domain_domain_unique unique
)`)
    this.addSql('create index organization_domain_organization_id_index on organization_domain (organization_id)')
    this.addSql(`
create index person_without_organization on person (split_part(email, '@', 2))
  where organization_id is null and role = 'CUSTOMER' and confirmed_at is not null`)
  }
}
