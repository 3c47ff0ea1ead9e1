import { normalizeAddress } from '../../lib/email-address.ts'
import type { MailFacts } from '../reading/mail-facts.ts'

/**
 * The one author of a mail, as we compare addresses; null where there are several or none. RFC 7489 §6.6.1: several prove
 * nobody, because what was checked may be about another one than the one we read. Servers sign the lowest `From`, and
 * readers differ in what they take for one, so here every line counts that any of them may see.
 */
export function soleAuthor(
  { from, otherAuthors }: Pick<MailFacts, 'from' | 'otherAuthors'>,
  raw: Buffer,
): string | null {
  if (from === null || otherAuthors.length > 0) return null
  return headerBlock(raw).match(/^from[ \t]*:/gim)?.length === 1 ? normalizeAddress(from.address) : null
}

/** Up to the first empty line and no less, also where our reader stops earlier. */
function headerBlock(raw: Buffer): string {
  const ends = ['\r\n\r\n', '\n\n'].map(end => raw.indexOf(end)).filter(at => at >= 0)
  return raw.subarray(0, Math.min(raw.length, ...ends)).toString('latin1')
}
