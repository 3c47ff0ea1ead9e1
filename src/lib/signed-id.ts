// A row's id and a proof that we wrote it, in one short text: `<id, 22 characters>.<HMAC-SHA256, 43 characters>`, both
// base64url. 256 bits of proof, so nobody guesses one; without the key nobody makes one.
import { createHmac, timingSafeEqual } from 'node:crypto'

/** A signed id taken apart; nothing is proven yet. */
export interface SignedId {
  id: string
  mac: Buffer
}

/** Whatever the proof is bound to besides the id. Lengths are signed too, so parts cannot be shifted into each other. */
type Bound = readonly (string | Uint8Array)[]

export function signId(id: string, key: Uint8Array, ...bound: Bound): string {
  return `${packed(id)}.${macOf(id, key, bound).toString('base64url')}`
}

/** Null for anything that does not have the form. */
export function readSignedId(text: string): SignedId | null {
  const [, id, mac] = /^([\w-]{22})\.([\w-]{43})$/.exec(text) ?? []
  if (!id || !mac) return null
  return { id: unpacked(id), mac: Buffer.from(mac, 'base64url') }
}

/** Whether this is our own proof, in a time that tells nothing about it. */
export function isSigned({ id, mac }: SignedId, key: Uint8Array, ...bound: Bound): boolean {
  const own = macOf(id, key, bound)
  return own.length === mac.length && timingSafeEqual(own, mac)
}

function macOf(id: string, key: Uint8Array, bound: Bound): Buffer {
  const hmac = createHmac('sha256', key)
  for (const part of [id, ...bound]) {
    const bytes = Buffer.from(part)
    hmac.update(`${bytes.length}:`).update(bytes)
  }
  return hmac.digest()
}

const packed = (uuid: string): string => Buffer.from(uuid.replaceAll('-', ''), 'hex').toString('base64url')

function unpacked(text: string): string {
  const hex = Buffer.from(text, 'base64url').toString('hex')
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}
