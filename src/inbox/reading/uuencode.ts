// Files as text (`begin 644 name` … `end`), as programs before MIME sent them, and as lists of news still do (yEnc).

export interface TextFile {
  filename: string
  contentType: string
  content: Buffer
  cid: null
}

const begin = /^begin [0-7]{3,4} (\S[^\r\n]{0,250})\r?$/m

/** The one file in a part whose transfer encoding is uuencode. */
export function uudecode(bytes: Buffer): TextFile | null {
  return takeFiles(bytes.toString('latin1')).files[0] ?? null
}

/** A text without its uuencoded files, and these. */
export function takeFiles(text: string): { text: string; files: TextFile[] } {
  const files: TextFile[] = []
  if (!begin.test(text)) return { text, files }
  const lines = text.split('\n')
  const kept: string[] = []
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? ''
    const filename = begin.exec(line)?.[1]?.trim()
    const block = filename === undefined ? null : blockFrom(lines, at + 1)
    if (block === null || filename === undefined) kept.push(line)
    else {
      files.push({ filename, contentType: '', content: Buffer.concat(block.pieces), cid: null })
      at = block.end
    }
  }
  return { text: kept.join('\n'), files }
}

/** The lines up to `end`; null where they are no uuencoded data, but words that begin with "begin". */
function blockFrom(lines: string[], from: number): { pieces: Buffer[]; end: number } | null {
  const pieces: Buffer[] = []
  let at = from
  for (; at < lines.length; at += 1) {
    const line = (lines[at] ?? '').replace(/\r$/, '')
    if (/^end\s*$/.test(line)) return { pieces, end: at }
    if (/^[`\s]?$/.test(line)) continue
    const piece = decodedLine(line)
    if (piece === null) break
    pieces.push(piece)
  }
  return pieces.length > 1 ? { pieces, end: at - 1 } : null
}

function decodedLine(line: string): Buffer | null {
  const length = value(line, 0)
  const needed = Math.ceil(length / 3) * 4
  // Trailing spaces are lost on the way; a check character may stand at the end.
  if (length > 45 || line.length > needed + 3 || line.length < needed - 3 || /[^\x20-\x60]/.test(line)) return null
  const out = Buffer.alloc(Math.ceil(length / 3) * 3)
  for (let at = 1, to = 0; to < length; at += 4, to += 3) {
    const [a, b, c, d] = [value(line, at), value(line, at + 1), value(line, at + 2), value(line, at + 3)]
    out.writeUIntBE((a << 18) | (b << 12) | (c << 6) | d, to, 3)
  }
  return out.subarray(0, length)
}

const value = (line: string, at: number): number => (at < line.length ? (line.charCodeAt(at) - 32) & 63 : 0)
