// npm run bench -- --tickets 50000 --seconds 5 --rounds 3 --connections 16 --pages list,ticket,… --keep
//
// Measures each page against its floor (floor.ts) in one run, turn by turn. Ratios count: both run on the same machine
// at the same time and share it with the database and with whoever asks.
import { randomBytes } from 'node:crypto'
import { parseArgs } from 'node:util'
import pg from 'pg'
import { hashOf } from '../../src/integrations/token.ts'
import { openGround } from './ground.ts'
import { type Figures, measure, median } from './measure.ts'
import { type Ask, type BenchPage, pages, type Visitors } from './pages.ts'
import { type Floor, type FloorAnswer, keyOf, type Running, startFloor, startProduct } from './processes.ts'
import { statementsDuring } from './statements.ts'
import { signInCustomers, signInTeam, type Visitor } from './visitors.ts'

const { values: options } = parseArgs({
  options: {
    tickets: { type: 'string', default: '50000' },
    seconds: { type: 'string', default: '5' },
    rounds: { type: 'string', default: '3' },
    connections: { type: 'string', default: '16' },
    pages: { type: 'string', default: Object.keys(pages).join() },
    keep: { type: 'boolean', default: false },
    /** Prints each page's statements. */
    statements: { type: 'boolean', default: false },
    /** Writes a CPU profile of the product into this folder. */
    profile: { type: 'string' },
  },
})
const WARM_SECONDS = 3
const run = { seconds: Number(options.seconds), connections: Number(options.connections) }
const chosen = options.pages.split(',').map(name => pages[name] ?? unknown(name))
const secret = randomBytes(32).toString('hex')
const flags = options.profile ? ['--cpu-prof', `--cpu-prof-dir=${options.profile}`] : []

await using stack = new AsyncDisposableStack()
const ground = await openGround(stack, Number(options.tickets), options.keep)
const client = new pg.Client({ connectionString: ground.url })
await client.connect()
stack.defer(() => client.end())
const product = await startProduct(ground.url, ground.dataDir, secret, flags)
stack.defer(() => product.stop())
const floor = await startFloor(ground.url)
stack.defer(() => floor.stop())

const visitors = {
  customers: await signInCustomers(client, secret),
  team: await signInTeam(client, secret),
  formOf: (path: string, visitor: Visitor) => formOf(product, path, visitor),
}
console.log(line('', 'req/s', 'p50 ms', 'p99 ms', 'floor/s', 'p50', 'p99', 'ratio', 'p99 ×', 'statements', 'ok'))
for (const page of chosen) console.log(await row(page, visitors))

async function row(page: BenchPage, visitors: Visitors): Promise<string> {
  const asks = await page.asks(visitors)
  const statements = await statementsDuring(client, ground.log, () => send(product, asks[0]))
  if (options.statements) console.log(statements.map(each => `  ${each}`).join('\n'))
  await floor.learn(await recorded(page, asks))
  const [ours, theirs] = await alternately(product, floor, asks)
  const ratio = ours.perSecond / theirs.perSecond
  const isHeld = ratio >= page.least && ours.p99 <= 3 * theirs.p99 && statements.length <= page.most
  return line(
    page.name,
    ...cells(ours),
    ...cells(theirs),
    ratio.toFixed(2),
    (ours.p99 / theirs.p99).toFixed(2),
    String(statements.length),
    isHeld ? 'yes' : 'NO',
  )
}

async function alternately(ours: Running, theirs: Floor, asks: readonly Ask[]): Promise<[Figures, Figures]> {
  const rounds: [Figures[], Figures[]] = [[], []]
  for (const { url } of [ours, theirs]) await measure(url, asks, { ...run, seconds: WARM_SECONDS })
  for (let round = 0; round < Number(options.rounds); round += 1) {
    for (const [side, { url }] of [ours, theirs].entries()) rounds[side]?.push(await measure(url, asks, run))
  }
  return [median(rounds[0]), median(rounds[1])]
}

/** What the product answers is what the floor sends, byte by byte. */
async function recorded(page: BenchPage, asks: readonly Ask[]): Promise<FloorAnswer[]> {
  const answers: FloorAnswer[] = []
  for (const ask of asks) {
    const response = await send(product, ask)
    const {
      'transfer-encoding': _,
      connection: __,
      'keep-alive': ___,
      ...headers
    } = Object.fromEntries(response.headers)
    answers.push({
      key: keyOf(ask),
      session: sessionStatement(ask),
      statements: page.floor(ask),
      isTransaction: page.isTransaction ?? false,
      status: response.status,
      headers,
      body: await response.text(),
    })
  }
  return answers
}

/** Who asks and whether they may, by session or by token. */
function sessionStatement({ headers, visitor }: Ask): FloorAnswer['session'] {
  const columns = `p.id, p.name, p.role, p.language, p.timezone, p.confirmed_at, p.disabled_at,
    exists (select from membership m where m.user_id = p.id and m.joined_at is not null and m.ended_at is null) as on_list,
    exists (select from ticket_participant t where t.user_id = p.id) as takes_part`
  return headers.authorization
    ? [
        `select ${columns}, t.scopes from api_token t join person p on p.id = t.user_id where t.hash = $1 and t.expires_at > now()`,
        [hashOf(visitor.token)],
      ]
    : [
        `select ${columns}, s.data from session s join person p on p.id = s.user_id where s.sid = $1 and s.expires_at > now()`,
        [visitor.sid],
      ]
}

async function send({ url }: Running, ask: Ask | undefined): Promise<Response> {
  if (!ask) throw new Error('Nobody to ask as')
  const { method, path, headers, body } = ask
  const response = await fetch(url + path, {
    method,
    headers,
    redirect: 'manual',
    ...(body && { body: typeof body === 'function' ? body() : body }),
  })
  if (response.status !== ask.status) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`)
  return response
}

async function formOf({ url }: Running, path: string, visitor: Visitor): Promise<{ cookie: string; csrf: string }> {
  const response = await fetch(url + path, { headers: { cookie: visitor.cookie } })
  const csrf = /name="_csrf" value="([^"]+)"/.exec(await response.text())?.[1] ?? ''
  const cookies = response.headers.getSetCookie().map(each => each.split(';')[0])
  return { cookie: [visitor.cookie, ...cookies].join('; '), csrf }
}

function line(...texts: string[]): string {
  const widths = [26, 9, 8, 8, 9, 8, 8, 7, 7, 11, 5]
  return texts.map((text, at) => (at === 0 ? text.padEnd(26) : text.padStart(widths[at] ?? 0))).join('')
}

function cells({ perSecond, p50, p99 }: Figures): string[] {
  return [perSecond.toFixed(), p50.toFixed(1), p99.toFixed(1)]
}

function unknown(name: string): never {
  console.error(`There is no page "${name}"; there are ${Object.keys(pages).join(', ')}.`)
  process.exit(1)
}
