import { Migration } from '@mikro-orm/migrations'

/** Changes of the list, and what sales decide about who sees what. */
export default class MoreLog extends Migration {
  override up(): void {
    for (const type of [
      'LIST_JOINED',
      'LIST_LEFT',
      'AGREEMENT_SAVED',
      'AGREEMENT_REMOVED',
      'DOMAINS_SAVED',
      'ORGANIZATION_ASSIGNED',
      'VIEW_GIVEN',
      'VIEW_TAKEN',
    ])
      this.addSql(`alter type admin_event_type add value '${type}'`)
  }
}
