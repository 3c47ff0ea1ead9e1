// Width and height of the pictures that mails carry: PNG, GIF and JPEG. Enough to tell a tracking pixel from a screenshot.

export interface PictureSize {
  width: number
  height: number
}

// A JPEG's frame header stands behind its thumbnail and profiles.
const MAX_SEGMENTS = 200

/** In pixels; null where it is none of these or cut off. */
export function pictureSize(bytes: Buffer): PictureSize | null {
  if (bytes.length < 24) return null
  const start = bytes.toString('latin1', 0, 8)
  if (start.startsWith('\x89PNG')) return { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) }
  if (start.startsWith('GIF8')) return { width: bytes.readUInt16LE(6), height: bytes.readUInt16LE(8) }
  return start.startsWith('\xff\xd8') ? jpegSize(bytes) : null
}

function jpegSize(bytes: Buffer): PictureSize | null {
  let at = 2
  for (let segment = 0; segment < MAX_SEGMENTS && at + 9 < bytes.length && bytes[at] === 0xff; segment += 1) {
    const marker = bytes[at + 1] ?? 0
    const isFrame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc
    if (isFrame) return { width: bytes.readUInt16BE(at + 7), height: bytes.readUInt16BE(at + 5) }
    at += marker === 0xff ? 1 : 2 + bytes.readUInt16BE(at + 2)
  }
  return null
}
