import type { Config } from '../config.ts'
import { normalizeAddress } from '../lib/email-address.ts'
import { parseReplyAddress } from './reply-address.ts'

/** §6: mail is taken for SUPPORT_ADDRESS, with or without a signed tag, and for no other address. */
export function isOurs(
  address: string,
  config: Pick<Config, 'supportAddress' | 'sessionSecret' | 'replyTags'>,
): boolean {
  const normal = normalizeAddress(address)
  if (normal === null) return false
  return normal === normalizeAddress(config.supportAddress) || parseReplyAddress(normal, config) !== null
}
