// The content of a mail as it comes over the wire, whole or not at all.

/** What is kept of a mail that is not taken: enough for its headers. */
const START = 64 * 1024
/** Whoever sends on and on after the limit is cut off at so many times the limit. */
const ENDLESS = 4
/** So many mails of full size may be under way at once; more wait at their senders instead of in our memory. */
const AT_ONCE = 8

export type Content =
  | { is: 'whole'; raw: Buffer; release(): void }
  | { is: 'too-large'; start: Buffer; size: number; isEndless: boolean }
  | { is: 'too-much' }

/** Reads one mail; throws when the connection breaks off before its end. */
export type Intake = (stream: AsyncIterable<Buffer>) => Promise<Content>

/** Mails of up to `limit` bytes. What is over it is read on, because the answer stands at the end, but not kept. */
export function createIntake(limit: number): Intake {
  let underWay = 0

  return async stream => {
    // One buffer: chunks that lie there until they are joined would be in memory twice.
    let content: Buffer = Buffer.alloc(0)
    let kept = 0
    let size = 0
    let start: Buffer | null = null
    let isTooMuch = false
    const drop = () => {
      underWay -= kept
      kept = 0
      content = Buffer.alloc(0)
    }
    try {
      for await (const chunk of stream) {
        size += chunk.length
        if (size > limit) start ??= Buffer.from(content.subarray(0, Math.min(kept, START)))
        if (underWay + chunk.length > limit * AT_ONCE) isTooMuch = true
        if (start || isTooMuch) drop()
        else {
          content = withRoom(content, kept, size, limit)
          chunk.copy(content, kept)
          kept += chunk.length
          underWay += chunk.length
        }
        if (size > limit * ENDLESS) break
      }
    } catch (error) {
      drop()
      throw error
    }
    if (start) return { is: 'too-large', start, size, isEndless: size > limit * ENDLESS }
    if (isTooMuch) return { is: 'too-much' }
    const raw = content.subarray(0, kept)
    content = Buffer.alloc(0)
    return { is: 'whole', raw, release: drop }
  }
}

/** Most mails are small. Memory of the last step that is not written to yet costs nothing. */
const STEPS = [64 * 1024, 1024 * 1024]

function withRoom(content: Buffer, kept: number, size: number, limit: number): Buffer {
  if (size <= content.length) return content
  const larger = Buffer.allocUnsafeSlow(STEPS.find(step => step >= size) ?? limit)
  content.copy(larger, 0, 0, kept)
  return larger
}
