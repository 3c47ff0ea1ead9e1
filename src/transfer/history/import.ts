// A history out of another system: people.jsonl, where there is one, and tickets.jsonl with all that belongs to them.
import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { Trouble } from '../../lib/trouble.ts'
import type { Plaindesk } from '../../plaindesk.ts'
import { connect, importAlone, writers } from '../connect.ts'
import type { Progress } from '../progress.ts'
import { recordImport } from '../record-import.ts'
import { openDirectory } from './directory.ts'
import { ticketBatches } from './entries.ts'
import type { Ground } from './ground.ts'
import { type Lanes, openLanes } from './lanes.ts'
import { bringPeople } from './people.ts'
import { namesOf, prepare } from './prepare.ts'
import { putIn } from './put-in.ts'
import { type Report, tellerTo } from './report.ts'
import { openTopics } from './topics.ts'

const PEOPLE = 'people.jsonl'
const TICKETS = 'tickets.jsonl'

/** What a dry run imagines of one batch the next one has to know. */
const writersOf = (isDry: boolean): number => (isDry ? 1 : writers())

export interface HistoryWishes {
  /** Of which system the ids are. */
  source: string
  dryRun: boolean
  print: (line: string) => void
  stopping: AbortSignal
}

/** Whether a folder has a history in it. */
export const isHistory = (folder: string): boolean => [PEOPLE, TICKETS].some(name => existsSync(join(folder, name)))

/** Brings a history in. What came before is known again, so a run that was broken off is simply done once more. */
export async function importHistory(
  { config, files, clock }: Pick<Plaindesk, 'config' | 'files' | 'clock'>,
  folder: string,
  { source, dryRun, print, stopping }: HistoryWishes,
  progress: Progress,
): Promise<Report> {
  await using stack = new AsyncDisposableStack()
  const url = config.databaseUrl ?? ''
  const client = await connect(stack, url, 'import')
  if (!(await importAlone(client))) throw new Trouble('Another import is running.')
  const now = clock()
  const teller = tellerTo(print, dryRun)
  const ground: Ground = {
    client,
    store: files,
    clamdUrl: config.clamdUrl,
    folder,
    source,
    now,
    isDry: dryRun,
    directory: openDirectory(client, teller.report, now, dryRun),
    topics: openTopics(client, teller.report, now, dryRun),
    teller,
    record: once(async () => (dryRun ? undefined : recordImport(client, folder, now))),
    imagined: { numbers: new Set(), tickets: new Set() },
  }
  const clients = await Promise.all(Array.from({ length: writersOf(dryRun) }, () => connect(stack, url, 'import')))
  await bringAll(ground, openLanes(clients), progress, stopping)
  return teller.report
}

async function bringAll(ground: Ground, lanes: Lanes, progress: Progress, stopping: AbortSignal): Promise<void> {
  const [people, tickets] = [PEOPLE, TICKETS].map(name => join(ground.folder, name))
  const sizes = [people, tickets].map(path => (path && existsSync(path) ? statSync(path).size : 0))
  const [before = 0, size = 0] = sizes
  progress.begin(before + size)
  const { report } = ground.teller
  if (people && before > 0) await bringPeople(ground, people, PEOPLE, end => progress.at(end))
  if (!tickets || size === 0) return
  for await (const { entries, end } of ahead(ticketBatches(tickets, TICKETS, ground.source, ground.teller))) {
    stopping.throwIfAborted()
    const names = namesOf(ground, entries)
    await lanes.without(names)
    const prepared = await prepare(ground, entries)
    if (prepared) await lanes.run(names, client => putIn(ground, client, prepared))
    progress.at(before + end, `${report.tickets} tickets, ${report.messages} messages`)
  }
  await lanes.end()
}

function once(work: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | null = null
  return () => {
    done ??= work()
    return done
  }
}

/** The next batch is read while the database writes this one. */
async function* ahead<T>(batches: AsyncGenerator<T>): AsyncGenerator<T> {
  let next = batches.next()
  for (;;) {
    const { value, done } = await next
    if (done) return
    next = batches.next()
    next.catch(() => {}) // it is thrown when its turn comes
    yield value
  }
}
