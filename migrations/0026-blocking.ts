import { Migration } from '@mikro-orm/migrations'

/** Blocked senders, and spam that was in the queue before. What nobody has to decide does not stand in the way of the rest. */
export default class Blocking extends Migration {
  override up(): void {
    this.addSql(`
      alter type hold add value 'BLOCKED';
      alter type ticket_event_type add value 'SPAM';
      alter type admin_event_type add value 'SENDER_BLOCKED';
      alter type admin_event_type add value 'SENDER_UNBLOCKED';

      create table blocked_sender (
        id uuid primary key,
        sender text not null constraint blocked_sender_sender_unique unique,
        reason text not null default '',
        blocked_at timestamptz not null,
        blocked_by_id uuid constraint blocked_sender_blocked_by_id_foreign references person on delete set null
      );
      create index blocked_sender_newest on blocked_sender (blocked_at desc, id desc);
      create index blocked_sender_blocked_by_id_index on blocked_sender (blocked_by_id);

      create index ticket_to_release on ticket (created_at, id) where hold in ('RATE', 'HONEYPOT', 'TOO_FAST');
      create index ticket_put_aside on ticket (hold, touched_at desc, id desc) where hold is not null;
      create index incoming_mail_to_decide on incoming_mail (received_at desc, id desc)
        where outcome in ('HELD', 'UNREADABLE') and reason is distinct from 'BLOCKED';
      create index incoming_mail_blocked on incoming_mail (received_at desc, id desc) where reason = 'BLOCKED';
    `)
  }
}
