// Charsets of seven bits, which switch by escape sequences or letters, in the form that iconv-lite reads or browsers do.

// biome-ignore lint/suspicious/noControlCharactersInRegex: the escape sequences of ISO-2022
const idleEscape = /\u001B\([BJ](?=\u001B)/g

/** Two escape sequences without a letter between them, where encoded words meet: a browser calls that an attack. */
export function withoutIdleEscapes(bytes: Buffer): Buffer {
  return Buffer.from(bytes.toString('latin1').replace(idleEscape, ''), 'latin1')
}

/** Shift-out and shift-in (RFC 1557): between them every byte has its eighth bit. */
export function shifted(bytes: Buffer, out: number, back: number): Buffer {
  const result: number[] = []
  let isShifted = false
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0
    if (byte === 0x1b && bytes[at + 1] === 0x24) at += 3
    else if (byte === out) isShifted = true
    else if (byte === back || byte === 0x0a) {
      isShifted = false
      if (byte === 0x0a) result.push(byte)
    } else result.push(isShifted && byte > 0x20 ? byte | 0x80 : byte)
  }
  return Buffer.from(result)
}

/** RFC 1843: `~{` … `~}`. */
export function hzBytes(bytes: Buffer): Buffer {
  const text = bytes.toString('latin1').replace(/~\r?\n/g, '')
  const eight = text.replace(/~\{([^\n]*?)(?:~\}|$)/gm, (_, inner: string) =>
    inner.replace(/[!-~]/g, letter => String.fromCharCode(letter.charCodeAt(0) | 0x80)),
  )
  return Buffer.from(eight.replaceAll('~~', '~'), 'latin1')
}
