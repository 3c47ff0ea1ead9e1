import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'

/** Speaks the part of clamd's protocol that we use, and finds a virus wherever the word stands. */
export function clamd(limit = Number.POSITIVE_INFINITY): Server {
  return createServer((socket: Socket) => {
    let buffer = Buffer.alloc(0)
    let content = Buffer.alloc(0)
    let isCommandRead = false
    socket.on('error', () => {})
    socket.on('data', chunk => {
      buffer = Buffer.concat([buffer, chunk])
      if (!isCommandRead && buffer.length >= 10) {
        if (buffer.subarray(0, 10).toString() !== 'zINSTREAM\0') return void socket.end('UNKNOWN COMMAND\0')
        isCommandRead = true
        buffer = buffer.subarray(10)
      }
      while (isCommandRead && buffer.length >= 4) {
        const length = buffer.readUInt32BE()
        if (length === 0) return void socket.end(answerTo(content))
        if (buffer.length < 4 + length) return
        content = Buffer.concat([content, buffer.subarray(4, 4 + length)])
        buffer = buffer.subarray(4 + length)
        if (content.length > limit) return void socket.end('INSTREAM size limit exceeded. ERROR\0')
      }
    })
  })
}

/** Its address as `CLAMD_URL` has it. */
export async function listening(server: Server, path?: string): Promise<string> {
  await new Promise<void>(resolve => (path ? server.listen(path, resolve) : server.listen(0, '127.0.0.1', resolve)))
  return path ? `unix:${path}` : `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const answerTo = (content: Buffer) => (content.includes('VIRUS') ? 'stream: Test-Signature FOUND\0' : 'stream: OK\0')
