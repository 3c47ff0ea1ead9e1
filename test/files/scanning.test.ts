import { mkdtemp, rm } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { afterEach, describe, expect, test } from 'vitest'
import { scan } from '../../src/files/scan.ts'
import { ScanResult } from '../../src/files/stored-file.ts'

const running: Server[] = []
afterEach(() => {
  for (const server of running.splice(0)) server.close()
})

/** Speaks the part of clamd's protocol that we use, and finds a virus wherever the word stands. */
function clamd(limit = Number.POSITIVE_INFINITY): Server {
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
        if (length === 0)
          return void socket.end(content.includes('VIRUS') ? 'stream: Test-Signature FOUND\0' : 'stream: OK\0')
        if (buffer.length < 4 + length) return
        content = Buffer.concat([content, buffer.subarray(4, 4 + length)])
        buffer = buffer.subarray(4 + length)
        if (content.length > limit) return void socket.end('INSTREAM size limit exceeded. ERROR\0')
      }
    })
  })
}

async function listening(server: Server, path?: string): Promise<string> {
  running.push(server)
  await new Promise<void>(resolve => (path ? server.listen(path, resolve) : server.listen(0, '127.0.0.1', resolve)))
  return path ? `unix:${path}` : `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const content = (text: string) => Readable.from([Buffer.from(text), Buffer.alloc(200_000, 'x')], { objectMode: false })

describe('the virus scanner', () => {
  test('says clean or infected', async () => {
    const url = await listening(clamd())
    expect(await scan(url, content('harmless'))).toBe(ScanResult.CLEAN)
    expect(await scan(url, content('a VIRUS'))).toBe(ScanResult.INFECTED)
  })

  test('is reached by a socket file too', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'plaindesk-clamd-'))
    const url = await listening(clamd(), join(folder, 'clamd.sock'))
    expect(await scan(url, content('a VIRUS'))).toBe(ScanResult.INFECTED)
    await rm(folder, { recursive: true })
  })

  test('is away, breaks off or complains: an error, never "clean", and the file is closed', async () => {
    const gone = await listening(clamd())
    await new Promise(resolve => running.pop()?.close(resolve))
    const hangsUp = await listening(createServer(socket => void socket.destroy()))
    const isSilent = await listening(createServer(socket => void socket.end()))
    const complains = await listening(clamd(1_000))
    for (const url of [gone, hangsUp, isSilent, complains]) {
      const file = content('harmless')
      await expect(scan(url, file)).rejects.toThrow()
      expect(file.destroyed).toBe(true)
    }
  })

  test('a file that cannot be read is no clean file', async () => {
    const url = await listening(clamd())
    const broken = new Readable({
      read() {
        this.destroy(new Error('disk'))
      },
    })
    await expect(scan(url, broken)).rejects.toThrow('disk')
  })
})
