// npm run bench:import [-- --messages 100000 --files 1000]
//
// Brings a history in and takes everything out and in again, on a PostgreSQL of its own, and counts messages by the second.
import { randomBytes } from 'node:crypto'
import { createWriteStream, mkdirSync, writeFileSync } from 'node:fs'
import { loadavg } from 'node:os'
import { join } from 'node:path'
import { finished } from 'node:stream/promises'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { migrate } from '../../src/database/migrate.ts'
import { openOrm } from '../../src/database/orm.ts'
import { createFileStore } from '../../src/files/store.ts'
import { createLog } from '../../src/log.ts'
import { dice, sentences } from '../../src/seeds/sentences.ts'
import { importHistory } from '../../src/transfer/history/import.ts'
import { exportWhole } from '../../src/transfer/whole/export.ts'
import { importWhole } from '../../src/transfer/whole/import.ts'
import { readManifest } from '../../src/transfer/whole/manifest.ts'
import { command } from '../kit/database.ts'
import { openGround } from './ground.ts'

/** What issue 5 promises. */
const LEAST = 2_000
const MESSAGES = 4
const CUSTOMERS = 2_000
const FILE_BYTES = 20_000

const { values: options } = parseArgs({
  options: { messages: { type: 'string', default: '100000' }, files: { type: 'string', default: '1000' } },
})
const messages = Number(options.messages)
const files = Number(options.files)

await using stack = new AsyncDisposableStack()
const ground = await openGround(stack, 100, false)
const folder = join(ground.dataDir, 'history')
await writeHistory(folder)
const silent = { begin() {}, at() {}, say() {}, stop() {} }
const quiet = { source: '', dryRun: false, print: console.log, stopping: new AbortController().signal }

const portal = await portalOn(ground.url, join(ground.dataDir, 'files'))
const report = await timed(`history of ${messages} messages and ${files} files`, async () => {
  const done = await importHistory(portal, folder, quiet, silent)
  return done.messages
})
await timed('the same once more, nothing new', async () => {
  await importHistory(portal, folder, quiet, silent)
  return messages
})
const whole = join(ground.dataDir, 'whole')
await timed('whole export', async () => {
  await exportWhole(portal, whole, { withSecrets: true }, silent)
  return messages
})
await command(ground.url, 'create database plaindesk_copy')
const copy = new URL(ground.url)
copy.pathname = '/plaindesk_copy'
await migrate(copy.href, createLog({ logLevel: 'warn' }))
const empty = await portalOn(copy.href, join(ground.dataDir, 'copied-files'))
await timed('whole export into an empty portal', async () => {
  const manifest = await readManifest(whole)
  if (manifest) await importWhole(empty, whole, manifest, { dryRun: false }, silent)
  return messages
})
if (report < LEAST) process.exitCode = 1

async function timed(what: string, work: () => Promise<number>): Promise<number> {
  const startedAt = performance.now()
  const count = await work()
  const seconds = (performance.now() - startedAt) / 1000
  const perSecond = count / seconds
  console.log(`${what}: ${seconds.toFixed(1)} s, ${perSecond.toFixed()} messages/s (load ${loadavg()[0]?.toFixed(1)})`)
  return perSecond
}

async function portalOn(url: string, store: string) {
  const log = createLog({ logLevel: 'warn' })
  const orm = await openOrm(url, log, { name: 'plaindesk bench' })
  stack.defer(() => orm.close())
  const opened = await createFileStore({ storageUrl: pathToFileURL(store).href })
  // Of the settings only these two are looked at.
  const config = { databaseUrl: url, clamdUrl: null } as Parameters<typeof importHistory>[0]['config']
  return { config, orm, files: opened, clock: () => new Date() }
}

async function writeHistory(to: string): Promise<void> {
  mkdirSync(join(to, 'files'), { recursive: true })
  for (let at = 0; at < files; at += 1) writeFileSync(join(to, 'files', `${at}.bin`), randomBytes(FILE_BYTES))
  const words = sentences(4_000, 6, 16, dice(4711))
  const text = (n: number) => [0, 1, 2].map(each => words[(n * 7 + each * 131) % words.length]).join('. ')
  const out = createWriteStream(join(to, 'tickets.jsonl'))
  for (let ticket = 0; ticket * MESSAGES < messages; ticket += 1) {
    const email = `writer${ticket % CUSTOMERS}@history.example`
    const said = Array.from({ length: MESSAGES }, (_, k) => ({
      id: k,
      at: new Date(Date.UTC(2018, 0, 1) + ticket * 600_000 + k * 3_600_000).toISOString(),
      text: text(ticket * MESSAGES + k),
      ...(k % 2 === 1 ? { author: 'dana@plaindesk.example' } : {}),
      ...(k === 0 && ticket < files ? { files: [`files/${ticket}.bin`] } : {}),
    }))
    const line = {
      id: ticket,
      number: 1_000_000 + ticket,
      subject: words[ticket % words.length]?.slice(0, 200),
      requester: email,
      messages: said,
    }
    if (!out.write(`${JSON.stringify(line)}\n`))
      await new Promise<void>(resolve => void out.once('drain', () => resolve()))
  }
  out.end()
  await finished(out)
}
