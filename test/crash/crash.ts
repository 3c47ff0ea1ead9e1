// Issue 2, "Proved by" 4: the portal is killed (-9) at random moments while requests and comments are posted. After each
// restart whatever was not acknowledged is posted again. In the end every post is there once, whole, and its mail arrived.
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from '../../src/database/postmaster.ts'
import { Browser } from '../kit/browser.ts'
import { password, people } from '../kit/cast.ts'
import { Wire } from '../kit/http.ts'
import { Mailbox } from '../kit/mailbox.ts'
import { type Judgement, judge } from './judge.ts'
import { Portal } from './portal.ts'
import { Away, apiComment, comment, type Post, request, ticket } from './posts.ts'

/** How many people post at the same time. */
const WRITERS = 4
/** The longest time between the first post of a round and its kill. In milliseconds. */
const LONGEST_ROUND = 1_500
/** In so many rounds of a hundred PostgreSQL is killed as well. */
const POSTGRES_TOO = 25

export interface CrashOptions {
  rounds: number
  /** The same seed kills after the same times. */
  seed: number
  say?: (line: string) => void
}

export async function crash({ rounds, seed, say = () => undefined }: CrashOptions): Promise<Judgement> {
  const random = randomNumbers(seed)
  const dataDir = await mkdtemp(join(tmpdir(), 'plaindesk-crash-'))
  await chmod(dataDir, 0o711) // PostgreSQL, which does not run as root, passes through
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const mailbox = await Mailbox.open()
  const env = {
    PORT: String(port),
    BASE_URL: url,
    SMTP_URL: mailbox.url,
    FORM_LIMIT: '100000',
    LOG_LEVEL: 'error',
    NODE_ENV: 'development',
  }
  const portal = new Portal(url, dataDir, env)
  const wire = new Wire()
  const crowd = new Crowd(wire, url, seed)
  try {
    await portal.start()
    await crowd.logIn()
    for (let round = 1; round <= rounds; round++) {
      const after = Math.round(random() * LONGEST_ROUND)
      const postgresToo = random() * 100 < POSTGRES_TOO
      const posting = crowd.postUntilStopped()
      await sleep(after)
      if (postgresToo) portal.killPostgres()
      if (postgresToo) await sleep(random() * 300)
      await portal.kill()
      crowd.stop()
      await posting
      const at = Date.now()
      await portal.start()
      await crowd.postAgain()
      say(
        `round ${round}: killed${postgresToo ? ' with PostgreSQL' : ''} after ${after} ms, back after ${Date.now() - at} ms, ${crowd.posts.length} posts so far`,
      )
    }
    return await judge({ posts: crowd.posts, surprises: crowd.surprises, portal, mailbox, url, wire })
  } finally {
    await portal.stop()
    await Promise.all([wire.close(), mailbox.close()])
    await rm(dataDir, { recursive: true, force: true })
  }
}

/** Everybody who posts. */
class Crowd {
  readonly posts: Post[] = []
  /** Answers that must not come, whatever is killed. */
  readonly surprises: string[] = []
  private readonly ann: Browser
  private isStopped = true
  private count = 0

  constructor(
    private readonly wire: Wire,
    private readonly url: string,
    private readonly seed: number,
  ) {
    this.ann = new Browser(wire, url)
  }

  async logIn(): Promise<void> {
    const page = await this.ann.logIn(people.ann.email, password)
    if (page.path !== '/tickets') throw new Error(`Ann got to ${page.path}`)
  }

  async postUntilStopped(): Promise<void> {
    this.isStopped = false
    await Promise.all(Array.from({ length: WRITERS }, (_, writer) => this.keepPosting(writer)))
  }

  stop(): void {
    this.isStopped = true
  }

  /** Sends what was not acknowledged once more, all at the same time, until it is. */
  async postAgain(): Promise<void> {
    const open = () => this.posts.filter(post => post.number === null)
    for (let attempt = 0; open().length > 0; attempt++) {
      if (attempt > 100) throw new Error(`not acknowledged after 100 attempts: ${open().map(post => post.kind)}`)
      await Promise.all(open().map(post => this.send(post)))
      // The API's limit is a minute long: whoever has reached it comes back later.
      if (open().length > 0) await sleep(attempt < 20 ? 100 : 1_000)
    }
  }

  private async keepPosting(writer: number): Promise<void> {
    while (!this.isStopped) {
      const post = await this.next(writer).catch(() => null) // the form itself did not come: nothing was posted
      if (post === null) {
        await sleep(20)
        continue
      }
      this.posts.push(post)
      await this.send(post)
      if (post.number === null) await sleep(100) // nobody hammers at a portal that is away
    }
  }

  private async next(writer: number): Promise<Post> {
    const marker = `m${this.seed}x${++this.count}x${writer}`
    const known = this.posts.find(post => post.kind === 'ticket' && post.number !== null)?.number
    if (writer % 4 === 0) return request(new Browser(this.wire, this.url), marker)
    if (writer % 4 === 1 || !known) return ticket(this.ann, marker)
    return writer % 4 === 2 ? comment(this.ann, known, marker) : apiComment(this.ann, known, marker)
  }

  private async send(post: Post): Promise<void> {
    try {
      await post.send()
    } catch (error) {
      if (error instanceof Away) return
      this.surprises.push(
        `${post.kind} ${post.marker}, attempt ${post.attempts}: ${error instanceof Error ? error.message : error}`,
      )
    }
  }
}

/** Mulberry32: small, and the same on every machine. */
function randomNumbers(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
