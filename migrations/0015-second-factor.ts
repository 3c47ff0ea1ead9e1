import { Migration } from '@mikro-orm/migrations'

/** The second factor of the team's log-ins (RFC 6238). */
export default class SecondFactor extends Migration {
  override up(): void {
    this.addSql(`
create table second_factor (
  id uuid primary key,
  user_id uuid not null constraint second_factor_user_id_unique unique
    constraint second_factor_user_id_foreign references person on delete cascade,
  sealed_secret text not null,
  recovery_hashes text[] not null default '{}',
  last_step int,
  created_at timestamptz not null,
  confirmed_at timestamptz
)`)
  }
}
