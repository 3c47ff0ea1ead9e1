const SLICE = 64 * 1024

/** The pieces of a buffer, for a stream that is written while it is read. */
export function* slices(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += SLICE) yield bytes.subarray(at, at + SLICE)
}
