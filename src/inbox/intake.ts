// The content of a mail as it comes over the wire, whole or not at all.

/** What is kept of the headers of a mail that is not taken. */
const MAX_HEADERS = 64 * 1024
/** Whoever sends on and on after the limit is cut off at so many times the limit. */
const ENDLESS = 4
/** So many mails of full size may be under way at once; more wait at their senders instead of in our memory. */
const AT_ONCE = 8

export type Content =
  | { is: 'whole'; raw: Buffer; release(): void }
  | { is: 'too-large'; headers: Buffer; size: number; isEndless: boolean }
  | { is: 'too-much' }

/** Reads one mail; throws when the connection breaks off before its end. */
export type Intake = (stream: AsyncIterable<Buffer>) => Promise<Content>

/** Mails of up to `limit` bytes. What is over it is read on, because the answer stands at the end, but not kept. */
export function createIntake(limit: number): Intake {
  let underWay = 0

  return async stream => {
    let chunks: Buffer[] = []
    let kept = 0
    let size = 0
    let headers: Buffer | null = null
    let isTooMuch = false
    const drop = () => {
      underWay -= kept
      kept = 0
      chunks = []
    }
    try {
      for await (const chunk of stream) {
        size += chunk.length
        if (size > limit && !headers) headers = headersOf(chunks)
        if (underWay + chunk.length > limit * AT_ONCE) isTooMuch = true
        if (headers || isTooMuch) drop()
        else {
          chunks.push(chunk)
          kept += chunk.length
          underWay += chunk.length
        }
        if (size > limit * ENDLESS) break
      }
    } catch (error) {
      drop()
      throw error
    }
    if (headers) return { is: 'too-large', headers, size, isEndless: size > limit * ENDLESS }
    if (isTooMuch) return { is: 'too-much' }
    const raw = Buffer.concat(chunks)
    chunks = [] // or the mail would be in memory twice
    return { is: 'whole', raw, release: drop }
  }
}

/** Everything before the first empty line, as far as it is there. */
export function headersOf(chunks: readonly Buffer[]): Buffer {
  let length = 0
  const enough = chunks.filter(chunk => {
    length += chunk.length
    return length - chunk.length < MAX_HEADERS
  })
  const start = Buffer.concat(enough).subarray(0, MAX_HEADERS)
  const ends = [start.indexOf('\r\n\r\n'), start.indexOf('\n\n')].filter(end => end >= 0)
  return ends.length > 0 ? start.subarray(0, Math.min(...ends)) : start
}
