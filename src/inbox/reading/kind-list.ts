// Mailing lists (RFC 2369, 2919).
import { type Header, headerText } from './headers.ts'

/**
 * Why a mail is a mailing list's; null where it is none, or where the list is a group by which a team shares its support
 * address: Google Groups and the like put a list's fields on every person's mail that comes through them.
 */
export function listReason(headers: readonly Header[]): string | null {
  if (isGroup(headers)) return null
  if (has(headers, 'list-id')) return `List-Id: ${headerText(headers, 'list-id')}`
  if (/^list\b/i.test(headerText(headers, 'precedence'))) return 'Precedence: list'
  // Senders for others put it on every mail, a person's answer included.
  return has(headers, 'list-unsubscribe') && !isReply(headers) ? 'List-Unsubscribe' : null
}

const isGroup = (headers: readonly Header[]): boolean =>
  has(headers, 'x-google-group-id') || has(headers, 'x-ms-exchange-organization-unifiedgroup')

const isReply = (headers: readonly Header[]): boolean => has(headers, 'in-reply-to')

const has = (headers: readonly Header[], key: string): boolean => headerText(headers, key) !== ''
