import { Migration } from '@mikro-orm/migrations'

/** Two people who are one: the other stays as an alias. Its address leads to the one, who has not proven it yet. */
export default class MergingPeople extends Migration {
  override up(): void {
    this.addSql(
      'alter table person add column merged_into_id uuid constraint person_merged_into_id_foreign references person on delete set null',
    )
    this.addSql('create index person_merged_into_id_index on person (merged_into_id)')
    this.addSql('alter table person_address alter column proven_at drop not null')
    this.addSql(`alter type admin_event_type add value 'PEOPLE_MERGED'`)
  }
}
