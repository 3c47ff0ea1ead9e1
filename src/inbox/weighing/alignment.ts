import { getDomain } from 'tldts'

/** RFC 7489 §3.1, relaxed: both domains have the same owner, by the public suffix list. */
export function isAligned(one: string, two: string): boolean {
  const [owner, other] = [one, two].map(ownerOf)
  return owner !== '' && owner === other
}

function ownerOf(domain: string): string {
  const plain = domain
    .trim()
    .toLowerCase()
    .replace(/\.{1,9}$/, '')
  return getDomain(plain, { allowPrivateDomains: true }) ?? plain
}
