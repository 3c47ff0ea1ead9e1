// RFC 8601: what a mail server found out about a mail and wrote into its header.
import type { HeaderLine } from './verdict.ts'

export interface MethodResult {
  /** `spf`, `dkim`, `dmarc`, `arc` … */
  method: string
  /** `pass`, `fail`, `none`, `temperror` … */
  result: string
  /** The domains it speaks of: `header.d`, `header.i`, `header.from`, `smtp.mailfrom`. */
  domains: string[]
}

/**
 * The results of one mail server. Its own lines stand above those that came with the mail, and it takes out what bears
 * its name (§5); so of each method only the topmost line that mentions it counts.
 */
export function resultsOf(headers: readonly HeaderLine[], authservId: string): MethodResult[] {
  const found: MethodResult[] = []
  for (const { key, value } of headers) {
    if (key !== 'authentication-results') continue
    const [id = '', ...infos] = partsOf(withoutComments(value))
    if (id.split(/\s/)[0]?.toLowerCase() !== authservId.toLowerCase()) continue
    const known = new Set(found.map(({ method }) => method))
    found.push(...infos.flatMap(resultOf).filter(({ method }) => !known.has(method)))
  }
  return found
}

function resultOf(info: string): MethodResult[] {
  const [, method, result] = /^\s*([a-z-]+)(?:\s*\/\s*\d+)?\s*=\s*([a-z]+)/i.exec(info) ?? []
  if (!method || !result) return []
  const properties = info.matchAll(/\b(?:header\.(?:d|i|from)|smtp\.(?:mailfrom|helo))\s*=\s*"?([^\s";]+)"?/gi)
  const domains = [...properties].map(([, value = '']) => value.slice(value.lastIndexOf('@') + 1).toLowerCase())
  return [{ method: method.toLowerCase(), result: result.toLowerCase(), domains }]
}

/** Semicolons inside quotation marks do not part. */
const partsOf = (value: string): string[] => value.match(/(?:"[^"]*"|[^";])+/g) ?? []

function withoutComments(value: string): string {
  let depth = 0
  let text = ''
  for (const character of value) {
    if (character === '(') depth += 1
    else if (character === ')' && depth > 0) depth -= 1
    else if (depth === 0) text += character
  }
  return text
}
