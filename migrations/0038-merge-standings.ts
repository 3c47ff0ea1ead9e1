import { Migration } from '@mikro-orm/migrations'

/**
 * How each of two tickets stood before they were put together. For some days 0009 itself made the column; whoever ran 0009
 * before or after that gets it here. What was put together earlier, or by the version before, knows nothing of it.
 */
export default class MergeStandings extends Migration {
  override up(): void {
    this.addSql(
      `alter table ticket_merge add column if not exists standings jsonb not null default '{"source": {}, "target": {}}'`,
    )
    this.addSql(`alter table ticket_merge alter column standings set default '{"source": {}, "target": {}}'`)
  }
}
