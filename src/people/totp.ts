// Time-based one-time passwords as authenticator apps make them: RFC 6238 with SHA-1, six digits, 30 seconds.
import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto'
import { Secret, TOTP } from 'otpauth'
import QRCode from 'qrcode'
import { deriveKey } from '../lib/keys.ts'

const STEP_SECONDS = 30
/** RFC 6238 §5.2: one step to either side, for clocks that are not quite right. */
const WINDOW = 1
/** RFC 4226 §4 R6: 160 bits. */
const SECRET_BYTES = 20
const RECOVERY_CODES = 10
/** 120 bits: nobody tries them out, not even against a stolen table of fast hashes. */
const RECOVERY_BYTES = 15

/** A new secret in base32, as it is typed into an app that cannot read the picture. */
export const newSecret = (): string => new Secret({ size: SECRET_BYTES }).base32

const totpOf = (secret: string, label = '', issuer = '') =>
  new TOTP({ secret: Secret.fromBase32(secret), algorithm: 'SHA1', digits: 6, period: STEP_SECONDS, label, issuer })

export const isCode = (typed: string): boolean => /^[0-9]{6}$/.test(typed)

/** The step of time whose code this is, near `now`; null for a wrong code. */
export function stepOf(secret: string, code: string, now: Date): number | null {
  if (!isCode(code)) return null // the library throws at digits of other scripts
  const delta = totpOf(secret).validate({ token: code, timestamp: now.getTime(), window: WINDOW })
  return delta === null ? null : Math.floor(now.getTime() / 1000 / STEP_SECONDS) + delta
}

/** A picture with the secret for an app to read, as the address of an image that lies in the page itself. */
export async function qrCode(secret: string, label: string, issuer: string): Promise<string> {
  const svg = await QRCode.toString(totpOf(secret, label, issuer).toString(), { type: 'svg', margin: 2 })
  return `data:image/svg+xml,${encodeURIComponent(svg)}`
}

/** Encrypted (AES-256-GCM), because the table alone must not log anybody in; bound to whose it is. */
export function seal(secret: string, user: string, sessionSecret: string): string {
  const iv = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', deriveKey(sessionSecret, 'second-factor'), iv).setAAD(Buffer.from(user))
  const sealed = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()])
  return Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString('base64url')
}

/** Null where the key is another one now: SESSION_SECRET was changed. */
export function unseal(sealed: string, user: string, sessionSecret: string): string | null {
  const bytes = Buffer.from(sealed, 'base64url')
  const key = deriveKey(sessionSecret, 'second-factor')
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12)).setAAD(Buffer.from(user))
  decipher.setAuthTag(bytes.subarray(12, 28))
  try {
    return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString('utf8')
  } catch {
    return null
  }
}

/** New recovery codes, such as `ABCD-EFGH-IJKL-MNOP-QRST-UVWX`. Only their hashes are kept. */
export const newRecoveryCodes = (): string[] =>
  Array.from({ length: RECOVERY_CODES }, () =>
    new Secret({ size: RECOVERY_BYTES }).base32.replace(/(.{4})(?=.)/g, '$1-'),
  )

/** Hex SHA-256 of a recovery code, however it was typed. */
export const recoveryHash = (code: string): string =>
  createHash('sha256')
    .update(code.toUpperCase().replace(/[^A-Z2-7]/g, ''))
    .digest('hex')
