// Issue 2, "Proved by" 4: the portal is killed (-9) at random moments while requests and comments are posted. After each
// restart whatever was not acknowledged is posted again. In the end every post is there once, whole, and its mail arrived.
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from '../../src/database/postmaster.ts'
import { Crowd } from '../faults/crowd.ts'
import { type Judgement, judge } from '../faults/judge.ts'
import { randomNumbers } from '../faults/random.ts'
import { Wire } from '../kit/http.ts'
import { Mailbox } from '../kit/mailbox.ts'
import { Portal } from './portal.ts'

/** The longest time between the first post of a round and its kill. In milliseconds. */
const LONGEST_ROUND = 1_500
/** In so many rounds of a hundred PostgreSQL is killed as well. */
const POSTGRES_TOO = 25

export interface CrashOptions {
  rounds: number
  /** The same seed kills after the same times. */
  seed: number
  /** No further round begins then. */
  until?: number
  say?: (line: string) => void
}

export async function crash({
  rounds,
  seed,
  until = Infinity,
  say = () => undefined,
}: CrashOptions): Promise<Judgement & { rounds: number }> {
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
  const crowd = new Crowd(wire, { url }, `start-${seed}`, randomNumbers(seed + 1))
  try {
    await portal.start()
    await crowd.logIn()
    let round = 0
    while (round < rounds && (round === 0 || Date.now() < until)) {
      round += 1
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
    const { posts, surprises } = crowd
    return {
      ...(await judge({ posts, surprises, databaseUrl: portal.databaseUrl, mailbox, url, wire })),
      rounds: round,
    }
  } finally {
    await portal.stop()
    await Promise.all([wire.close(), mailbox.close()])
    await rm(dataDir, { recursive: true, force: true })
  }
}
