// The hidden idempotency key of our forms also tells when the form was shown, so that programs which answer faster than
// a person can type are noticed without another field.
import { createHmac, createSecretKey, type KeyObject, randomBytes } from 'node:crypto'
import { deriveKey } from '../lib/keys.ts'

const keys = new Map<string, KeyObject>() // derived once, for each form of each page needs it

function sign(text: string, secret: string): string {
  const key = keys.get(secret) ?? createSecretKey(deriveKey(secret, 'form-key'))
  keys.set(secret, key)
  return createHmac('sha256', key).update(text).digest('base64url').slice(0, 16)
}

export function newFormKey(secret: string, shownAt: Date): string {
  const text = `${shownAt.getTime().toString(36)}-${randomBytes(16).toString('hex')}`
  return `${text}-${sign(text, secret)}`
}

/** When the form with this key was first shown; null for a key that is not one of ours. */
export function shownAt(key: string, secret: string): Date | null {
  const match = /^(([0-9a-z]{1,12})-[0-9a-f]{32})-([\w-]{16})$/.exec(key)
  if (!match) return null
  const [, text = '', time = '', mac] = match
  return sign(text, secret) === mac ? new Date(Number.parseInt(time, 36)) : null
}

/** Seconds since the form with this key was first shown; 0 for a key that is not one of ours. */
export function secondsSince(key: string, secret: string, now: Date): number {
  return Math.max(0, (now.getTime() - (shownAt(key, secret) ?? now).getTime()) / 1000)
}
