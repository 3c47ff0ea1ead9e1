// What can break. Each fault is struck while people post, lasts for a while, and is mended from outside; that everything
// then goes on is the portal's own doing.
import { setTimeout as sleep } from 'node:timers/promises'
import { hasDovecot } from '../inbox/dovecot.ts'
import { newerSchema } from './newer-schema.ts'
import { outOfConnections, readOnly } from './postgres.ts'
import { oneOf } from './random.ts'
import type { Needs, Stage } from './stage.ts'
import { clockJumps, fullDisk, machineDies } from './surroundings.ts'
import { templateOn, twoMigrations } from './two-migrations.ts'

/** Ends the fault. */
export type Mend = () => Promise<void> | void

export interface Tally {
  acknowledged: number
  lost: string[]
  doubled: string[]
}

export interface Fault {
  name: string
  what: string
  needs?: Partial<Needs>
  /** How long it lasts, in milliseconds: from, to. */
  lasts: readonly [number, number]
  /** What takes its time and breaks nothing, before anybody posts. */
  prepare?: (stage: Stage) => Promise<unknown>
  /** Why it cannot be tried here; null = it can. */
  impossible?: () => string | null
  /** `tally` takes what else than posts is compared. */
  strike(stage: Stage, random: () => number, tally: Tally): Promise<Mend> | Mend
}

const needsImap = () => (hasDovecot ? null : 'dovecot is not installed')

export const faults: readonly Fault[] = [
  {
    name: 'web',
    what: 'kill -9 of a web process',
    lasts: [200, 1500],
    strike({ webs }, random) {
      oneOf(webs, random).kill()
      return () => {}
    },
  },
  {
    name: 'worker',
    what: 'kill -9 of a worker',
    lasts: [200, 1500],
    strike({ workers }, random) {
      oneOf(workers, random).kill()
      return () => {}
    },
  },
  {
    name: 'postgres',
    what: 'kill -9 of PostgreSQL',
    lasts: [100, 2500],
    strike(stage) {
      stage.killPostgres()
      return () => stage.startPostgres()
    },
  },
  {
    name: 'restart',
    what: 'PostgreSQL is restarted',
    lasts: [0, 2500],
    async strike(stage) {
      await stage.stopPostgres()
      return () => stage.startPostgres()
    },
  },
  { name: 'machine', what: 'kill -9 of everything at once', lasts: [100, 1500], strike: machineDies },
  {
    name: 'connections',
    what: 'others take all connections to PostgreSQL',
    lasts: [1000, 7000],
    strike: outOfConnections,
  },
  { name: 'read-only', what: 'PostgreSQL is read-only', lasts: [500, 4000], strike: readOnly },
  { name: 'disk', what: 'the disk for files is full', lasts: [500, 3000], strike: fullDisk },
  {
    name: 'smtp-refusing',
    what: 'the mail server refuses',
    lasts: [500, 4000],
    strike({ mailbox }) {
      mailbox.isRefusing = true
      return () => {
        mailbox.isRefusing = false
      }
    },
  },
  { name: 'smtp-hanging', what: 'the mail server says nothing', lasts: [1000, 6000], strike: mailIs('hanging') },
  {
    name: 'smtp-dropping',
    what: 'the line to the mail server breaks mid-DATA',
    lasts: [500, 4000],
    strike: mailIs('mid-data'),
  },
  {
    name: 'smtp-unheard',
    what: 'the line breaks when the mail is taken, before the answer',
    lasts: [300, 1500],
    strike: mailIs('before-answer'),
  },
  {
    name: 'imap',
    what: 'the mailbox is gone',
    needs: { hasImap: true },
    impossible: needsImap,
    lasts: [500, 4000],
    async strike({ dovecot }) {
      await dovecot?.kill()
      return () => dovecot?.start()
    },
  },
  {
    name: 's3',
    what: 'S3 refuses, hangs or breaks off',
    needs: { store: 'bucket' },
    lasts: [500, 4000],
    strike: bucketFails,
  },
  { name: 'clock', what: 'the clock of a process jumps by up to two hours', lasts: [500, 3000], strike: clockJumps },
  {
    name: 'migrations',
    what: 'two migrations are started at once, one of them may die',
    lasts: [0, 100],
    prepare: ({ databaseUrl }) => templateOn(databaseUrl),
    strike: twoMigrations,
  },
  {
    name: 'schema',
    what: 'the schema is newer than the processes that run, and one of them begins again',
    lasts: [300, 2000],
    strike: newerSchema,
  },
]

function mailIs(manner: 'hanging' | 'mid-data' | 'before-answer'): Fault['strike'] {
  return ({ mailLine }) => {
    mailLine.turn(manner)
    return () => mailLine.turn('well')
  }
}

async function bucketFails({ bucket }: Stage, random: () => number): Promise<Mend> {
  if (!bucket) throw new Error('there is no bucket')
  bucket.mood = oneOf(['failing', 'hanging'], random)
  if (random() < 0.5) bucket.server.closeAllConnections()
  return async () => {
    bucket.mood = 'well'
    bucket.server.closeAllConnections()
    await sleep(0)
  }
}
