// ClamAV's daemon, by its INSTREAM command: the file goes over the socket in counted chunks, one line comes back.
import { connect, type Socket } from 'node:net'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { ScanResult } from './stored-file.ts'

const SILENCE_MS = 120_000
const DEFAULT_PORT = 3310

/** What clamd at `tcp://host:port` or `unix:/path` says of a content. Throws where it cannot say, to be asked again. */
export async function scan(clamdUrl: string, content: Readable): Promise<ScanResult.CLEAN | ScanResult.INFECTED> {
  const socket = dial(new URL(clamdUrl))
  socket.setTimeout(SILENCE_MS, () => socket.destroy(new Error('clamd does not answer')))
  const sent = Readable.from(framed(content), { objectMode: false })
  sent.on('error', error => socket.destroy(error))
  sent.pipe(socket, { end: false })
  try {
    return verdict(await text(socket))
  } finally {
    content.destroy()
    socket.destroy()
  }
}

function dial(url: URL): Socket {
  if (url.protocol === 'unix:') return connect({ path: decodeURIComponent(url.pathname) })
  return connect({ host: url.hostname.replace(/^\[|\]$/g, ''), port: Number(url.port || DEFAULT_PORT) })
}

async function* framed(content: Readable): AsyncGenerator<Buffer> {
  yield Buffer.from('zINSTREAM\0')
  for await (const chunk of content) {
    const length = Buffer.alloc(4)
    length.writeUInt32BE(chunk.length)
    yield length
    yield chunk
  }
  yield Buffer.alloc(4)
}

/** `stream: OK`, `stream: Eicar-Signature FOUND`, or a complaint such as `INSTREAM size limit exceeded. ERROR`. */
function verdict(answer: string): ScanResult.CLEAN | ScanResult.INFECTED {
  const line = answer.replace(/\0/g, '').trim()
  if (line === 'stream: OK') return ScanResult.CLEAN
  if (line.endsWith(' FOUND')) return ScanResult.INFECTED
  throw new Error(`clamd says: ${line || 'nothing'}`)
}
