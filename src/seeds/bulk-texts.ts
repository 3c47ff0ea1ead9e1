// Texts for bulk data: many enough that a search has common words, rare ones and every kind in between.

/** Numbers from 0 to 1, the same at every run (mulberry32). */
export type Dice = () => number

export function createDice(seed: number): Dice {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

export const oneOf = <T>(choices: readonly T[], dice: Dice): T => choices[Math.floor(dice() * choices.length)] as T

/** Stands in two of three tickets. */
export const COMMON_WORD = 'invoice'
/** Stands in one of 5,000 tickets. */
export const RARE_WORD = 'zeppelin'
const COMMON_SHARE = 0.25 // of each of a ticket's messages
const RARE_SHARE = 1 / 20_000

const syllables = 'ba ko ri ten mu sal dor fi gen hal ing jas lum nor pel qua rus stra tol ven wi xer yol zan'.split(
  ' ',
)
const VOCABULARY = 6_000

/** Words of no language, three syllables each; the first are used far more often than the last, as in any language. */
export function createTexts(dice: Dice) {
  const words = Array.from({ length: VOCABULARY }, () => [1, 2, 3].map(() => oneOf(syllables, dice)).join(''))
  const word = () => words[Math.floor(VOCABULARY * dice() ** 3)] as string
  const some = (count: number) => Array.from({ length: count }, word).join(' ')
  const sentence = () => {
    const text = some(6 + Math.floor(dice() * 9))
    return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`
  }
  return {
    subject: () => `${oneOf(['Question about', 'Frage zu', 'Problem with', 'Fehler in'], dice)} ${some(3)}`,
    message(): string {
      const sentences = Array.from({ length: 2 + Math.floor(dice() * 3) }, sentence)
      if (dice() < COMMON_SHARE) sentences.push(`It is about the ${COMMON_WORD}.`)
      if (dice() < RARE_SHARE) sentences.push(`There was a ${RARE_WORD}.`)
      return sentences.join(' ')
    },
    name: () => `${oneOf(firstNames, dice)} ${oneOf(lastNames, dice)}`,
  }
}

export type Texts = ReturnType<typeof createTexts>

const firstNames =
  'Alma Ben Carla Deniz Emil Fatma Greta Hugo Ida Jan Karim Lena Max Nora Otto Pia Rosa Sven Tina Uwe'.split(' ')
const lastNames =
  'Arnold Bauer Celik Demir Engel Fischer Graf Huber Ivanov Jung Keller Lang Meyer Novak Ott Peters'.split(' ')
