// Environment → one frozen, checked object. The only file that reads process.env. What admins changed since is laid over it
// by settings/present.ts.
import { createPrivateKey, randomBytes } from 'node:crypto'
import { accessSync, constants, existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { extname, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { z } from 'zod'
import { isLoopback, isPrivateName } from './lib/local-address.ts'
import {
  address,
  domains,
  type Listener,
  listener,
  mailbox,
  oneOf,
  origin,
  proxies,
  text,
  timezone,
  url,
  urls,
  whole,
  yesOrNo,
} from './lib/settings.ts'
import { Trouble } from './lib/trouble.ts'
import {
  type Adjusted,
  adjustable,
  adjustableIn,
  adjusted,
  isAllowed,
  type Texts,
  variables,
} from './settings/adjustable.ts'

const SECRET_FILE = 'session-secret' // in DATA_DIR
const MAX_LOGO_BYTES = 8192 // it travels inside every page

/** Every setting there is. Unset and empty are the same. */
const settings = z.object({
  NODE_ENV: oneOf('production', 'development', 'test').default('development'),
  PORT: whole(0, 65535).default(3000),
  HOST: text('a host name or address', value => !/[\s/]/.test(value)).default('127.0.0.1'),
  BASE_URL: origin.optional(),
  EXPOSE_DEVELOPMENT: yesOrNo.default(false),
  DATABASE_URL: url(
    'a PostgreSQL address, such as postgresql://user:password@host/database',
    'postgres:',
    'postgresql:',
  ).optional(),
  DATABASE_REPLICA_URL: urls(
    'PostgreSQL addresses with commas between, such as postgresql://user:password@standby/database',
    'postgres:',
    'postgresql:',
  ).default([]),
  REPLICA_LAG_SECONDS: whole(1, 3600).default(5),
  DATA_DIR: text('a folder').default('./var'),
  STORAGE_URL: url('file:///folder or s3://bucket?endpoint=https://host', 'file:', 's3:').optional(),
  SMTP_URL: url('a mail server, such as smtp://user:password@host:587', 'smtp:', 'smtps:').optional(),
  MAIL_FROM: mailbox.optional(),
  SUPPORT_ADDRESS: address.optional(),
  REPLY_TAGS: yesOrNo.default(true),
  IMAP_URL: url('a mailbox, such as imaps://user:password@host', 'imap:', 'imaps:')
    .refine(isDecodable, 'a mailbox in whose user and password each % is written as %25')
    .optional(),
  IMAP_ACCESS_TOKEN: text('one word', value => !/\s/.test(value)).optional(),
  IMAP_ACCESS_TOKEN_FILE: text('a readable file', isReadable).optional(),
  SMTP_LISTEN: listener.optional(),
  MAX_MAIL_MB: whole(1, 200).default(25),
  MAIL_AUTH: oneOf('enforce', 'off').optional(),
  MAIL_AUTHSERV_ID: text('one word', value => !/\s/.test(value)).optional(),
  MAIL_ARC_TRUST: domains.default([]),
  DKIM_DOMAIN: text('a domain', value => /^[\w.-]+$/.test(value)).optional(),
  DKIM_SELECTOR: text('one word', value => /^[\w.-]+$/.test(value)).optional(),
  DKIM_KEY_FILE: text('a readable file with an RSA private key in PEM', isKeyFile)
    .transform(path => readFileSync(path, 'utf8'))
    .optional(),
  SESSION_SECRET: text('at least 32 characters', value => value.length >= 32).optional(),
  TRUST_PROXY: proxies.default(false),
  BRAND_LOGO: text('an SVG, PNG or WebP file of at most 8 KB', isLogo).transform(dataUrl).optional(),
  DEFAULT_TIMEZONE: timezone.optional(),
  WEBHOOKS_LOCAL: yesOrNo.default(false),
  CLAMD_URL: url('tcp://host:3310 or unix:/path/of/socket', 'tcp:', 'unix:').optional(),
  LOG_LEVEL: oneOf('fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent').optional(),
  ...adjustable.shape,
})
type Settings = z.infer<typeof settings>

const requiredInProduction = ['SESSION_SECRET', 'BASE_URL', 'DATABASE_URL', 'SMTP_URL', 'MAIL_FROM'] as const
const developmentListener: Listener = { protocol: 'smtp', host: '127.0.0.1', port: 2525, path: null }
const dkimSettings = ['DKIM_DOMAIN', 'DKIM_SELECTOR', 'DKIM_KEY_FILE'] as const
const logoTypes: Record<string, string> = { '.svg': 'image/svg+xml', '.png': 'image/png', '.webp': 'image/webp' }

/** What an operator has to put right: one line a mistake. */
export class ConfigError extends Trouble {
  constructor(readonly lines: readonly string[]) {
    super(lines.join('\n'))
  }
}

/** All settings, as they are at one moment. */
export interface Config extends Readonly<ReturnType<typeof complete>> {}
/** Those that only the environment sets: whoever keeps them keeps nothing that changes. */
export type Environment = Omit<Config, keyof Adjusted>

/** Reads and checks all settings; throws `ConfigError` with every mistake at once. In development makes the secret. */
export function loadConfig(env: Record<string, string | undefined> = process.env): Config {
  const given = Object.fromEntries(
    Object.entries(env).filter(([name, value]) => name in settings.shape && value?.trim()),
  )
  const parsed = settings.safeParse(given)
  const lines = parsed.error?.issues.map(issue => `${issue.path.join('.')} must be ${issue.message}.`) ?? []
  lines.push(...missing(given), ...(parsed.success ? [...exposed(parsed.data), ...tooLocal(parsed.data)] : []))
  if (!parsed.success || lines.length > 0) throw new ConfigError(lines)
  return Object.freeze(complete(parsed.data, adjustableIn(given), secretFiles(given)))
}

/**
 * The settings with what admins chose laid under what the environment says. What no setting may be (any more) counts as
 * not chosen, so that no row of a table stops a process.
 */
export function withChosen(config: Config, chosen: Texts, given: Texts = config.given): Config {
  const allowed = Object.entries(chosen).filter(([name, value]) =>
    variables.some(each => each === name && isAllowed(each, value)),
  )
  const now = adjustable.parse({ ...Object.fromEntries(allowed), ...given })
  return Object.freeze({ ...config, ...adjusted(now, config) })
}

function missing(given: Record<string, unknown>): string[] {
  const production = given.NODE_ENV === 'production' ? requiredInProduction.filter(name => !given[name]) : []
  const dkim = dkimSettings.some(name => given[name]) ? dkimSettings.filter(name => !given[name]) : []
  return [
    ...production.map(name => `${name} must be set when NODE_ENV=production.`),
    ...dkim.map(name => `${name} must be set as well: ${dkimSettings.join(', ')} go together.`),
    ...missingOfImap(given),
  ]
}

/** Development shows an admin's password and every mail, so nobody but its developer may reach it by mistake. */
function exposed({ NODE_ENV, EXPOSE_DEVELOPMENT, HOST, BASE_URL }: Settings): string[] {
  if (NODE_ENV === 'production' || EXPOSE_DEVELOPMENT) return []
  const base = BASE_URL ? new URL(BASE_URL) : null
  const isPublic =
    base !== null && (!isPrivateName(base.hostname) || (base.protocol === 'https:' && !isLoopback(base.hostname)))
  const why =
    'in development, where everybody knows the passwords of the example people and reads all mails. ' +
    'Set NODE_ENV=production, or EXPOSE_DEVELOPMENT=true where only people whom you trust can reach it (such as in a container).'
  return [
    ...(isLoopback(HOST) ? [] : [`HOST must be an address of this machine alone, such as 127.0.0.1, ${why}`]),
    ...(isPublic ? [`BASE_URL must be a private address, such as http://localhost:3000, ${why}`] : []),
  ]
}

/** In production webhooks would reach for what stands behind the firewall. */
function tooLocal({ NODE_ENV, WEBHOOKS_LOCAL }: Settings): string[] {
  return NODE_ENV === 'production' && WEBHOOKS_LOCAL
    ? ['WEBHOOKS_LOCAL must not be true when NODE_ENV=production.']
    : []
}

/** A mailbox without a name or a key to it would be asked in vain for ever. */
function missingOfImap({ IMAP_URL, IMAP_ACCESS_TOKEN, IMAP_ACCESS_TOKEN_FILE }: Record<string, unknown>): string[] {
  if (typeof IMAP_URL !== 'string' || !/^imaps?:/.test(IMAP_URL) || !URL.canParse(IMAP_URL)) return []
  const { username, password, searchParams } = new URL(IMAP_URL)
  const isOAuth = searchParams.get('auth') === 'oauth2'
  const isComplete = username && (isOAuth ? IMAP_ACCESS_TOKEN || IMAP_ACCESS_TOKEN_FILE : password)
  if (isComplete) return []
  if (isOAuth)
    return ['IMAP_ACCESS_TOKEN or IMAP_ACCESS_TOKEN_FILE must be set as well, and IMAP_URL must name the user.']
  return ['IMAP_URL must name user and password, or the user and ?auth=oauth2.']
}

function complete(s: Settings, given: Texts, keyFiles: readonly string[]) {
  const production = s.NODE_ENV === 'production'
  const dataDir = resolve(s.DATA_DIR)
  const mailFrom = s.MAIL_FROM ?? { name: '', address: 'support@plaindesk.example' }
  const supportAddress = s.SUPPORT_ADDRESS ?? mailFrom.address
  return {
    ...adjusted(s, { production, supportAddress }),
    /** What the environment says of settings that admins may change otherwise. */
    given,
    production,
    port: s.PORT,
    host: s.HOST,
    /** Without a trailing slash. */
    baseUrl: s.BASE_URL ?? `http://localhost:${s.PORT}`,
    /** Null = embedded PostgreSQL under `dataDir`. */
    databaseUrl: s.DATABASE_URL ?? null,
    /** Standbys of it, from which queries may read. */
    databaseReplicaUrls: s.DATABASE_REPLICA_URL,
    /** One that is further behind is not read from. */
    replicaLagSeconds: s.REPLICA_LAG_SECONDS,
    dataDir,
    storageUrl: s.STORAGE_URL ?? pathToFileURL(join(dataDir, 'files')).href,
    /** Null = mails are kept and shown at /dev/mail. */
    smtpUrl: s.SMTP_URL ?? null,
    /** Without a name of its own, that of the brand. */
    mailFrom,
    supportAddress,
    /** Whether replies go to `support+tag@`, for which the mail server has to know "subaddresses" (RFC 5233). */
    replyTags: s.REPLY_TAGS,
    sessionSecret: s.SESSION_SECRET ?? ownSecret(dataDir),
    /** Files that nobody else on the machine should read. */
    secretFiles: s.SESSION_SECRET ? keyFiles : [join(dataDir, SECRET_FILE), ...keyFiles],
    trustProxy: s.TRUST_PROXY,
    /** A `data:` address, so that no page needs one request more. */
    brandLogo: s.BRAND_LOGO ?? null,
    defaultTimezone: s.DEFAULT_TIMEZONE ?? Intl.DateTimeFormat().resolvedOptions().timeZone,
    clamdUrl: s.CLAMD_URL ?? null,
    /** Whether webhooks may go to private addresses and over plain HTTP. */
    webhooksLocal: s.WEBHOOKS_LOCAL,
    dkim:
      s.DKIM_DOMAIN && s.DKIM_SELECTOR && s.DKIM_KEY_FILE
        ? { domain: s.DKIM_DOMAIN, selector: s.DKIM_SELECTOR, privateKey: s.DKIM_KEY_FILE }
        : null,
    mailAuth: s.MAIL_AUTH ?? (production ? 'enforce' : 'off'),
    mailAuthservId: s.MAIL_AUTHSERV_ID ?? null,
    /** Forwarders whose ARC seal counts as proof. */
    mailArcTrust: s.MAIL_ARC_TRUST,
    imapUrl: s.IMAP_URL ?? null,
    imapAccessToken: s.IMAP_ACCESS_TOKEN ?? null,
    /** Read again at each log-in, because tokens last an hour and whatever renews them writes it. */
    imapAccessTokenFile: s.IMAP_ACCESS_TOKEN_FILE ?? null,
    smtpListen: s.SMTP_LISTEN === undefined && !production ? developmentListener : (s.SMTP_LISTEN ?? null),
    /** What is larger is not taken in by mail. */
    maxMailMb: s.MAX_MAIL_MB,
    // In development the few lines that `npm start` prints should stay readable.
    logLevel: s.LOG_LEVEL ?? (production ? 'info' : 'warn'),
  }
}

const secretFiles = ({ DKIM_KEY_FILE, IMAP_ACCESS_TOKEN_FILE }: Record<string, string | undefined>): string[] =>
  [DKIM_KEY_FILE, IMAP_ACCESS_TOKEN_FILE].filter(path => path !== undefined)

/** The secret of a development machine: the one that lies in DATA_DIR, or a new one. */
function ownSecret(dataDir: string): string {
  const path = join(dataDir, SECRET_FILE)
  try {
    mkdirSync(dataDir, { recursive: true })
    if (!existsSync(path)) makeSecret(path)
    return readFileSync(path, 'utf8').trim()
  } catch (error) {
    throw new ConfigError([`DATA_DIR must be a folder that can be written to (${messageOf(error)}).`])
  }
}

/** Linked into place, so that it is whole or not there, and two processes that start at once agree on one. */
function makeSecret(path: string): void {
  const draft = `${path}.${process.pid}`
  writeFileSync(draft, randomBytes(32).toString('base64url'), { mode: 0o600 })
  try {
    linkSync(draft, path)
  } catch (error) {
    if (!existsSync(path)) throw error
  } finally {
    rmSync(draft)
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

function isDecodable(address: string): boolean {
  try {
    return Boolean(decodeURIComponent(address))
  } catch {
    return false
  }
}

function isReadable(path: string): boolean {
  try {
    accessSync(path, constants.R_OK)
    return true
  } catch {
    return false
  }
}

function isKeyFile(path: string): boolean {
  try {
    return createPrivateKey(readFileSync(path)).asymmetricKeyType === 'rsa' // nodemailer signs with no other
  } catch {
    return false
  }
}

function isLogo(path: string): boolean {
  try {
    return extname(path) in logoTypes && readFileSync(path).length <= MAX_LOGO_BYTES
  } catch {
    return false
  }
}

function dataUrl(path: string): string {
  return `data:${logoTypes[extname(path)]};base64,${readFileSync(path, 'base64')}`
}
