import { Migration } from '@mikro-orm/migrations'

/** The ledger of incoming mail, and what a message keeps of the mail it came by. */
export default class Mail extends Migration {
  override up(): void {
    this.addSql(ledger)
    this.addSql(messages)
    this.addSql(proposals)
  }
}

const ledger = `
create type mail_door as enum ('SMTP', 'LMTP', 'IMAP', 'COMMAND');
create type mail_outcome as enum ('APPENDED', 'CREATED', 'FOLLOWED_UP', 'HELD', 'REFUSED', 'DUPLICATE', 'AUTOMATIC', 'BOUNCE', 'LOOP', 'UNREADABLE');
create type mail_proof as enum ('AUTHENTICATED', 'NONE', 'UNKNOWN', 'AGENT');
create type mail_match as enum ('REFERENCE', 'ADDRESS', 'NUMBER', 'AGENT');

create table incoming_mail (
  id uuid primary key,
  door mail_door not null,
  envelope jsonb not null,
  received_at timestamptz not null,
  size int not null,
  sha256 text not null,
  storage_key text,
  identity text constraint incoming_mail_identity_unique unique,
  message_id text,
  from_address text,
  from_name text not null default '',
  reply_to text,
  subject text not null default '',
  excerpt text not null default '',
  kind text,
  outcome mail_outcome,
  reason text,
  verdict jsonb,
  proof mail_proof,
  match mail_match,
  ticket_id uuid constraint incoming_mail_ticket_id_foreign references ticket on delete set null,
  accepted_by_id uuid constraint incoming_mail_accepted_by_id_foreign references person on delete set null,
  chosen_ticket_id uuid constraint incoming_mail_chosen_ticket_id_foreign references ticket on delete set null,
  attempts int not null,
  last_error text,
  handled_at timestamptz,
  constraint incoming_mail_check check ((outcome is null) = (handled_at is null))
);
create index incoming_mail_received on incoming_mail (received_at desc, id desc);
create index incoming_mail_waiting on incoming_mail (received_at, id) where outcome is null;
create index incoming_mail_held on incoming_mail (received_at desc, id desc) where outcome in ('HELD', 'UNREADABLE');
create index incoming_mail_of_sender on incoming_mail (from_address, received_at desc);
create index incoming_mail_storage_key_index on incoming_mail (storage_key);
create index incoming_mail_ticket_id_index on incoming_mail (ticket_id);
create index incoming_mail_accepted_by_id_index on incoming_mail (accepted_by_id);
create index incoming_mail_chosen_ticket_id_index on incoming_mail (chosen_ticket_id);
create index incoming_mail_words on incoming_mail using gin (to_tsvector('simple', subject || ' ' || from_name || ' ' || translate(coalesce(from_address, ''), '@.-_+', '     ')));
`

const messages = `
alter table message add column mail_id uuid constraint message_mail_id_unique unique;
alter table message add column folded text not null default '';
alter table message add column html_part text;
alter table message add column is_automatic boolean not null default false;
alter table attachment add column cid text;
alter table attachment add column is_decoration boolean not null default false;
alter type ticket_event_type add value 'MOVED';

-- A message that moves takes its words along.
create or replace function search_of_message() returns trigger
  language plpgsql as $$
  begin
    if tg_op = 'INSERT' then
      perform search_add(new.ticket_id, new.visibility, search_words(new.text));
    else
      perform search_rebuild(old.ticket_id);
      if tg_op = 'UPDATE' and new.ticket_id <> old.ticket_id then
        perform search_rebuild(new.ticket_id);
      end if;
    end if;
    return null;
  end $$;
drop trigger search_of_changed_message on message;
create trigger search_of_changed_message after update of text, visibility, ticket_id on message
  for each row when ((old.text, old.visibility, old.ticket_id) is distinct from (new.text, new.visibility, new.ticket_id))
  execute function search_of_message();
`

const proposals = `
create table participant_proposal (
  id uuid primary key,
  ticket_id uuid not null constraint participant_proposal_ticket_id_foreign references ticket on delete cascade,
  address text not null,
  name text not null default '',
  proposed_by_id uuid constraint participant_proposal_proposed_by_id_foreign references person on delete set null,
  created_at timestamptz not null,
  decided_at timestamptz,
  decided_by_id uuid constraint participant_proposal_decided_by_id_foreign references person on delete set null,
  accepted boolean,
  constraint participant_proposal_check check ((accepted is null) = (decided_at is null)),
  constraint participant_proposal_ticket_id_address_unique unique (ticket_id, address)
);
create index participant_proposal_proposed_by_id_index on participant_proposal (proposed_by_id);
create index participant_proposal_decided_by_id_index on participant_proposal (decided_by_id);
`
