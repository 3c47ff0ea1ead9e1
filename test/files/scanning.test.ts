import { rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { afterEach, describe, expect, test } from 'vitest'
import { scan } from '../../src/files/scan.ts'
import { ScanResult } from '../../src/files/stored-file.ts'
import { newFolder } from '../kit/folder.ts'
import { clamd, listening as listen } from './clamd.ts'

const running: Server[] = []
afterEach(() => {
  for (const server of running.splice(0)) server.close()
})

async function listening(server: Server, path?: string): Promise<string> {
  running.push(server)
  return listen(server, path)
}

const content = (text: string) => Readable.from([Buffer.from(text), Buffer.alloc(200_000, 'x')], { objectMode: false })

describe('the virus scanner', () => {
  test('says clean or infected (ASVS 5.4.3)', async () => {
    const url = await listening(clamd())
    expect(await scan(url, content('harmless'))).toBe(ScanResult.CLEAN)
    expect(await scan(url, content('a VIRUS'))).toBe(ScanResult.INFECTED)
  })

  test('is reached by a socket file too', async () => {
    const folder = newFolder('clamd')
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
