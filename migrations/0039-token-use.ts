import { Migration } from '@mikro-orm/migrations'

/** From where an API token was last used, and what was done by one in somebody's name. */
export default class TokenUse extends Migration {
  override up(): void {
    this.addSql('alter table api_token add column last_used_from text')
    this.addSql(`alter type admin_event_type add value 'ACTED_FOR'`)
  }
}
