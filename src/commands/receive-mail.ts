// plaindesk mail receive < file.eml: a mail server's pipe, and the quickest way to see what is understood of a mail.
import { readFile } from 'node:fs/promises'
import { buffer } from 'node:stream/consumers'
import type { Config } from '../config.ts'
import type { Envelope } from '../inbox/door.ts'
import { askRunning } from '../inbox/doors/mail-socket.ts'
import { TRY_LATER } from '../inbox/exit-codes.ts'
import type { Answer } from '../inbox/receive-now.ts'
import { Trouble } from '../lib/trouble.ts'

interface Wishes {
  to?: string
  from?: string
}

/** Takes each mail and prints a line of JSON; answers the exit code of the last one. */
export async function receiveMail(config: Config, files: readonly string[], { to, from }: Wishes): Promise<number> {
  const envelope: Envelope = { door: 'COMMAND', from: from ?? null, to: to ? [to] : [], client: null }
  await using stack = new AsyncDisposableStack()
  let alone: ((raw: Buffer) => Promise<Answer>) | null = null
  let code = 0
  try {
    for await (const raw of mailsOf(files)) {
      const answer = (alone ? null : await askRunning(config, raw, envelope)) ?? (await takeAlone(raw))
      process.stdout.write(`${JSON.stringify(answer.line)}\n`)
      code = answer.code
    }
    return code
  } catch (error) {
    console.error(error instanceof Trouble ? error.message : error)
    return TRY_LATER
  }

  /** No portal of these settings runs here: everything is opened once, for this command alone. */
  async function takeAlone(raw: Buffer): Promise<Answer> {
    alone ??= await openAlone(stack, config, envelope)
    return alone(raw)
  }
}

async function openAlone(stack: AsyncDisposableStack, config: Config, envelope: Envelope) {
  const [{ open }, { receiveNow }] = await Promise.all([import('./open.ts'), import('../inbox/receive-now.ts')])
  // As `start` does, so that the first mail of a fresh clone is taken too.
  const plaindesk = await open(stack, config, { as: 'mail receive', migrates: !config.production })
  if (!config.production) await (await import('./seed.ts')).seedIfEmpty(plaindesk)
  return (raw: Buffer): Promise<Answer> => receiveNow(plaindesk, raw, envelope)
}

async function* mailsOf(files: readonly string[]): AsyncGenerator<Buffer> {
  if (files.length === 0) yield await buffer(process.stdin)
  for (const file of files) {
    yield await readFile(file).catch(() => {
      throw new Trouble(`There is no file "${file}" that could be read.`)
    })
  }
}
