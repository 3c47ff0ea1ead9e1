import { generateKeyPairSync } from 'node:crypto'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { ConfigError, loadConfig } from '../../src/config.ts'
import { newFolder } from '../kit/folder.ts'

const dataDir = newFolder('config')

const load = (env: Record<string, string> = {}) => loadConfig({ DATA_DIR: dataDir, ...env })
const production = {
  NODE_ENV: 'production',
  SESSION_SECRET: 'x'.repeat(32),
  BASE_URL: 'https://help.example.com/',
  DATABASE_URL: 'postgresql://localhost/plaindesk',
  SMTP_URL: 'smtp://localhost',
  MAIL_FROM: 'Help <help@example.com>',
}

function mistakes(env: Record<string, string>): readonly string[] {
  try {
    load(env)
    return []
  } catch (error) {
    if (error instanceof ConfigError) return error.lines
    throw error
  }
}

test('§7: in development every setting has a default', () => {
  const config = load()
  expect(config).toMatchObject({
    production: false,
    port: 3000,
    host: '127.0.0.1',
    baseUrl: 'http://localhost:3000',
    databaseUrl: null,
    smtpUrl: null,
    invite: 'subscribers',
    requireAgreement: false,
    autoCloseDays: 21,
    maxUploadMb: 25,
    maxFiles: 10,
    maxTotalMb: 50,
    formLimit: 5,
    formMinSeconds: 0,
    mailAuth: 'off',
    smtpListen: { protocol: 'smtp', host: '127.0.0.1', port: 2525, path: null },
    maxMailMb: 25,
  })
  expect(config.supportContact).toBe(config.mailFrom.address)
  expect(Object.isFrozen(config)).toBe(true)
})

test('§7: the secret of development is made once, and only its owner may read it (ASVS 13.3.2)', () => {
  expect(load().sessionSecret).toBe(load().sessionSecret)
  expect(load().sessionSecret.length).toBeGreaterThanOrEqual(32)
  expect(statSync(join(dataDir, 'session-secret')).mode & 0o777).toBe(0o600)
})

test('§7: production says each thing that it needs', () => {
  const lines = mistakes({ NODE_ENV: 'production' })
  expect(lines).toHaveLength(5)
  for (const name of ['SESSION_SECRET', 'BASE_URL', 'DATABASE_URL', 'SMTP_URL', 'MAIL_FROM'])
    expect(lines.filter(line => line.startsWith(`${name} must be set`))).toHaveLength(1)
  expect(load(production)).toMatchObject({
    production: true,
    baseUrl: 'https://help.example.com',
    mailFrom: { name: 'Help', address: 'help@example.com' },
    formMinSeconds: 3,
    mailAuth: 'enforce',
    smtpListen: null,
  })
})

describe.each([
  ['NODE_ENV', 'prod'],
  ['PORT', '80000'],
  ['PORT', '3000x'],
  ['BASE_URL', 'https://help.example.com/desk'],
  ['BASE_URL', 'help.example.com'],
  ['EXPOSE_DEVELOPMENT', 'maybe'],
  ['DATABASE_URL', 'mysql://localhost/x'],
  ['STORAGE_URL', 'ftp://bucket'],
  ['SMTP_URL', 'localhost:25'],
  ['MAIL_FROM', 'Help <help>'],
  ['SUPPORT_ADDRESS', 'a@b, c@d'],
  ['SESSION_SECRET', 'short'],
  ['TRUST_PROXY', 'true'],
  ['DEFAULT_TIMEZONE', 'Europe/Atlantis'],
  ['REQUIRE_AGREEMENT', 'perhaps'],
  ['INVITE', 'nobody'],
  ['AUTO_CLOSE_DAYS', '0'],
  ['MAX_UPLOAD_MB', '-1'],
  ['IMPRINT_URL', 'javascript:alert(1)'],
  ['BRAND_LOGO', '/nowhere.svg'],
  ['CLAMD_URL', 'localhost'],
  ['SMTP_LISTEN', 'localhost'],
  ['SMTP_LISTEN', '127.0.0.1:70000'],
  ['SMTP_LISTEN', 'http://127.0.0.1:25'],
  ['IMAP_URL', 'https://imap.example.com'],
  ['IMAP_URL', 'imaps://help:100%@imap.example.com'],
  ['IMAP_ACCESS_TOKEN_FILE', '/nowhere/token'],
  ['MAX_MAIL_MB', '0'],
  ['LOG_LEVEL', 'loud'],
])('%s=%s', (name, value) => {
  test('§7: is told in one line that names the setting and not its value', () => {
    const lines = mistakes({ [name]: value })
    expect(lines).toHaveLength(1)
    expect(lines[0]).toMatch(new RegExp(`^${name} must be .+\\.$`))
    if (name === 'SESSION_SECRET') expect(lines[0]).not.toContain(value)
  })
})

test('§7: several mistakes are told at once, an empty setting is none', () => {
  expect(mistakes({ PORT: 'x', MAX_FILES: 'y', INVITE: '', SMTP_URL: ' ' })).toHaveLength(2)
})

describe('quality, Safety: development, with its published passwords and open mails,', () => {
  test.each<Record<string, string>>([
    { HOST: '0.0.0.0' },
    { HOST: '::' },
    { HOST: '192.168.1.20' },
    { HOST: 'desk' },
    { BASE_URL: 'http://help.example.com' },
    { BASE_URL: 'https://help.example.com' },
    { BASE_URL: 'https://desk.internal' },
    { BASE_URL: 'http://8.8.8.8:3000' },
    { BASE_URL: 'http://[2001:db8::1]' },
    { NODE_ENV: 'test', BASE_URL: 'https://help.example.com' },
  ])('does not start where others reach it: %o', env => {
    const lines = mistakes(env)
    expect(lines).toHaveLength(1)
    expect(lines[0]).toMatch(/^(HOST|BASE_URL) must be .*NODE_ENV=production.*EXPOSE_DEVELOPMENT=true/)
    expect(mistakes({ ...env, EXPOSE_DEVELOPMENT: 'true' })).toEqual([])
    expect(mistakes({ ...production, ...env, NODE_ENV: 'production' })).toEqual([])
  })

  test.each<Record<string, string>>([
    { HOST: 'localhost' },
    { HOST: '127.0.0.2' },
    { HOST: '::1' },
    { BASE_URL: 'https://localhost:8443' },
    { BASE_URL: 'http://desk.localhost' },
    { BASE_URL: 'http://[::1]:3000' },
    { BASE_URL: 'http://10.0.0.7:3000' },
    { BASE_URL: 'http://portal:3000' },
    { BASE_URL: 'http://desk.test' },
  ])('starts where they do not: %o', env => expect(mistakes(env)).toEqual([]))
})

test('§7: proxies are a number or a list of networks', () => {
  expect(load({ TRUST_PROXY: '2' }).trustProxy).toBe(2)
  expect(load({ TRUST_PROXY: '0' }).trustProxy).toBe(false)
  expect(load({ TRUST_PROXY: 'loopback, 10.0.0.0/8' }).trustProxy).toBe('loopback, 10.0.0.0/8')
})

test('§7: mail is taken at a port or a Unix socket, by SMTP or LMTP', () => {
  const at = (SMTP_LISTEN: string) => load({ SMTP_LISTEN }).smtpListen
  const smtp = { protocol: 'smtp', host: '', port: 0, path: null }
  expect(at('0.0.0.0:25')).toEqual({ ...smtp, host: '0.0.0.0', port: 25 })
  expect(at('smtp://[::1]:2525')).toEqual({ ...smtp, host: '::1', port: 2525 })
  expect(at('lmtp://127.0.0.1:24')).toEqual({ ...smtp, protocol: 'lmtp', host: '127.0.0.1', port: 24 })
  expect(at('lmtp:unix:/run/plaindesk/lmtp')).toEqual({ ...smtp, protocol: 'lmtp', path: '/run/plaindesk/lmtp' })
  expect(at('off')).toBeNull()
})

test('§7: a mailbox needs a user and a password or access token', () => {
  expect(mistakes({ IMAP_URL: 'imaps://imap.example.com' })).toHaveLength(1)
  expect(mistakes({ IMAP_URL: 'imaps://help@imap.example.com' })).toHaveLength(1)
  expect(mistakes({ IMAP_URL: 'imaps://help@imap.example.com?auth=oauth2' })).toHaveLength(1)
  expect(mistakes({ IMAP_URL: 'imaps://help:secret@imap.example.com' })).toEqual([])
  expect(mistakes({ IMAP_URL: 'imaps://help@imap.example.com?auth=oauth2', IMAP_ACCESS_TOKEN: 'ya29' })).toEqual([])
})

test('§7: DKIM needs its three settings, and a key that is one', () => {
  const key = join(dataDir, 'dkim.pem')
  writeFileSync(
    key,
    generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey.export({ type: 'pkcs8', format: 'pem' }),
  )
  expect(mistakes({ DKIM_DOMAIN: 'example.com' })).toHaveLength(2)
  expect(
    mistakes({ DKIM_DOMAIN: 'example.com', DKIM_SELECTOR: 'a', DKIM_KEY_FILE: join(dataDir, 'session-secret') }),
  ).toHaveLength(1)
  const { dkim } = load({ DKIM_DOMAIN: 'example.com', DKIM_SELECTOR: 'a', DKIM_KEY_FILE: key })
  expect(dkim).toEqual({ domain: 'example.com', selector: 'a', privateKey: readFileSync(key, 'utf8') })
})

test('a logo travels inside the page, so it is small', () => {
  const logo = join(dataDir, 'logo.svg')
  writeFileSync(logo, '<svg xmlns="http://www.w3.org/2000/svg"/>')
  expect(load({ BRAND_LOGO: logo }).brandLogo).toMatch(/^data:image\/svg\+xml;base64,/)
  writeFileSync(logo, Buffer.alloc(9000))
  expect(mistakes({ BRAND_LOGO: logo })).toHaveLength(1)
})
