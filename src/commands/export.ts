import { resolve } from 'node:path'
import type { Config } from '../config.ts'
import { progressBar } from '../transfer/progress.ts'
import { exportWhole } from '../transfer/whole/export.ts'
import { open } from './open.ts'

/** Everything into a folder; answers 1 where files were lost before. */
export async function exportAll(config: Config, to: string, wishes: { withSecrets?: boolean }): Promise<number> {
  const folder = resolve(to)
  await using stack = new AsyncDisposableStack()
  const plaindesk = await open(stack, config, { as: 'export' })
  const bar = progressBar('all rows and files')
  stack.defer(() => bar.stop())
  const { tables, files, damaged } = await exportWhole(
    plaindesk,
    folder,
    { withSecrets: wishes.withSecrets === true },
    bar,
  )
  bar.stop()
  const count = (name: string) => tables.find(table => table.name === name)?.rows ?? 0
  process.stdout.write(
    `${folder} has everything: ${count('ticket')} tickets, ${count('message')} messages, ${count('person')} people, ${files.count} files.\n`,
  )
  for (const sha256 of damaged) console.error(`The file store has lost or changed the file with the SHA-256 ${sha256}.`)
  return damaged.length > 0 ? 1 : 0
}
