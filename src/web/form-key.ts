// The hidden idempotency key of our forms also tells when the form was shown, so that programs which answer faster than
// a person can type are noticed without another field.
import { createHmac, randomBytes } from 'node:crypto'
import { deriveKey } from '../lib/keys.ts'

const sign = (text: string, secret: string) =>
  createHmac('sha256', deriveKey(secret, 'form-key')).update(text).digest('base64url').slice(0, 16)

export function newFormKey(secret: string, now: Date): string {
  const text = `${now.getTime().toString(36)}-${randomBytes(16).toString('hex')}`
  return `${text}-${sign(text, secret)}`
}

/** Seconds since the form with this key was shown; 0 for a key that is not one of ours. */
export function secondsSince(key: string, secret: string, now: Date): number {
  const match = /^(([0-9a-z]{1,12})-[0-9a-f]{32})-([\w-]{16})$/.exec(key)
  if (!match) return 0
  const [, text = '', time = '', mac] = match
  return sign(text, secret) === mac ? Math.max(0, (now.getTime() - Number.parseInt(time, 36)) / 1000) : 0
}
