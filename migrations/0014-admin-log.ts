import { Migration } from '@mikro-orm/migrations'

/** Who changed what others may, and who of the team logged in. */
export default class AdminLog extends Migration {
  override up(): void {
    this.addSql(`
create type admin_event_type as enum (
  'LOGGED_IN', 'LOG_IN_FAILED', 'STAFF_ADDED', 'ROLE_CHANGED', 'DISABLED', 'ENABLED', 'PUT_BACK', 'TOKEN_MADE', 'TOKEN_REVOKED',
  'CATEGORY_SAVED', 'CATEGORY_ARCHIVED', 'CATEGORY_RESTORED', 'CANNED_TEXT_SAVED', 'CANNED_TEXT_ARCHIVED', 'MAIL_ACCEPTED',
  'BLOCK_LIFTED', 'RUN_AGAIN', 'SECOND_FACTOR_ON', 'SECOND_FACTOR_OFF', 'SECOND_FACTOR_RESET', 'RECOVERY_CODES_MADE',
  'RECOVERY_CODE_USED'
)`)
    this.addSql(`
create table admin_event (
  id uuid primary key,
  type admin_event_type not null,
  actor_id uuid constraint admin_event_actor_id_foreign references person on delete set null,
  subject_id uuid constraint admin_event_subject_id_foreign references person on delete set null,
  about text,
  "from" text,
  "to" text,
  created_at timestamptz not null
)`)
    this.addSql(`create index admin_event_newest on admin_event (created_at desc, id desc)`)
    this.addSql(`create index admin_event_of_actor on admin_event (actor_id, created_at desc, id desc)`)
    this.addSql(`create index admin_event_of_subject on admin_event (subject_id, created_at desc, id desc)`)
  }
}
