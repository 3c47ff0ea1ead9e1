// npm run scan -- --minutes 10: sqlmap and wapiti (Debian has both) against a portal started for them, as a stranger and as
// somebody who is logged in, for so long altogether. Prints what they found; exit 1 where that is anything.
import { spawn } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer as createGate, request, type Server } from 'node:http'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { Browser } from '../kit/browser.ts'
import { password, people } from '../kit/cast.ts'
import { Wire } from '../kit/http.ts'

const { values } = parseArgs({ options: { minutes: { type: 'string', default: '10' } } })
const root = join(import.meta.dirname, '../..')
const folder = mkdtempSync(join(tmpdir(), 'plaindesk-scan-'))
chmodSync(folder, 0o711) // PostgreSQL, which does not run as root, passes through
const port = await freePort()
const url = `http://127.0.0.1:${port}`
const portal = spawn(process.execPath, ['--import', 'tsx', 'src/main.ts', 'start'], {
  cwd: root,
  env: {
    PATH: process.env.PATH ?? '',
    HOME: process.env.HOME ?? '',
    DATA_DIR: join(folder, 'data'),
    PORT: String(port),
    SMTP_LISTEN: 'off',
    FORM_LIMIT: '100000',
  },
  stdio: ['ignore', 'ignore', 'pipe'],
})
let log = ''
portal.stderr.on('data', chunk => {
  log += chunk
})
const found: string[] = []
let asked = 0
try {
  await ready()
  const seconds = (Number(values.minutes) * 60) / 6
  for (const who of ['stranger', 'ann', 'dana'] as const) {
    const gate = await gateAs(await cookieOf(who))
    const address = `http://127.0.0.1:${(gate.address() as AddressInfo).port}`
    found.push(...(await sqlmap(who, address, seconds)), ...(await wapiti(who, address, seconds)))
    gate.close()
  }
  // Whatever a scanner thinks of it: an answer of 500 is a fault.
  found.push(...log.split('\n').filter(line => line.includes('"msg":"request failed"')))
} finally {
  if (portal.exitCode === null) {
    portal.kill('SIGINT')
    await new Promise(resolve => portal.once('exit', resolve))
  }
  rmSync(folder, { recursive: true, force: true })
}
for (const line of found) console.log(line)
console.log(found.length === 0 ? 'Nothing was found.' : `${found.length} findings`)
process.exitCode = found.length === 0 ? 0 : 1

async function ready(): Promise<void> {
  const deadline = Date.now() + 120_000
  while (!(await fetch(`${url}/readyz`).catch(() => null))?.ok) {
    if (portal.exitCode !== null || Date.now() > deadline) throw new Error(`The portal did not start:\n${log}`)
    await new Promise(resolve => setTimeout(resolve, 200))
  }
}

/** Scanners know nothing of sessions: through it they are whoever has the cookie, and cannot log out. */
function gateAs(cookie: string): Promise<Server> {
  const gate = createGate((req, res) => {
    asked += 1
    if (req.url?.startsWith('/logout')) return void res.writeHead(404).end()
    const headers = { ...req.headers, host: `127.0.0.1:${port}`, cookie }
    const on = request({ port, host: '127.0.0.1', method: req.method, path: req.url, headers }, answer => {
      res.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(res)
    })
    on.on('error', () => res.destroy())
    req.pipe(on)
  })
  return new Promise(resolve => gate.listen(0, '127.0.0.1', () => resolve(gate)))
}

async function cookieOf(who: 'stranger' | keyof typeof people): Promise<string> {
  const wire = new Wire()
  const browser = new Browser(wire, url)
  if (who === 'stranger') await browser.visit('/login')
  else await browser.logIn(people[who].email, password)
  await wire.close()
  return browser.jar.header(new URL(url))
}

/** Crawls from the first page; its report tells each vulnerability and anomaly with its request. */
async function wapiti(who: string, address: string, seconds: number): Promise<string[]> {
  const report = join(folder, `wapiti-${who}.json`)
  const args = [
    '-u',
    `${address}/`,
    '--scope',
    'domain',
    '-f',
    'json',
    '-o',
    report,
    '--flush-session',
    '--no-bugreport',
    '-v',
    '0',
  ]
  const modules = 'xss,permanentxss,sql,blindsql,file,exec,crlf,redirect,xxe,backup,htaccess,methods'
  await run(
    'wapiti',
    [
      ...[...args, '-m', modules, '--store-session', folder],
      ...[
        '--max-scan-time',
        String(seconds),
        '--max-attack-time',
        String(seconds / 6),
        '--max-links-per-page',
        '40',
        '-d',
        '4',
      ],
    ],
    seconds * 2,
  )
  const { vulnerabilities, anomalies } = JSON.parse(readFileSync(report, 'utf8'))
  tell(`wapiti as ${who}`)
  return Object.entries<{ path: string; parameter?: string; info: string }[]>({
    ...vulnerabilities,
    ...anomalies,
  }).flatMap(([kind, list]) =>
    list.map(({ path, parameter, info }) => `wapiti as ${who}: ${kind}: ${path} ${parameter ?? ''} ${info}`),
  )
}

/** What pages take in their addresses, and the API's variables: the places where words become parts of statements. */
async function sqlmap(who: string, address: string, seconds: number): Promise<string[]> {
  const query =
    'query($s: String, $a: String) { tickets(first: 2, after: $a, filter: { search: $s }) { nodes { number } } }'
  const targets = {
    stranger: [
      ['-u', `${address}/password/reset/a*`],
      ['-u', `${address}/tickets/received/1*?x=1`],
    ],
    ann: [
      ['-u', `${address}/tickets?status=open&q=a&after=b`],
      [
        '-u',
        `${address}/graphql`,
        '-H',
        'Content-Type: application/json',
        '--data',
        JSON.stringify({ query, variables: { s: 'a*', a: 'b*' } }),
      ],
    ],
    dana: [
      ['-u', `${address}/agent?q=a&tag=b&requester=c&after=d`],
      ['-u', `${address}/agent/people?q=a&after=b`],
    ],
  }[who as 'ann']
  const told: string[] = []
  for (const [at, target] of targets.entries()) {
    const out = join(folder, `sqlmap-${who}-${at}`)
    const output = await run(
      'sqlmap',
      [
        ...target,
        '--batch',
        '--level',
        '2',
        '--risk',
        '1',
        '--dbms',
        'PostgreSQL',
        '--flush-session',
        '--output-dir',
        out,
        '--threads',
        '2',
        '--skip',
        'Cookie,User-Agent,Referer',
        '--ignore-code',
        '400,404,422,429',
        '--disable-coloring',
      ],
      seconds / 2,
    )
    told.push(
      ...output
        .split('\n')
        .filter(line => /is vulnerable|identified the following injection/.test(line))
        .map(line => `sqlmap as ${who}: ${target[1]}: ${line.trim()}`),
    )
    tell(`sqlmap as ${who}, ${target[1]?.replace(address, '')}`)
  }
  return told
}

/** A scanner that hardly asked anything has not looked, whatever it says. */
function tell(what: string): void {
  console.log(`${what}: ${asked} requests`)
  if (asked < 10) found.push(`${what} asked only ${asked} times`)
  asked = 0
}

/** What a program says, for so long. */
function run(program: string, args: readonly string[], seconds: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', chunk => {
        output += chunk
      })
    const timer = setTimeout(() => child.kill('SIGTERM'), seconds * 1000)
    child.once('error', error =>
      reject(new Error(`${program} could not be started (Debian: apt-get install ${program}): ${error.message}`)),
    )
    child.once('exit', () => {
      clearTimeout(timer)
      resolve(output)
    })
  })
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise(resolve => server.once('listening', resolve))
  const { port: free } = server.address() as { port: number }
  await new Promise(resolve => server.close(resolve))
  return free
}
