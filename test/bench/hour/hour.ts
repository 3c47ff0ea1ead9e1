// A portal that is used for a while at a steady rate, and is looked at every so often.
import { randomBytes } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { randomNumbers } from '../../faults/random.ts'
import { openGround } from '../ground.ts'
import { serving } from '../kernel.ts'
import { forgetEarlier } from '../mail-ledger.ts'
import { type MailWorker, openSink, startWorker } from '../mail-worker.ts'
import { type Product, startProduct } from '../processes.ts'
import { anyDeed, deeds, PutOff, shareOf } from './deeds.ts'
import { figuresOf, type Note } from './notes.ts'
import { keepPace } from './pace.ts'
import { gather, type People } from './people.ts'

export interface HourOptions {
  tickets: number
  keep: boolean
  /** Deeds a second. */
  rate: number
  minutes: number
  /** Minutes between two notes. */
  every: number
  seed: number
  say?: (note: Note, hour: Hour) => void
}

export interface Hour {
  notes: Note[]
  /** How often each deed was done as it should be. */
  done: Map<string, number>
  /** How often it had to be tried again, because the portal was too busy. */
  putOff: Map<string, number>
  /** What was answered otherwise, and processes that ended. */
  failures: string[]
}

/** Every setting that keeps one client from doing what is done here for many. */
const lenient = { FORM_LIMIT: '100000', FORM_MIN_SECONDS: '0', LOG_LEVEL: 'error' }

export async function spendTime({ rate, minutes, every, say = () => {}, ...options }: HourOptions): Promise<Hour> {
  await using stack = new AsyncDisposableStack()
  const { people, look, end } = await open(stack, { ...options, mails: Math.ceil(rate * 60 * minutes) })
  const hour: Hour = { notes: [], done: new Map(), putOff: new Map(), failures: [] }
  for (const name of Object.keys(deeds)) await attempt(name, people, hour) // loads what is loaded at first use
  const startedAt = performance.now()
  const minutesNow = () => (performance.now() - startedAt) / 60_000
  const pacing = keepPace(
    { perSecond: rate, random: people.random },
    () => minutesNow() >= minutes,
    () => attempt(anyDeed(people.random), people, hour),
  )
  for (let next = 0; next <= minutes + every / 2; next += every) {
    await sleep(Math.max(0, (next - minutesNow()) * 60_000))
    const note = { at: minutesNow(), figures: await look() }
    hour.notes.push(note)
    say(note, hour)
  }
  await pacing
  hour.failures.push(...end())
  return hour
}

/** Does one deed, again where it was put off; the last time it has to be done. */
async function attempt(name: string, people: People, { done, putOff, failures }: Hour): Promise<void> {
  for (let left = MOST_ATTEMPTS; left > 0; left -= 1) {
    try {
      await deeds[name]?.do(people)
      return count(done, name)
    } catch (error) {
      if (left === 1 || !isPutOff(error))
        return void failures.push(`${name}: ${error instanceof Error ? error.message : error}`)
      count(putOff, name)
      await sleep(AGAIN_MS)
    }
  }
}

const MOST_ATTEMPTS = 20
const AGAIN_MS = 1_000

function count(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1)
}

/** Nothing came in the time that undici and nodemailer wait, or a mail server's "not now". */
function isPutOff(error: unknown): boolean {
  const [code, answer] = ['code', 'responseCode'].map(name => Reflect.get(Object(error), name))
  return error instanceof PutOff || /^(UND_ERR_|ETIMEDOUT)/.test(String(code)) || (answer >= 400 && answer < 500)
}

async function open(
  stack: AsyncDisposableStack,
  options: Pick<HourOptions, 'tickets' | 'keep' | 'seed'> & { mails: number },
) {
  const secret = randomBytes(32).toString('hex')
  const ground = await openGround(stack, options.tickets, options.keep)
  const client = new pg.Client({ connectionString: ground.url })
  await client.connect()
  stack.defer(() => client.end())
  await forgetEarlier(client)
  const folders = foldersIn(ground.dataDir)
  const flags = ['--expose-gc', '--import', join(import.meta.dirname, 'pulse.ts')]
  const start = { flags, env: { ...lenient, ANSWERS: folders.answers, TMPDIR: folders.temporary } }
  const sink = await openSink()
  stack.defer(() => sink.stop())
  const product = await startProduct(ground, secret, start)
  stack.defer(() => product.stop())
  const worker = await startWorker(product, ground, secret, sink.port, start)
  stack.defer(() => worker.stop())
  const mails = Math.ceil(options.mails * shareOf('mail')) + 1
  const people = await gather(client, product, worker, { secret, mails, random: randomNumbers(options.seed) })
  stack.defer(() => people.wire.close())
  return { people, ...watching(client, product, worker, folders, people) }
}

function foldersIn(dataDir: string) {
  const folders = {
    answers: join(dataDir, 'answers'),
    temporary: join(dataDir, 'temporary'),
    drafts: join(dataDir, 'files/drafts'),
  }
  for (const folder of [folders.answers, folders.temporary]) mkdirSync(folder, { recursive: true })
  return folders
}

/** `look` adds how the answers were since it was last asked; `end` tells which processes are not those of the beginning. */
function watching(client: pg.Client, product: Product, worker: MailWorker, folders: Folders, { wire }: People) {
  const processes = () => processesOf(product, worker)
  const first = processes()
  return {
    async look() {
      const times = wire.times.splice(0).sort((a, b) => a - b)
      const figures = await figuresOf({ client, processes, folders })
      figures.set('answers', times.length)
      for (const share of [50, 99]) figures.set(`p${share}, ms`, times[Math.floor((times.length * share) / 100)] ?? 0)
      return figures
    },
    end() {
      const now = new Set(processes().values())
      return [...first].filter(([, pid]) => !now.has(pid)).map(([name]) => `${name} ended by itself`)
    },
  }
}

type Folders = ReturnType<typeof foldersIn>

function processesOf(product: Product, worker: MailWorker): Map<string, number> {
  const webs = serving(product.pid).map((pid, at) => [`web ${at + 1}`, pid] as const)
  const keeper = webs.some(([, pid]) => pid === product.pid) ? [] : [['serve', product.pid] as const]
  return new Map([...webs, ...keeper, ['worker', worker.pid]])
}
