// plaindesk mail receive < file.eml: a mail server's pipe, and the quickest way to see what is understood of a mail.
import { readFile } from 'node:fs/promises'
import { buffer } from 'node:stream/consumers'
import type { Config } from '../config.ts'
import type { Envelope, Outcome } from '../inbox/door.ts'
import { fileMail } from '../inbox/file-mail.job.ts'
import { lineOf } from '../inbox/outcome-line.ts'
import { keep } from '../inbox/receive.ts'
import { Trouble } from '../lib/trouble.ts'
import type { Plaindesk } from '../plaindesk.ts'
import { open } from './open.ts'

/** As sysexits.h has it: the mail server tries again. */
const TRY_LATER = 75
const exitCodes: Record<Outcome, number> = {
  appended: 0,
  created: 0,
  'followed-up': 0,
  held: 10,
  unreadable: 10,
  refused: 11,
  duplicate: 12,
  automatic: 13,
  bounce: 13,
  loop: 13,
}

interface Wishes {
  to?: string
  from?: string
}

/** Takes each mail and prints a line of JSON; answers the exit code of the last one. */
export async function receiveMail(config: Config, files: readonly string[], { to, from }: Wishes): Promise<number> {
  const envelope: Envelope = { door: 'COMMAND', from: from ?? null, to: to ? [to] : [], client: null }
  const mails = await Promise.all(files.map(readable))
  try {
    await using stack = new AsyncDisposableStack()
    const plaindesk = await open(stack, config, { as: 'mail receive' })
    let code = 0
    for (const raw of files.length > 0 ? mails : [await buffer(process.stdin)]) {
      code = await receiveOne(plaindesk, raw, envelope)
    }
    return code
  } catch (error) {
    if (error instanceof Trouble) console.error(error.message)
    else console.error(error)
    return TRY_LATER
  }
}

function readable(file: string): Promise<Buffer> {
  return readFile(file).catch(() => {
    throw new Trouble(`There is no file "${file}" that could be read.`)
  })
}

async function receiveOne(plaindesk: Plaindesk, raw: Buffer, envelope: Envelope): Promise<number> {
  const inbox = plaindesk
  const mail = await keep(inbox, raw, envelope)
  const filed = await fileMail(inbox, mail.id, false).catch(() => null)
  if (!filed?.mail.outcome) {
    process.stdout.write(`${JSON.stringify({ outcome: null, reason: 'try again later' })}\n`)
    return TRY_LATER
  }
  const line = lineOf(filed)
  process.stdout.write(`${JSON.stringify(line)}\n`)
  return exitCodes[line.outcome]
}
