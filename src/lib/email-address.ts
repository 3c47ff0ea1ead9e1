import { domainToASCII } from 'node:url'

const MAX_LENGTH = 254 // RFC 5321 §4.5.3.1.3, less the angle brackets
const localPart = /^[^\s\p{Cc}\p{Cs}@"(),:;<>[\\\]]{1,64}$/u
const label = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/

/** The address in the one form we compare and store (lower case, domain in ASCII), or null where it is none. */
export function normalizeAddress(text: string): string | null {
  const at = text.lastIndexOf('@')
  const local = text.slice(0, at)
  const typed = text.slice(at + 1).toLowerCase()
  // As a URL has it, a host ends at these; mail servers read on: "acme.example/.evil.com" is of evil.com.
  const domain = /[/\\?#:%]/.test(typed) ? '' : domainToASCII(typed)
  const labels = domain.split('.')
  if (at < 1 || !localPart.test(local) || local.startsWith('.') || local.endsWith('.') || local.includes('..'))
    return null
  if (labels.length < 2 || !labels.every(part => label.test(part))) return null
  const address = `${local.toLowerCase()}@${domain}`
  return address.length > MAX_LENGTH ? null : address
}
