const DASH = '[-‐‑–—−]'
/** Ends a word without beginning another query: websearch_to_tsquery takes the words around it for a phrase. */
const JOINT = '^'

const insideWord = new RegExp(`(?<=[\\p{L}\\p{N}])${DASH}+(?=[\\p{L}\\p{N}])`, 'gu')
const beforeDigit = new RegExp(`(?<=[^\\s‐‑–—−-])${DASH}+(?=\\d)`, 'gu')
/** Between words, or at the beginning of one where it cannot mean "without": any but a minus. */
const loose = /(?<=^|\s)-+(?=\s|$)|[‐‑–—−]+/gu
const atBeginning = new RegExp(`(?<=^|\\s)${DASH}+`, 'gu')
/** Addresses, files and paths are words of their own to PostgreSQL, hyphens and all. */
const isPath = /[\p{L}\p{N}][@./\\_:][\p{L}\p{N}]/u

/**
 * What somebody typed, as `websearch_to_tsquery` should read it. It means "-word" as "without" and keeps that; but a
 * hyphen inside a word is neither a minus nor the sign of a number: "R-20931" is the phrase of R and 20931, "E-Mail" that of
 * its parts, so both are found in whatever they are part of. The texts are treated likewise (search_words of the database).
 */
export function searchQuery(typed: string): string {
  const segments = typed.split('"')
  return segments.map((each, at) => plain(at % 2 === 0 ? each : each.replace(atBeginning, ' '))).join('"')
}

const plain = (text: string): string =>
  text.replace(/\S+/gu, word => word.replace(isPath.test(word) ? beforeDigit : insideWord, JOINT)).replace(loose, ' ')
