import { Migration } from '@mikro-orm/migrations'

/** What admins say about a category: a hint on the form, and what new tickets about it begin with. */
export default class Categories extends Migration {
  override up(): void {
    this.addSql(`
alter table category
  add column hint_en text,
  add column hint_de text,
  add column assignee_id uuid constraint category_assignee_id_foreign references person on delete set null,
  add column priority ticket_priority`)
    this.addSql(`create index category_assignee_id_index on category (assignee_id)`)
  }
}
