import { statSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Config } from '../config.ts'
import { Trouble } from '../lib/trouble.ts'
import type { Plaindesk } from '../plaindesk.ts'
import { type Progress, progressBar } from '../transfer/progress.ts'
import { open } from './open.ts'

export interface ImportWishes {
  dryRun?: boolean
  strict?: boolean
  source: string
  mbox?: string[]
  maildir?: string[]
  closeAfter?: number
}

/** Some lines were refused, the rest is in. */
const SOME_REFUSED = 2

/** A folder, or mailboxes; one after the other would be two imports. */
export async function bringIn(
  config: Config,
  folder: string | undefined,
  wishes: ImportWishes,
  stopping: AbortSignal,
): Promise<number> {
  const hasMail = Boolean(wishes.mbox?.length || wishes.maildir?.length)
  if (hasMail === (folder !== undefined))
    throw new Trouble('Name a folder of JSON Lines, or mailboxes with --mbox or --maildir.')
  return folder === undefined ? importMail(config, wishes, stopping) : importFolder(config, folder, wishes, stopping)
}

async function importMail(
  config: Config,
  { mbox = [], maildir = [], dryRun = false, closeAfter }: ImportWishes,
  stopping: AbortSignal,
): Promise<number> {
  if (closeAfter !== undefined && !(closeAfter >= 0)) throw new Trouble('--close-after is a number of days.')
  await using stack = new AsyncDisposableStack()
  const plaindesk = await open(stack, config, { as: 'import', migrates: !config.production })
  const bar = progressBar('the mails')
  stack.defer(() => bar.stop())
  const [{ importMailbox }, { mailSummary }] = await Promise.all([
    import('../transfer/mailbox/import.ts'),
    import('../transfer/mailbox/report.ts'),
  ])
  const days = closeAfter ?? plaindesk.settings.current.autoCloseDays
  const print = (line: string) => void process.stdout.write(`${line}\n`)
  const places = { mbox: mbox.map(path => resolve(path)), maildir: maildir.map(path => resolve(path)) }
  const report = await importMailbox(plaindesk, { ...places, dryRun, closeAfter: days, print, stopping }, bar)
  bar.stop()
  process.stdout.write(mailSummary(report, dryRun))
  return report.failed > 0 ? SOME_REFUSED : 0
}

/** A folder of JSON Lines: a whole export, or a history of another system. */
async function importFolder(
  config: Config,
  from: string,
  wishes: ImportWishes,
  stopping: AbortSignal,
): Promise<number> {
  const folder = resolve(from)
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) throw new Trouble(`There is no folder ${folder}.`)
  await using stack = new AsyncDisposableStack()
  const plaindesk = await open(stack, config, { as: 'import', migrates: !config.production })
  const bar = progressBar('the folder')
  stack.defer(() => bar.stop())
  const [{ readManifest }, { isHistory }] = await Promise.all([
    import('../transfer/whole/manifest.ts'),
    import('../transfer/history/import.ts'),
  ])
  const manifest = await readManifest(folder)
  if (manifest) return await takeWhole(plaindesk, folder, manifest, wishes, bar)
  if (!isHistory(folder))
    throw new Trouble(`${folder} has neither a manifest.json (of a whole export) nor a tickets.jsonl or people.jsonl.`)
  return await takeHistory(plaindesk, folder, wishes, bar, stopping)
}

async function takeWhole(
  plaindesk: Plaindesk,
  folder: string,
  manifest: Awaited<ReturnType<typeof import('../transfer/whole/manifest.ts').readManifest>> & object,
  { dryRun = false }: ImportWishes,
  bar: Progress,
): Promise<number> {
  const { importWhole } = await import('../transfer/whole/import.ts')
  const outcome = await importWhole(plaindesk, folder, manifest, { dryRun }, bar)
  bar.stop()
  const count = (name: string) => manifest.tables.find(table => table.name === name)?.rows ?? 0
  const what = `${count('ticket')} tickets, ${count('message')} messages, ${count('person')} people, ${manifest.files.count} files`
  process.stdout.write(
    {
      imported: `The export of ${manifest.madeAt} is in: ${what}.\n`,
      known: `The export of ${manifest.madeAt} is in already; nothing was changed.\n`,
      checked: `The export of ${manifest.madeAt} is whole and would be brought in: ${what}.\n`,
    }[outcome],
  )
  return 0
}

async function takeHistory(
  plaindesk: Plaindesk,
  folder: string,
  { dryRun = false, strict = false, source }: ImportWishes,
  bar: Progress,
  stopping: AbortSignal,
): Promise<number> {
  const [{ importHistory }, { summary }] = await Promise.all([
    import('../transfer/history/import.ts'),
    import('../transfer/history/report.ts'),
  ])
  const print = (line: string) => void process.stdout.write(`${line}\n`)
  const run = (isDry: boolean) => importHistory(plaindesk, folder, { source, dryRun: isDry, print, stopping }, bar)
  const first = await run(dryRun || strict)
  const isStopped = strict && first.refused > 0
  const report = dryRun || isStopped || !strict ? first : await run(false)
  bar.stop()
  process.stdout.write(
    isStopped && !dryRun ? 'Nothing was brought in, because of --strict.\n' : summary(report, dryRun),
  )
  return isStopped ? 1 : report.refused > 0 ? SOME_REFUSED : 0
}
