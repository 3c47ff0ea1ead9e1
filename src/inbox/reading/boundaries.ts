// Where the parts of a multipart begin and end (RFC 2046 §5.1.1).

import { isBlankAt, lineEnd, nextLine } from './bytes.ts'

// A mail of nothing but boundaries would else cost hundreds of bytes for each of its own.
export const MAX_PARTS = 10_000

/** A line that begins a part although no header announced it: `--something`, followed by a MIME header. */
export function boundaryIn(body: Buffer): string | null {
  const start = body.subarray(0, 16_384).toString('latin1')
  return (
    /^--(\S[^\r\n]{0,200}?)[ \t]*\r?\nContent-(?:Type|Transfer-Encoding|Disposition)[ \t]*:/im.exec(start)?.[1] ?? null
  )
}

/** The pieces between the lines `--boundary`, up to `--boundary--`; null where there is no such line. */
export function between(body: Buffer, boundary: string, defects: string[] = []): Buffer[][] | null {
  const delimiter = Buffer.from(`--${boundary}`)
  const runs: Buffer[][] = [[]]
  let start = -1
  let pieces = 0
  for (let at = find(body, delimiter, 0); at >= 0; at = find(body, delimiter, at + delimiter.length)) {
    const kind = lineKind(body, at, at + delimiter.length)
    if (kind === 'none') continue
    if (start >= 0) runs.at(-1)?.push(body.subarray(start, lineEnd(body, start, at)))
    pieces += 1
    if (pieces > MAX_PARTS) return runs
    start = kind === 'end' ? -1 : nextLine(body, at + delimiter.length)
    if (kind === 'end') runs.push([])
  }
  if (pieces === 0) return null
  if (start >= 0 && start < body.length) runs.at(-1)?.push(lastPiece(body.subarray(start), delimiter, defects))
  return runs
}

/** A piece without an end; some programs put the end boundary right behind the last letter. */
function lastPiece(piece: Buffer, delimiter: Buffer, defects: string[]): Buffer {
  defects.push('end boundary missing')
  const at = piece.lastIndexOf(delimiter)
  return at > 0 && lineKind(piece.subarray(at), 0, delimiter.length) === 'end' ? piece.subarray(0, at) : piece
}

const find = (body: Buffer, delimiter: Buffer, from: number): number =>
  delimiter.length === 2 ? -1 : body.indexOf(delimiter, from)

function lineKind(body: Buffer, at: number, end: number): 'none' | 'next' | 'end' {
  if (at > 0 && body[at - 1] !== 0x0a) return 'none'
  if (isBlankAt(body, end)) return 'next'
  if (body[end] !== 0x2d || body[end + 1] !== 0x2d) return 'none'
  // Some put words behind the end boundary.
  return isBlankAt(body, end + 2) || body[end + 2] === 0x20 ? 'end' : 'none'
}
