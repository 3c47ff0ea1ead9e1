/** What a look at one thing tells: a line, and where something is wrong how to mend it. */
export interface Finding {
  grade: 'ok' | 'warn' | 'FAIL' | '-'
  words: string
}

export const ok = (words: string): Finding => ({ grade: 'ok', words })
/** It works, and will not be what somebody wants. */
export const warn = (words: string): Finding => ({ grade: 'warn', words })
/** It does not work. */
export const fail = (words: string): Finding => ({ grade: 'FAIL', words })
/** There is nothing to look at. */
export const none = (words: string): Finding => ({ grade: '-', words })

/** An error in one line, in the words of what is behind it. Refused connections come as a bundle with an empty message. */
export function wordsOf(error: unknown): string {
  if (error instanceof Error && error.cause) return wordsOf(error.cause)
  const first: unknown = error instanceof AggregateError ? error.errors[0] : error
  const words =
    first instanceof Error ? first.message || String(Reflect.get(first, 'code') ?? first.name) : String(first)
  return words.replace(/\s+/g, ' ').trim().replace(/\.$/, '')
}
