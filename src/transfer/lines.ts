import { createReadStream } from 'node:fs'
import { Trouble } from '../lib/trouble.ts'

export interface Line {
  /** From 1, of those read. */
  number: number
  text: string
  /** The byte after it. */
  end: number
}

const CHUNK = 1024 * 1024
/** A ticket of a thousand long messages has some megabytes. */
const LONGEST = 256 * CHUNK
const NEWLINE = 10

/** The lines of a file from a byte on, as UTF-8; one line is in memory, and no more. Blank ones are left out. */
export async function* linesIn(path: string, start = 0): AsyncGenerator<Line> {
  let begun: Buffer[] = []
  let end = start
  let number = 0
  const lineOf = (last: Buffer, newline: number): Line => {
    const bytes = begun.length === 0 ? last : Buffer.concat([...begun, last])
    begun = []
    number += 1
    end += bytes.length + newline
    return { number, end, text: bytes.toString('utf8').trim() }
  }
  for await (const chunk of createReadStream(path, { start, highWaterMark: CHUNK })) {
    let from = 0
    for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, from)) {
      const line = lineOf(chunk.subarray(from, at), 1)
      from = at + 1
      if (line.text !== '') yield line
    }
    if (from < chunk.length) begun.push(chunk.subarray(from))
    if (begun.length > LONGEST / CHUNK)
      throw new Trouble(`Line ${number + 1} of ${path} is longer than ${LONGEST / CHUNK} MB.`)
  }
  if (begun.length > 0) {
    const line = lineOf(Buffer.alloc(0), 0)
    if (line.text !== '') yield line
  }
}
