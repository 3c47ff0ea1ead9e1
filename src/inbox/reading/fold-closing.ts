// The end of a letter: "Best regards, Ann".
import { bare, isBlank, isLong, oneOf } from './fold-line.ts'
import { greetings } from './fold-signature-words.ts'

const greeting = new RegExp(`^(?:${oneOf(greetings)})(?:[\\s,.!]|$)`, 'iu')

/** Whether these lines hold nothing but a greeting and a name. */
export function isClosing(lines: readonly string[], from: number, to: number): boolean {
  if (to - from > 12) return false
  const words = lines.slice(from, to).filter(line => !isBlank(line))
  const [first, ...rest] = words
  if (first === undefined || words.length > 4 || words.some(isLong)) return false
  return (
    bare(first).length <= 60 &&
    greeting.test(bare(first)) &&
    rest.every(line => /^[\p{L} .,'-]{1,40}$/u.test(bare(line)))
  )
}
