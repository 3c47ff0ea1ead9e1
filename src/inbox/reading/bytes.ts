// Lines in bytes.

const LF = 0x0a
const CR = 0x0d
const SPACE = 0x20
const TAB = 0x09
const LOOK = 65_536

/** Where the line that holds `from` is over and the next one begins. */
export function nextLine(bytes: Buffer, from: number): number {
  const at = bytes.indexOf(LF, from)
  return at < 0 ? bytes.length : at + 1
}

/** `end` without the line break before it, not before `start`. */
export function lineEnd(bytes: Buffer, start: number, end: number): number {
  if (end > start && bytes[end - 1] === LF) end -= 1
  while (end > start && bytes[end - 1] === CR) end -= 1
  return end
}

/** Whether nothing but white space is left of the line. */
export function isBlankAt(bytes: Buffer, at: number): boolean {
  while (bytes[at] === SPACE || bytes[at] === TAB || bytes[at] === CR) at += 1
  return at >= bytes.length || bytes[at] === LF
}

/** Old Macs and broken gateways end lines with CR alone: such a mail is copied with LF in their place. */
export function bareLineFeeds(raw: Buffer, defects: string[]): Buffer {
  const start = raw.subarray(0, LOOK)
  let lone = 0
  let feeds = 0
  for (const [at, byte] of start.entries()) {
    if (byte === LF) feeds += 1
    else if (byte === CR && start[at + 1] !== LF && start[at + 1] !== CR) lone += 1
  }
  if (lone <= feeds) return raw
  defects.push('lines end with CR alone')
  const copy = Buffer.from(raw)
  for (let at = copy.indexOf(CR); at >= 0; at = copy.indexOf(CR, at + 1)) copy[at] = LF
  return copy
}
