// RFC 8601: what a mail server found out about a mail and wrote into its header.
import type { Header } from '../reading/headers.ts'

export interface MethodResult {
  /** `spf`, `dkim`, `dmarc`, `arc` … */
  method: string
  /** `pass`, `fail`, `none`, `temperror` … */
  result: string
  /** The domains that the result is about. */
  domains: string[]
}

/** In characters; no server writes more. */
const LONGEST = 8_192

/**
 * The results of one mail server. Its own lines stand above those that came with the mail, and it takes out what bears
 * its name (§5); so of each method only the topmost line that mentions it counts. Some servers take nothing out: what
 * stands below the next `Received` was there before they saw the mail.
 */
export function resultsOf(headers: readonly Header[], authservId: string): MethodResult[] {
  const found: MethodResult[] = []
  for (const { key, value } of headers) {
    if (key === 'received' && found.length > 0) break
    if (key !== 'authentication-results') continue
    const [id = '', ...infos] = partsOf(withoutComments(value.slice(0, LONGEST)))
    if (id.trim().split(/\s/)[0]?.toLowerCase() !== authservId.toLowerCase()) continue
    const known = new Set(found.map(({ method }) => method))
    found.push(...infos.flatMap(resultOf).filter(({ method }) => !known.has(method)))
  }
  return found
}

/** By which property each method names its domain. `smtp.helo` is only checked where there is no sender. */
const properties: Record<string, string[]> = {
  dkim: ['header.d', 'header.i'],
  spf: ['smtp.mailfrom', 'smtp.helo'],
  dmarc: ['header.from'],
}

function resultOf(info: string): MethodResult[] {
  const [start, method, result] = /^\s*([a-z-]+)(?:\s*\/\s*\d+)?\s*=\s*([a-z]+)/i.exec(info) ?? []
  if (!start || !method || !result) return []
  const given = valuesIn(info.slice(start.length))
  const telling = properties[method.toLowerCase()]?.find(name => given.has(name)) ?? ''
  const domain = given.get(telling)
  const domains = domain === undefined ? [] : [domain.slice(domain.lastIndexOf('@') + 1).toLowerCase()]
  return [{ method: method.toLowerCase(), result: result.toLowerCase(), domains }]
}

const VALUE = /([a-z]+\s*\.\s*[a-z0-9_-]+|reason)\s*=\s*((?:"(?:\\.|[^"\\])*"|[^\s";])*)/giy

/** One after the other: what stands in quotes, such as a sender's local part, is of its value and names nothing. */
function valuesIn(text: string): Map<string, string> {
  const values = new Map<string, string>()
  const pattern = new RegExp(VALUE)
  for (let at = 0; at < text.length; at += 1) {
    pattern.lastIndex = at
    const [all, name, value] = pattern.exec(text) ?? []
    if (!all || name === undefined || value === undefined) continue
    const key = name.replace(/\s/g, '').toLowerCase()
    if (!values.has(key)) values.set(key, value.replace(/^"(.*)"$/s, '$1'))
    at += all.length - 1
  }
  return values
}

/** Semicolons inside quotation marks do not part. */
const partsOf = (value: string): string[] => value.match(/(?:"(?:\\.|[^"\\])*"|[^";])+/gs) ?? []

/** RFC 5322 §3.2: a comment in quotes is none, nor ends one at an escaped parenthesis. */
function withoutComments(value: string): string {
  let depth = 0
  let isQuoted = false
  let text = ''
  for (let at = 0; at < value.length; at += 1) {
    const character = value.charAt(at)
    const isEscaping = character === '\\' && (isQuoted || depth > 0)
    if (isEscaping) at += 1
    if (character === '"' && depth === 0) isQuoted = !isQuoted
    if (character === '(' && !isQuoted) depth += 1
    else if (character === ')' && depth > 0) depth -= 1
    else if (depth === 0) text += isEscaping ? character + value.charAt(at) : character
  }
  return text
}
