// npm run bench:mail -- --tickets 50000 --mails 5000 --megabytes 25 --seconds 5 --only replies,memory,backlog --keep
//
// Replies by mail from the SMTP conversation to the ticket, the memory that one large mail takes, and what a backlog does
// to the pages. `serve` and `worker` run as in production; one who writes, the pages' visitors and a mail server that
// swallows the notices share the machine with them.
import { randomBytes } from 'node:crypto'
import { parseArgs } from 'node:util'
import pg from 'pg'
import { openGround } from './ground.ts'
import { floorOf } from './mail-floor.ts'
import { allFiled, allSent, forgetEarlier } from './mail-ledger.ts'
import { openSink, startWorker } from './mail-worker.ts'
import { deliver, type Letter, letterOf, type Writer, writers } from './mail-writers.ts'
import { type Figures, measure, median } from './measure.ts'
import { pages } from './pages.ts'
import { startProduct } from './processes.ts'
import { signInCustomers } from './visitors.ts'

const { values: options } = parseArgs({
  options: {
    tickets: { type: 'string', default: '50000' },
    mails: { type: 'string', default: '5000' },
    megabytes: { type: 'string', default: '25' },
    seconds: { type: 'string', default: '5' },
    only: { type: 'string', default: 'replies,memory,backlog' },
    keep: { type: 'boolean', default: false },
    /** Writes CPU profiles of `serve` and `worker` into this folder. */
    profile: { type: 'string' },
  },
})
const MB = 1_000_000
/** By the issue: so many times its size. */
const MOST_MEMORY = 3
const CONNECTIONS = 16
const WARM_MAILS = 50
const FLOOR_MAILS = 1000
/** A small screenshot. */
const FILE_BYTES = 6_000
const ASKED = ['list', 'ticket']
let turn = 0
const count = Number(options.mails)
const secret = randomBytes(32).toString('hex')
const flags = options.profile ? ['--cpu-prof', `--cpu-prof-dir=${options.profile}`] : []

await using stack = new AsyncDisposableStack()
const ground = await openGround(stack, Number(options.tickets), options.keep)
const client = new pg.Client({ connectionString: ground.url })
await client.connect()
stack.defer(() => client.end())
await forgetEarlier(client)
const sink = await openSink()
stack.defer(() => sink.stop())
const product = await startProduct(ground, secret, { flags })
stack.defer(() => product.stop())
const worker = await startWorker(product, ground, secret, sink.port, { flags })
stack.defer(() => worker.stop())

const visitors = {
  customers: await signInCustomers(client, secret),
  team: [],
  admins: [],
  formOf: never,
  linksOf: never,
}
const from = await writers(client, 2 * count + WARM_MAILS + 1)

await filed(letters(WARM_MAILS)) // loads what is loaded at first use
const parts: Record<string, () => Promise<void>> = { memory, replies, backlog }
for (const [name, part] of Object.entries(parts)) {
  if (options.only.split(',').includes(name)) await part()
}

/** How fast replies are taken and filed, beside the notices that each causes. */
async function replies(): Promise<void> {
  const least = await floorOf(ground.url, ground.dataDir, letters(Math.min(count, FLOOR_MAILS)))
  const cpu = worker.cpu()
  const { accepted, seconds } = await filed(letters(count))
  const cpuEach = (worker.cpu() - cpu) / count
  const perSecond = count / seconds
  const share = (perSecond / least).toFixed(2)
  console.log(
    `replies: ${(count / accepted).toFixed()} accepted/s, ${perSecond.toFixed()} filed/s, all appended, ${cpuEach.toFixed(1)} ms of CPU each with its notices; floor ${least.toFixed()}/s, ratio ${share}`,
  )
}

/** What the worker takes at most while one large mail comes in and is filed. */
async function memory(): Promise<void> {
  const file = randomBytes(Math.floor(((Number(options.megabytes) * MB - 4000) * 57) / 78))
  const letter = letterOf(nextWriter(), secret, file)
  const before = worker.memory().now
  worker.forgetPeak()
  const { seconds } = await filed([letter])
  const ratio = (worker.memory().peak - before) / letter.raw.length
  const isHeld = ratio <= MOST_MEMORY
  console.log(
    `memory: ${mb(letter.raw.length)} MB filed in ${seconds.toFixed(1)} s; worker ${mb(before)} MB before, ${mb(worker.memory().peak)} MB at most: ${ratio.toFixed(2)} × its size, ${isHeld ? 'ok' : 'TOO MUCH'}`,
  )
  if (!isHeld) process.exitCode = 1
}

/** The pages while the mails come in and are filed, against quiet. */
async function backlog(): Promise<void> {
  const quiet = await rounds(3)
  let isOver = false
  const filing = filed(letters(count)).finally(() => {
    isOver = true
  })
  const busy = await rounds(Number.POSITIVE_INFINITY, () => isOver)
  const { seconds } = await filing
  console.log(
    `backlog: ${count} mails filed in ${seconds.toFixed()} s (${(count / seconds).toFixed()}/s) beside the pages`,
  )
  for (const name of ASKED)
    console.log(`  ${name.padEnd(7)}${figures(quiet, name)} quiet, ${figures(busy, name)} meanwhile`)
}

/** Asks for the pages in turns; the last turn, in which it is over, counts only where it is the first. */
async function rounds(most: number, isOver = () => false): Promise<Map<string, Figures[]>> {
  const found = new Map<string, Figures[]>(ASKED.map(name => [name, []]))
  const asks = new Map(
    await Promise.all(ASKED.map(async name => [name, (await pages[name]?.asks(visitors)) ?? []] as const)),
  )
  for (let round = 0; round < most && !isOver(); round += 1) {
    for (const name of ASKED) {
      const of = await measure(product.url, asks.get(name) ?? [], {
        seconds: Number(options.seconds),
        connections: CONNECTIONS,
      })
      if (!isOver() || round === 0) found.get(name)?.push(of)
    }
  }
  return found
}

function figures(of: Map<string, Figures[]>, name: string): string {
  const { perSecond, p50, p99 } = median(of.get(name) ?? [])
  return `${perSecond.toFixed().padStart(5)} req/s, p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms`
}

/** Sends the mails and waits until they and their notices are through. */
async function filed(mails: readonly Letter[]): Promise<{ accepted: number; seconds: number }> {
  const since = new Date()
  const startedAt = performance.now()
  const accepted = await deliver(worker.port, mails)
  await allFiled(client, since, mails.length)
  const seconds = (performance.now() - startedAt) / 1000
  await allSent(client, since)
  return { accepted, seconds }
}

/** Every second one with a file. */
function letters(many: number): Letter[] {
  const fileOf = (at: number) => (at % 2 === 0 ? null : randomBytes(FILE_BYTES))
  return Array.from({ length: many }, (_, at) => letterOf(nextWriter(), secret, fileOf(at)))
}

function nextWriter(): Writer {
  const next = from[turn % from.length]
  turn += 1
  if (!next) throw new Error('Nobody to write as')
  return next
}

function mb(bytes: number): string {
  return (bytes / MB).toFixed()
}

function never(): never {
  throw new Error('No form is posted')
}
