// The property lists of MAPI in a winmail.dat (MS-OXTNEF §2.1.3.4).

import { decodeBytes } from './charset.ts'

/** By id; numbers and dates are left out. */
export type Properties = Map<number, string | Buffer>

const TEXT8 = 0x1e
const TEXT16 = 0x1f
const OBJECT = 0x0d
const BINARY = 0x102
const MANY = 0x1000
const sizes: Partial<Record<number, number>> = {
  2: 4,
  3: 4,
  4: 4,
  10: 4,
  11: 4,
  5: 8,
  6: 8,
  7: 8,
  20: 8,
  64: 8,
  72: 16,
}
const MAX_PROPERTIES = 5_000

/** As far as the list can be followed. */
export function readProperties(bytes: Buffer, codepage: string): Properties {
  const found: Properties = new Map()
  const cursor = new Cursor(bytes)
  const count = Math.min(cursor.uint(), MAX_PROPERTIES)
  for (let index = 0; index < count && !cursor.isOver; index += 1) {
    const type = cursor.uint16()
    const id = cursor.uint16()
    if (id >= 0x8000) skipName(cursor)
    const single = type & ~MANY
    const size = sizes[single]
    if (size !== undefined) cursor.take(size * (type & MANY ? cursor.uint() : 1))
    else if (isText(single) || single === OBJECT || single === BINARY) {
      const value = firstOf(cursor)
      if (!found.has(id)) found.set(id, isText(single) ? textOf(value, single, codepage) : value)
    } else return found
  }
  return found
}

const isText = (type: number): boolean => type === TEXT8 || type === TEXT16

function textOf(value: Buffer, type: number, codepage: string): string {
  const text = type === TEXT16 ? value.subarray(0, value.length & ~1).toString('utf16le') : decodeBytes(value, codepage)
  let end = text.length
  while (text[end - 1] === '\0') end -= 1
  return text.slice(0, end)
}

/** The values that have a length are counted, even where there is one. */
function firstOf(cursor: Cursor): Buffer {
  const count = cursor.uint()
  let first: Buffer | null = null
  for (let index = 0; index < count && !cursor.isOver; index += 1) {
    const value = cursor.padded(cursor.uint())
    first ??= value
  }
  return first ?? Buffer.alloc(0)
}

function skipName(cursor: Cursor): void {
  cursor.take(16)
  if (cursor.uint() === 0) cursor.take(4)
  else cursor.padded(cursor.uint())
}

class Cursor {
  private at = 0

  constructor(private readonly bytes: Buffer) {}

  get isOver(): boolean {
    return this.at >= this.bytes.length
  }

  take(length: number): Buffer {
    const taken = this.bytes.subarray(this.at, this.at + length)
    this.at = Math.min(this.bytes.length, this.at + length)
    return taken
  }

  padded(length: number): Buffer {
    return this.take(Math.ceil(length / 4) * 4).subarray(0, length)
  }

  uint(): number {
    const taken = this.take(4)
    return taken.length === 4 ? taken.readUInt32LE(0) : 0
  }

  uint16(): number {
    const taken = this.take(2)
    return taken.length === 2 ? taken.readUInt16LE(0) : 0
  }
}
