import { ImapFlow } from 'imapflow'
import { createTransport } from 'nodemailer'
import type { Config } from '../config.ts'
import { imapAccount } from '../inbox/doors/imap-account.ts'
import { troubleOf, wordsOf as wordsOfMailbox } from '../inbox/doors/mailbox-trouble.ts'
import { wordsOf } from '../lib/error-words.ts'
import { type Finding, fail, none, ok } from './finding.ts'

const PATIENCE_MS = 10_000
const patience = { connectionTimeout: PATIENCE_MS, greetingTimeout: PATIENCE_MS, socketTimeout: PATIENCE_MS }

/** Logs in to the mail server; sends nothing. */
export async function smtp({ smtpUrl }: Pick<Config, 'smtpUrl'>): Promise<Finding> {
  if (smtpUrl === null) return none('SMTP_URL is not set: mails are kept and shown at /dev/mail')
  const { host, username } = new URL(smtpUrl)
  const server = createTransport({ url: smtpUrl, ...patience })
  try {
    await server.verify()
    return ok(
      `${host} answers${username ? ` and takes the log-in of ${decodeURIComponent(username)}` : ', without a log-in'}`,
    )
  } catch (error) {
    return fail(`${host}: ${wordsOf(error)}. Check SMTP_URL; mails wait meanwhile, and none is lost.`)
  } finally {
    server.close()
  }
}

/** Logs in to the mailbox and opens its folder; takes nothing. */
export async function imap(config: Config): Promise<Finding> {
  const account = imapAccount(config)
  if (!account) return none('IMAP_URL is not set')
  let client: ImapFlow | null = null
  try {
    client = new ImapFlow({
      ...(await account.options()),
      logger: false,
      connectionTimeout: PATIENCE_MS,
      greetingTimeout: PATIENCE_MS,
    })
    client.on('error', () => {}) // whatever is awaited fails with it
    await client.connect()
    const { readOnly, exists } = await client.mailboxOpen(account.folder.split('/'))
    if (readOnly) return fail(`${account.name} may only be read. Give its user the right to move mails.`)
    return ok(`${account.name} is open, ${exists} mails lie in it`)
  } catch (error) {
    return fail(`${account.name} (${troubleOf(error)}): ${wordsOfMailbox(error)}. Check IMAP_URL.`)
  } finally {
    await client?.logout().catch(() => client?.close())
  }
}
