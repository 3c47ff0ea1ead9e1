const MAX = 60
// What a mail program would make a link of: a scheme, an address, or just words with a dot in between. Full-width dots
// count, because browsers take them for dots.
const linkLike = /:\/\/|@|www\.|[\p{L}\p{N}][.。．｡][\p{L}\p{N}]{2}/iu

/**
 * §3: what mail to an unproven address may carry of a subject: at most 60 characters without links, else the public
 * form would be a way to send advertisements to strangers.
 */
export function shortSubject(subject: string): string {
  const words = subject.normalize('NFKC').trim().split(/\s+/)
  const plain = words.map(word => (linkLike.test(word) ? '…' : word)).join(' ')
  const characters = Array.from(plain)
  return characters.length <= MAX
    ? plain
    : `${characters
        .slice(0, MAX - 1)
        .join('')
        .trimEnd()}…`
}
