// The outbox on a database of its own, without pages and worker: a test writes rows, has a mail sent, and reads it.
import { Readable } from 'node:stream'
import type { EntityManager, MikroORM } from '@mikro-orm/postgresql'
import { afterAll, inject } from 'vitest'
import { type Config, loadConfig } from '../../src/config.ts'
import { openOrm } from '../../src/database/orm.ts'
import { ScanResult } from '../../src/files/stored-file.ts'
import type { Language } from '../../src/i18n/language.ts'
import { newId } from '../../src/lib/ids.ts'
import { Door, Membership } from '../../src/list/membership.ts'
import { createLog } from '../../src/log.ts'
import { letterWriters } from '../../src/mails.ts'
import { enqueueMail } from '../../src/outbox/enqueue.ts'
import { type Files, openOutbox } from '../../src/outbox/outbox.ts'
import { type MailRows, type MailTemplate, OutboxMail } from '../../src/outbox/outbox-mail.ts'
import { sendMail } from '../../src/outbox/send-mail.job.ts'
import { type LinkKind, OneTimeLink } from '../../src/people/one-time-link.ts'
import { Role, User } from '../../src/people/user.ts'
import { Attachment } from '../../src/tickets/attachment.ts'
import { Ticket } from '../../src/tickets/ticket.ts'
import { Channel } from '../../src/tickets/vocabulary.ts'
import { cloneDatabase } from '../kit/database.ts'
import { newFolder } from '../kit/folder.ts'
import { type Mail, Mailbox } from '../kit/mailbox.ts'

export interface PostOffice {
  config: Config
  orm: MikroORM
  mailbox: Mailbox
  sql(text: string, values?: unknown[]): Promise<Record<string, unknown>[]>
  em(): EntityManager
  /** Saves rows and gives them back. */
  save<T extends object>(row: T): Promise<T>
  person(
    details?: Partial<Pick<User, 'name' | 'language' | 'timezone' | 'role'>> & {
      isContact?: boolean
      isMember?: boolean
    },
  ): Promise<User>
  /** A ticket of somebody, with a first message and a file. */
  ticket(requester: User, details?: { subject?: string; text?: string; proven?: boolean }): Promise<Ticket>
  link(kind: LinkKind, user: User, own?: Partial<OneTimeLink>): Promise<OneTimeLink>
  enqueue(
    template: MailTemplate,
    recipient: User | { address: string; language: Language },
    rows?: MailRows,
  ): Promise<OutboxMail>
  /** Runs the job once. */
  send(mail: OutboxMail, isLastTry?: boolean): Promise<void>
  /** Enqueues, sends, and gives back what the mail server got. */
  mail(
    template: MailTemplate,
    recipient: User | { address: string; language: Language },
    rows?: MailRows,
  ): Promise<Mail>
  row(mail: OutboxMail): Promise<OutboxMail>
}

/** Opens one; `own` are settings as in the environment. It ends by itself after the file's last test. */
export async function postOffice(own: Record<string, string> = {}): Promise<PostOffice> {
  const { server, template } = inject('ground')
  const [database, mailbox] = await Promise.all([cloneDatabase(server, template), Mailbox.open()])
  const config = loadConfig({
    NODE_ENV: 'test',
    DATA_DIR: newFolder('outbox'),
    BASE_URL: 'https://desk.example',
    EXPOSE_DEVELOPMENT: 'true',
    MAIL_FROM: 'help@help.example',
    BRAND_NAME: 'Nordlicht',
    SALES_CONTACT: 'sales@help.example',
    DEFAULT_TIMEZONE: 'Europe/Berlin',
    IMPRINT_URL: 'https://www.example/imprint',
    PRIVACY_URL: 'https://www.example/privacy',
    LOG_LEVEL: 'silent',
    SMTP_URL: mailbox.url,
    ...own,
  })
  const orm = await openOrm(database.url, createLog(config), { name: 'outbox test', connections: 4 })
  const outbox = openOutbox({ current: config }, letterWriters, fileStore)
  afterAll(async () => {
    outbox.close()
    await orm.close()
    await Promise.all([database.drop(), mailbox.close()])
  })

  const em = () => orm.em.fork()
  async function save<T extends object>(row: T): Promise<T> {
    await em().persist(row).flush()
    return row
  }

  let people = 0
  const office: PostOffice = {
    config,
    orm,
    mailbox,
    sql: database.sql,
    em,
    save,
    async person({ isContact = false, isMember = false, ...details } = {}) {
      const user = Object.assign(new User(`person${++people}@acme.example`, 'Ann Berger', new Date()), details)
      if (!isContact) user.confirmedAt = new Date()
      await save(user)
      if (isMember) {
        const membership = new Membership(user, Door.INVITATION, new Date())
        membership.confirm(new Date())
        await save(membership)
      }
      return user
    },
    async ticket(
      requester,
      { subject = 'The printer prints half pages', text = 'Since yesterday.\n\n> odd', proven = true } = {},
    ) {
      const ticket = Ticket.open(requester, subject, text, { channel: Channel.WEB, now: new Date(), proven })
      const first = ticket.messages.getItems()[0]!
      first.attachments.add(file('page.pdf'))
      return save(ticket)
    },
    link: (kind, user, details = {}) => save(Object.assign(new OneTimeLink(kind, user, config, new Date()), details)),
    enqueue: (name, recipient, rows = {}) =>
      em().transactional(inner => enqueueMail(inner, name, recipient, rows, new Date())),
    send: (mail, isLastTry = false) => sendMail(em(), outbox, mail.id, new Date(), isLastTry),
    async mail(name, recipient, rows) {
      const before = mailbox.all.length
      const mail = await office.enqueue(name, recipient, rows)
      await office.send(mail)
      const sent = mailbox.all.slice(before)
      if (sent.length !== 1) throw new Error(`${name}: ${sent.length} mails; ${(await office.row(mail)).state}`)
      return sent[0]!
    },
    row: mail => em().findOneOrFail(OutboxMail, mail.id),
  }
  return office
}

export function file(filename: string): Attachment {
  const stored = {
    filename,
    contentType: 'application/pdf',
    size: 1_500_000,
    sha256: '0'.repeat(64),
    storageKey: newId(),
    scan: ScanResult.CLEAN,
  }
  return new Attachment(null, stored, new Date())
}

/** Holds every file there could be, all with the same words in it. */
export const fileStore: Files = { read: async () => Readable.from([Buffer.from('What is in the file')]) }

export const agent = { name: 'Dana Weber', role: Role.AGENT }
