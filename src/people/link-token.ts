import { deriveKey } from '../lib/keys.ts'
import { isSigned, readSignedId, type SignedId, signId } from '../lib/signed-id.ts'
import type { OneTimeLink } from './one-time-link.ts'

/** What a token proves: that we mailed this link. Whether it is still open is `OneTimeLink.isOpen`. */
type Mailed = Pick<OneTimeLink, 'id' | 'kind' | 'nonce'>

/** The key of all one-time links, from `SESSION_SECRET`. */
export const linkKey = (secret: string): Buffer => deriveKey(secret, 'one-time-link')

/** The token of a link's address, 66 characters. The same at every call, so a mail that is sent again says the same. */
export const linkToken = (link: Mailed, key: Buffer): string => signId(link.id, key, link.kind, link.nonce)

/** The id to look up and the proof to check with `isGenuine`; null where it is no token at all. */
export const readLinkToken = (text: string): SignedId | null => readSignedId(text)

/** Whether the token that `readLinkToken` took apart is this link's. Takes the same time either way. */
export const isGenuine = (link: Mailed, mac: Buffer, key: Buffer): boolean =>
  isSigned({ id: link.id, mac }, key, link.kind, link.nonce)
