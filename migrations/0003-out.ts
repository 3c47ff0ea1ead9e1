import { Migration } from '@mikro-orm/migrations'

/** What becomes of mails that left: the server's answer, reports, dead addresses; and answers that are taken back. */
export default class Out extends Migration {
  override up(): void {
    this.addSql(`alter type mail_state add value 'BOUNCED'`)
    this.addSql(`alter type ticket_event_type add value 'TAKEN_BACK'`)
    this.addSql(outbox)
    this.addSql(addresses)
    this.addSql(undo)
  }
}

/** A thread's first mail carries the ticket in its Message-ID, not its own row: it is found by ticket and template. */
const outbox = `
alter table outbox_mail
  add column response text,
  add column dropped_because text,
  add column started_at timestamptz,
  add column once_key text constraint outbox_mail_once_key_unique unique;
create index outbox_mail_of_message on outbox_mail ((rows->>'message')) where rows->>'message' is not null;
create index outbox_mail_of_ticket on outbox_mail ((rows->>'ticket')) where template in ('receipt', 'team-new-ticket');
`

const addresses = `
create table mail_address (
  address text primary key,
  bounces int not null default 0,
  reason text not null default '',
  last_bounced_at timestamptz not null,
  blocked_at timestamptz
);
`

/** Read by SQL alone: tickets/take-back.ts. How a ticket stood before an answer, for as long as that can be taken back. */
const undo = `
create table answer_undo (
  message_id uuid primary key constraint answer_undo_message_id_foreign references message on delete cascade,
  before jsonb not null,
  created_at timestamptz not null
);
create index answer_undo_created_at_index on answer_undo (created_at);
`
