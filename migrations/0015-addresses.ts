import { Migration } from '@mikro-orm/migrations'

/** Further proven addresses of a person, besides the one that mails go to. */
export default class Addresses extends Migration {
  override up(): void {
    this.addSql(`alter type link_kind add value 'MORE_ADDRESS'`)
    this.addSql(`
create table person_address (
  address text primary key,
  user_id uuid not null constraint person_address_user_id_foreign references person,
  proven_at timestamptz not null
)`)
    this.addSql('create index person_address_user_id_index on person_address (user_id)')
    this.addSql(`
create index person_address_words on person_address using gin (to_tsvector('simple', translate(address, '@.-_+', '     ')))`)
  }
}
