// A browser that logged in well before carries a signed word of it, so that somebody else's guessing cannot keep the
// owner of an address waiting (OWASP, device cookies). It is bound to the address and opens nothing.

import { newId } from '../lib/ids.ts'
import { deriveKey } from '../lib/keys.ts'
import { isSigned, readSignedId, signId } from '../lib/signed-id.ts'

export const deviceKey = (secret: string): Buffer => deriveKey(secret, 'device-cookie')

export const newDevice = (email: string, key: Buffer): string => signId(newId(), key, email)

/** The device's id, or null where the cookie is not ours or was given for another address. */
export function deviceOf(cookie: unknown, email: string, key: Buffer): string | null {
  const signed = typeof cookie === 'string' ? readSignedId(cookie) : null
  return signed && isSigned(signed, key, email) ? signed.id : null
}
