// Crawls from the first page, sends each form, and then attacks whatever took something.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Gate } from './gate.ts'
import { PLANTED } from './planted.ts'
import { run } from './run.ts'

const modules = 'sql xss permanentxss redirect crlf csp cookieflags methods xxe file blindsql exec backup'.split(' ')
/** Of the time: the crawl's part, and each module's. */
const [CRAWL, MODULE] = [0.3, 0.7 / modules.length]

interface Told {
  path: string
  parameter?: string
  info: string
}

/** What it takes for holes here, and why it is none. */
const expected: readonly (readonly [kind: string, path: RegExp, because: string])[] = [
  [
    'Secure Flag cookie',
    /^/,
    'the portal is scanned without TLS; test/people/secure-cookies.test.ts has it with an https address',
  ],
  [
    'Backup file',
    /^\/attachments\/attachment_/,
    'a file is found by its id, and what follows is a name for the browser to save it under',
  ],
]

/** `pages`: where it begins, besides the first page. */
export async function wapiti(
  who: string,
  { address }: Gate,
  folder: string,
  pages: readonly string[],
  seconds: number,
): Promise<string[]> {
  const report = join(folder, `wapiti-${who}.json`)
  const reporting = ['-f', 'json', '-o', report, '--flush-session', '--no-bugreport', '--store-session', folder]
  const bounds = ['--max-scan-time', seconds * CRAWL, '--max-attack-time', seconds * MODULE, '-d', '6'].map(String)
  const first = [`${PLANTED}?word=a`, ...pages].flatMap(path => ['-s', address + path])
  const start = ['-u', `${address}/`, ...first, '--scope', 'folder']
  const tokens = ['--skip', '_csrf', '-m', modules.join()]
  const { text } = await run('wapiti', [...start, ...reporting, ...bounds, ...tokens], seconds * 2)
  if (!existsSync(report)) return [`wapiti as ${who} wrote no report: ${text.slice(-500)}`]
  const { vulnerabilities, anomalies } = JSON.parse(readFileSync(report, 'utf8'))
  const told = Object.entries<Told[]>({ ...vulnerabilities, ...anomalies }).flatMap(([kind, list]) =>
    list.map(({ path, parameter, info }) => ({ kind, path, parameter, info })),
  )
  const planted = told.filter(({ path }) => path.startsWith(PLANTED)).map(({ kind }) => kind)
  const missed = ['Cross Site Scripting', 'SQL Injection'].filter(kind => !planted.includes(kind))
  return [
    ...missed.map(kind => `wapiti as ${who} is blind: it did not find the planted ${kind}`),
    ...told
      .filter(({ path }) => !path.startsWith(PLANTED))
      .filter(({ kind, path }) => !expected.some(([known, where]) => kind === known && where.test(path)))
      .map(({ kind, path, parameter, info }) => `wapiti as ${who}: ${kind}: ${path} ${parameter ?? ''} ${info}`),
  ]
}
