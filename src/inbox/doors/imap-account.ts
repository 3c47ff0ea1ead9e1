// The mailbox of IMAP_URL: `imaps://user:password@host:port/Folder`, or with an access token `imaps://user@host?auth=oauth2`.
import { readFile } from 'node:fs/promises'
import type { ImapFlowOptions } from 'imapflow'
import type { Config } from '../../config.ts'

export interface ImapAccount {
  /** Host and user, without the password: what people and figures call it. */
  name: string
  folder: string
  /** How to connect, as it is now: an access token that was renewed in its file is the new one. */
  options(): Promise<ImapFlowOptions>
}

type Settings = Pick<Config, 'imapUrl' | 'imapAccessToken' | 'imapAccessTokenFile'>

/** Null where no mailbox is set. */
export function imapAccount({ imapUrl, imapAccessToken, imapAccessTokenFile }: Settings): ImapAccount | null {
  if (imapUrl === null) return null
  const url = new URL(imapUrl)
  const isSecure = url.protocol === 'imaps:'
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const user = decodeURIComponent(url.username)
  const folder = decodeURIComponent(url.pathname.slice(1)) || 'INBOX'
  const token = async () => imapAccessToken ?? (await readFile(imapAccessTokenFile ?? '', 'utf8')).trim()
  const isOAuth = url.searchParams.get('auth') === 'oauth2'
  return {
    name: `${host}/${user}${folder.toUpperCase() === 'INBOX' ? '' : `/${folder}`}`,
    folder,
    options: async () => ({
      host,
      port: Number(url.port) || (isSecure ? 993 : 143),
      secure: isSecure,
      ...(isSecure ? {} : startTls(host)),
      auth: { user, ...(isOAuth ? { accessToken: await token() } : { pass: decodeURIComponent(url.password) }) },
    }),
  }
}

/** A password leaves this machine only after STARTTLS; within it, a server's home-made certificate will do. */
const startTls = (host: string): ImapFlowOptions =>
  isLoopback(host) ? { tls: { rejectUnauthorized: false } } : { doSTARTTLS: true }

const isLoopback = (host: string): boolean => /^(localhost|127(\.\d+){3}|::1)$/.test(host)
