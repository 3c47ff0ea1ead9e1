// The way out: rows of the outbox become mails, mails go to the mail server.
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import type { EntityManager } from '@mikro-orm/postgresql'
import { createTransport, type SendMailOptions } from 'nodemailer'
import type { Config } from '../config.ts'
import type { FileStore } from '../files/store.ts'
import { formats } from '../i18n/format.ts'
import { translator } from '../i18n/translate.ts'
import { headersOf } from './headers.ts'
import type { LetterWriters, MailFile } from './letter.ts'
import type { OutboxMail } from './outbox-mail.ts'
import { LOGO_ID, layOut } from './render.ts'

type Attachment = NonNullable<SendMailOptions['attachments']>[number]

const SECOND = 1000
/** RFC 5321 §4.5.3.2 allows minutes; a server that is this slow is tried again later instead. */
const timeouts = { connectionTimeout: 20 * SECOND, greetingTimeout: 20 * SECOND, socketTimeout: 120 * SECOND }

/** nodemailer's own list, and what RFC 8058 wants signed as well. */
const signedHeaders =
  'From:Reply-To:To:Subject:Date:Message-ID:In-Reply-To:References:MIME-Version:Content-Type:Content-Language:' +
  'Auto-Submitted:List-Id:List-Unsubscribe:List-Unsubscribe-Post'

export interface RenderedMail {
  message: SendMailOptions & { text: string; html: string }
  /** What it told of is gone; see `Letter.isStale`. */
  isStale: boolean
}

export interface Outbox {
  readonly settings: { readonly current: Config }
  /** Whether a mail does not go for a reason of the features', such as a notice to a blocked sender. */
  isWithheld(em: EntityManager, mail: OutboxMail): Promise<boolean>
  /** Made from the rows as they are now; null where they are gone. */
  render(em: EntityManager, mail: OutboxMail, now: Date): Promise<RenderedMail | null>
  /** Resolves to the mail server's answer when it has taken the mail. Null = no mail server, mails are kept. */
  deliver: ((message: SendMailOptions) => Promise<string>) | null
  /** The mail as it travels, signature included. */
  raw(message: SendMailOptions): Promise<Buffer>
  close(): void
}

/** What the outbox needs of the file store. */
export type Files = Pick<FileStore, 'read'>

/** Opens the way out; connects when the first mail goes. Each mail is rendered by the settings of that moment. */
export function openOutbox(
  settings: Outbox['settings'],
  writers: LetterWriters,
  files: Files,
  isWithheld: Outbox['isWithheld'] = async () => false,
): Outbox {
  const config = settings.current
  const dkim = config.dkim && {
    domainName: config.dkim.domain,
    keySelector: config.dkim.selector,
    privateKey: config.dkim.privateKey,
    headerFieldNames: signedHeaders,
  }
  const defaults = { disableFileAccess: true, disableUrlAccess: true, ...(dkim ? { dkim } : {}) }
  const paper = createTransport({ streamTransport: true, newline: 'windows' }, defaults)
  // A connection that breaks off may have delivered: whether to try again is the job's decision, not the pool's.
  const server = config.smtpUrl
    ? createTransport({ url: config.smtpUrl, pool: true, maxConnections: 4, maxRequeues: 0, ...timeouts }, defaults)
    : null

  return {
    settings,
    isWithheld,
    render: (em, mail, now) => render(em, mail, now, settings.current, writers, files),
    deliver: server && (message => server.sendMail(message).then(({ response }) => response)),
    async raw(message) {
      const { message: written } = await paper.sendMail(message)
      return Buffer.isBuffer(written) ? written : buffer(written)
    },
    close: () => server?.close(),
  }
}

async function render(
  em: EntityManager,
  mail: OutboxMail,
  now: Date,
  config: Config,
  writers: LetterWriters,
  files: Files,
): Promise<RenderedMail | null> {
  const t = translator(mail.language)
  const letter = await writers[mail.template]({
    em,
    mail,
    config,
    now,
    t,
    formats: timeZone => formats(mail.language, timeZone ?? config.defaultTimezone),
    url: path => `${config.baseUrl}${path}`,
  })
  if (!letter) return null
  const enclosed = letter.files?.map(file => enclose(file, files)) ?? []
  const attachments = [...logoOf(config), ...enclosed]
  return {
    message: { ...headersOf(letter, mail, config), ...layOut(letter, mail, config, t), attachments },
    isStale: letter.isStale,
  }
}

/** BRAND_LOGO, from its `data:` address. */
function logoOf({ brandLogo }: Config): Attachment[] {
  const [, contentType = '', content = ''] = /^data:([^;]+);base64,(.*)$/.exec(brandLogo ?? '') ?? []
  const filename = `logo.${contentType.replace(/^image\/|\+xml$/g, '')}`
  return content ? [{ cid: LOGO_ID, filename, contentType, content, encoding: 'base64' }] : []
}

/** Opened when the mail server reads it: a mail that is only looked at, or dropped, opens nothing. */
function enclose({ filename, contentType, key }: MailFile, files: Files): Attachment {
  const content = Readable.from(opened(files, key), { objectMode: false })
  return { filename, contentType, content }
}

async function* opened(files: Files, key: string): AsyncGenerator<Buffer> {
  yield* await files.read(key)
}
