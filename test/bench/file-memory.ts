// Proves that files stream: 200 MB up and down, several at once, and how much memory the server took for it.
//   node --import tsx test/bench/file-memory.ts [MB per file] [at once]
import { fork } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import express from 'express'
import { createFileStore } from '../../src/files/store.ts'
import type { StoredFile } from '../../src/files/stored-file.ts'
import { readMultipart } from '../../src/web/receive-files.ts'
import { sendFile } from '../../src/web/send-file.ts'

const MB = 1024 * 1024
/** Far below one file: Node's own buffers and what the garbage collector has not come to yet. */
const ALLOWED_MB = 120
const [size = 200, atOnce = 3] = process.argv.slice(2).filter(Boolean).map(Number)

await (process.env.FILE_MEMORY_FOLDER ? serve(process.env.FILE_MEMORY_FOLDER) : measure())

async function serve(folder: string): Promise<void> {
  const files = await createFileStore({ storageUrl: pathToFileURL(folder).href })
  const config = { maxUploadMb: 1_000, maxFiles: 10, maxTotalMb: 1_000, clamdUrl: null }
  const kept = new Map<string, StoredFile>()
  const app = express()
  app.post('/', async (req, res) => {
    const { files: received } = await readMultipart({ files, config }, req, { mayStore: () => true })
    for (const file of received) kept.set(file.storageKey, file)
    res.json(received)
  })
  app.get('/file', async (req, res) => {
    const file = kept.get(String(req.query.key))
    if (file) await sendFile(req, res, files, { ...file, createdAt: new Date() })
  })
  app.get('/memory', (_req, res) => void res.json(process.memoryUsage().rss / MB))
  const server = createServer(app).listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port))
}

async function measure(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'plaindesk-memory-'))
  const child = fork(process.argv[1] ?? '', process.argv.slice(2), {
    env: { ...process.env, FILE_MEMORY_FOLDER: folder },
  })
  try {
    const port = await new Promise<number>(resolve => child.once('message', message => resolve(Number(message))))
    const memory = async (): Promise<number> => Number(await (await fetch(`http://127.0.0.1:${port}/memory`)).json())
    await upload(port, 1) // loads what is loaded at first use
    const before = await memory()
    let most = before
    let isOver = false
    const watching = (async () => {
      while (!isOver) most = Math.max(most, await memory())
    })()
    const keys = await Promise.all(Array.from({ length: atOnce }, () => upload(port, size)))
    const up = most
    await Promise.all(keys.map(key => download(port, key)))
    isOver = true
    await watching
    console.log(
      `${atOnce} × ${size} MB: ${before.toFixed()} MB before, ${up.toFixed()} MB at most up, ${most.toFixed()} MB at most down`,
    )
    if (most - before > ALLOWED_MB) process.exitCode = 1
  } finally {
    child.kill()
    await rm(folder, { recursive: true, force: true })
  }
}

async function upload(port: number, megabytes: number): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${port}/`, {
    method: 'POST',
    headers: { 'content-type': 'multipart/form-data; boundary=B' },
    body: ReadableStream.from(body(megabytes)),
    duplex: 'half',
  })
  const [file] = (await response.json()) as StoredFile[]
  if (file?.size !== megabytes * MB) throw new Error('not stored whole')
  return file.storageKey
}

async function* body(megabytes: number): AsyncGenerator<Uint8Array> {
  const chunk = Buffer.alloc(MB, 'x')
  yield Buffer.from('--B\r\nContent-Disposition: form-data; name="attachments"; filename="a"\r\n\r\n')
  for (let i = 0; i < megabytes; i += 1) yield chunk
  yield Buffer.from('\r\n--B--\r\n')
}

async function download(port: number, key: string): Promise<void> {
  const response = await fetch(`http://127.0.0.1:${port}/file?key=${encodeURIComponent(key)}`)
  let length = 0
  for await (const chunk of response.body ?? []) length += chunk.length
  if (length !== size * MB) throw new Error('not received whole')
}
