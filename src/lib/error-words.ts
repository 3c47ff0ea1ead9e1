/** An error in one line, in the words of what is behind it. Refused connections come as a bundle with an empty message. */
export function wordsOf(error: unknown): string {
  if (error instanceof Error && error.cause) return wordsOf(error.cause)
  const first: unknown = error instanceof AggregateError ? error.errors[0] : error
  const words =
    first instanceof Error ? first.message || String(Reflect.get(first, 'code') ?? first.name) : String(first)
  return words.replace(/\s+/g, ' ').trim().replace(/\.$/, '')
}
