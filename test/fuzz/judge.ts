// What no answer of the portal may be, whatever was asked.
import { load } from 'cheerio'
import { type Answer, headerOf } from '../kit/http.ts'
import { MARK } from './values.ts'

/** Of code and of PostgreSQL: words that no page, handbook or input of these tests has. */
const inside = [
  /\bat (?:async )?[\w.<>]+ \((?:file:|node:|\/)/,
  /\/node_modules\//,
  /\/src\/[\w/-]+\.ts\b/,
  /\bsyntax error at or near\b/,
  /\bduplicate key value\b/,
  /\bviolates (?:unique|check|foreign key|not-null)\b/,
  /\binvalid (?:input syntax|byte sequence|message format)\b/,
  /\brelation "\w+"/,
  /\bcolumn "?\w+"? does not exist/,
  /\bMikroORM\b|\bDriverException\b|\bQueryFailed/,
  /\bselect [\w."*, ]+ from "/i,
]

/** Longer than any page of ours, beside what was sent and comes back in its field. */
const MOST = 1_000_000

export function faultsOf(answer: Answer, sent = 0): string[] {
  const text = answer.body.toString()
  const type = headerOf(answer, 'content-type')
  // What is no HTTP, or has a longer head than that, is refused before any of our code is asked.
  const isNode = (answer.status === 431 || answer.status === 400) && text === ''
  const isRedirect = answer.status >= 300 && answer.status < 400
  return [
    ...(answer.status >= 500 ? [`status ${answer.status}`] : []),
    ...inside.filter(pattern => pattern.test(text)).map(pattern => `tells of its inside: ${pattern}`),
    ...(text.length > MOST + 8 * sent ? [`${text.length} characters`] : []),
    ...(headerOf(answer, 'x-content-type-options') === 'nosniff' || isNode ? [] : ['no nosniff']),
    ...(type.startsWith('text/html') && !isRedirect ? faultsOfPage(text) : []),
    ...(type.startsWith('application/json') && text !== '' ? faultsOfJson(text) : []),
  ]
}

function faultsOfPage(html: string): string[] {
  const isPage = /^<!doctype html>\s*<html lang="(?:en|de)"/i.test(html) && /<\/html>\s*$/.test(html)
  if (!isPage) return [`no page of the portal: ${html.slice(0, 80)}`]
  const $ = load(html)
  const count = (selector: string) => $(selector).length
  return [
    ...(count('h1') === 1 && count('main') === 1 && count('title') === 1
      ? []
      : ['no heading, main or title of its own']),
    ...(count(`${MARK}, iframe, object, base, [onload], [onerror], [href^="javascript:" i]`) > 0
      ? ['markup came through']
      : []),
    // biome-ignore lint/suspicious/noControlCharactersInRegex: no page may have them
    ...(/[\0\u0001-\u0008\u000b\u000e-\u001f]/.test(html) ? ['control characters'] : []),
  ]
}

function faultsOfJson(text: string): string[] {
  try {
    const { errors = [] } = JSON.parse(text)
    return errors.flatMap(({ extensions }: { extensions?: { code?: string } }) =>
      !extensions?.code || extensions.code === 'INTERNAL'
        ? [`an error with the code ${extensions?.code}: ${text.slice(0, 300)}`]
        : [],
    )
  } catch {
    return ['no JSON']
  }
}
