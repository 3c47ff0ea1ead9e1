// What MikroORM has to know of the database, whichever it is: the entities, and what besides them lives there.
import 'reflect-metadata' // type-graphql's decorators on the entities need it
import { fileURLToPath } from 'node:url'
import { defineConfig } from '@mikro-orm/postgresql'
import { BulkChange } from './src/desk/bulk-change.ts'
import { BulkChangeTicket } from './src/desk/bulk-change-ticket.ts'
import { CannedText } from './src/desk/canned-text.ts'
import { SavedView } from './src/desk/saved-view.ts'
import { Mailbox } from './src/inbox/doors/mailbox.ts'
import { IncomingMail } from './src/inbox/incoming-mail.ts'
import { ParticipantProposal } from './src/inbox/participant-proposal.ts'
import { ApiToken } from './src/integrations/api-token.ts'
import { Webhook } from './src/integrations/webhook.ts'
import { WebhookDelivery } from './src/integrations/webhook-delivery.ts'
import { Membership } from './src/list/membership.ts'
import { MailAddress } from './src/outbox/mail-address.ts'
import { OutboxMail } from './src/outbox/outbox-mail.ts'
import { AdminEvent } from './src/people/admin-event.ts'
import { Agreement } from './src/people/agreement.ts'
import { BlockedSender } from './src/people/blocked-sender.ts'
import { OneTimeLink } from './src/people/one-time-link.ts'
import { Organization } from './src/people/organization.ts'
import { OrganizationDomain } from './src/people/organization-domain.ts'
import { PersonAddress } from './src/people/person-address.ts'
import { SecondFactor } from './src/people/second-factor.ts'
import { User } from './src/people/user.ts'
import { Setting } from './src/settings/setting.ts'
import { Attachment } from './src/tickets/attachment.ts'
import { Category } from './src/tickets/category.ts'
import { Draft } from './src/tickets/draft.ts'
import { Message } from './src/tickets/message.ts'
import { Rating } from './src/tickets/rating.ts'
import { Ticket } from './src/tickets/ticket.ts'
import { TicketEvent } from './src/tickets/ticket-event.ts'
import { TicketLink } from './src/tickets/ticket-link.ts'
import { TicketMerge } from './src/tickets/ticket-merge.ts'
import { TicketSplit } from './src/tickets/ticket-split.ts'

export const migrationsFolder = fileURLToPath(new URL('./migrations', import.meta.url))

export default defineConfig({
  entities: [
    AdminEvent,
    Agreement,
    ApiToken,
    Attachment,
    BlockedSender,
    BulkChange,
    BulkChangeTicket,
    CannedText,
    Category,
    Draft,
    IncomingMail,
    MailAddress,
    Mailbox,
    Membership,
    Message,
    OneTimeLink,
    Organization,
    OrganizationDomain,
    OutboxMail,
    ParticipantProposal,
    PersonAddress,
    Rating,
    SavedView,
    SecondFactor,
    Setting,
    Ticket,
    TicketEvent,
    TicketLink,
    TicketMerge,
    TicketSplit,
    User,
    Webhook,
    WebhookDelivery,
  ],
  // What the migrations make besides: tables that only SQL reads, search columns and triggers, the job queue's schema.
  schemaGenerator: {
    ignoreSchema: ['graphile_worker'],
    skipTables: [
      'session',
      'idempotency_key',
      'rate_limit',
      'ticket_participant',
      'answer_undo',
      'ticket_look',
      'change_number',
      'imported',
      'import_progress',
      'own_write',
    ],
    ignoreTriggers: true,
    ignoreRoutines: true,
  },
  // Each migration is a transaction of its own: together they would keep everybody from a table until the last one is done.
  migrations: { path: migrationsFolder, glob: '*.ts', snapshot: false, allOrNothing: false },
  // With the default, what a refused mutation had already changed would be written before the next query.
  flushMode: 'commit',
})
