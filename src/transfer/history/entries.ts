import { type Line, linesIn } from '../lines.ts'
import { type TicketLine, ticketLine, understand } from './format.ts'
import { messageKeys, ticketKey } from './keys.ts'
import type { Place, Teller } from './report.ts'

/** A ticket of another system, as a line told it. */
export interface Entry {
  place: Place
  ticket: TicketLine
  key: string
  /** As many as it has messages, in their order. */
  messageKeys: string[]
}

export interface Batch<T> {
  entries: T[]
  /** The byte after the last line. */
  end: number
}

const MESSAGES_AT_ONCE = 2_000
const BYTES_AT_ONCE = 8 * 1024 * 1024

/** The tickets of a file, some thousand messages at a time, none twice in a batch. Lines that are not understood are refused. */
export async function* ticketBatches(
  path: string,
  file: string,
  source: string,
  teller: Teller,
): AsyncGenerator<Batch<Entry>> {
  let entries: Entry[] = []
  let keys = new Set<string>()
  let [messages, bytes, end] = [0, 0, 0]
  for await (const line of linesIn(path)) {
    const entry = entryOf(line, file, source, teller)
    if (entry && (keys.has(entry.key) || messages >= MESSAGES_AT_ONCE || bytes >= BYTES_AT_ONCE)) {
      yield { entries, end }
      ;[entries, keys, messages, bytes] = [[], new Set(), 0, 0]
    }
    end = line.end
    if (!entry) continue
    entries.push(entry)
    keys.add(entry.key)
    messages += entry.messageKeys.length
    bytes += line.text.length
  }
  yield { entries, end }
}

function entryOf(line: Line, file: string, source: string, teller: Teller): Entry | null {
  const place = { file, line: line.number }
  const read = understand(ticketLine, line.text)
  if ('refused' in read) {
    teller.refuse(place, read.refused)
    return null
  }
  const ticket = {
    ...read.value,
    messages: read.value.messages.toSorted((one, other) => one.at.getTime() - other.at.getTime()),
  }
  const key = ticketKey(source, read.value)
  return { place, ticket, key, messageKeys: messageKeys(key, ticket.messages) }
}
