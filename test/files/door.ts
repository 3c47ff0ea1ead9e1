// A small app around the file kit: the real multipart reader and the real store, over real HTTP, without the portal.
import { readdir, rm } from 'node:fs/promises'
import { createServer, request, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import express, { type NextFunction, type Request, type Response } from 'express'
import { createFileStore, type FileStore } from '../../src/files/store.ts'
import { type MultipartOptions, readMultipart } from '../../src/web/receive-files.ts'
import { newFolder } from '../kit/folder.ts'

export const MB = 1024 * 1024
export const limits = { maxUploadMb: 25, maxFiles: 10, maxTotalMb: 50, clamdUrl: null }

export interface Door {
  url: string
  port: number
  folder: string
  files: FileStore
  /** Every file below the store's folder, drafts too. */
  stored(): Promise<string[]>
  close(): Promise<void>
}

/** `POST /` answers what the reader made of the form: 200, 422 with refusals, or the error's status. */
export async function openDoor(options: Partial<MultipartOptions> = {}, config = limits): Promise<Door> {
  const folder = newFolder('files')
  const files = await createFileStore({ storageUrl: pathToFileURL(folder).href })
  const app = express()
  app.post('/', async (req, res) => {
    const {
      fields,
      files: received,
      refusals,
    } = await readMultipart({ files, config }, req, { mayStore: () => true, ...options })
    const told = refusals.map(({ code, field, details }) => ({ code, field, details }))
    res.status(refusals.length > 0 ? 422 : 200).json({ fields, files: received, refusals: told })
  })
  app.use((error: { status?: number }, _req: Request, res: Response, _next: NextFunction) => {
    res.status(error.status ?? 500).json({ error: String(error) })
  })
  const server = createServer(app)
  const port = await listen(server)
  return {
    url: `http://127.0.0.1:${port}/`,
    port,
    folder,
    files,
    stored: () => filesBelow(folder),
    async close() {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
      await rm(folder, { recursive: true, force: true })
    },
  }
}

export async function listen(server: Server): Promise<number> {
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

export async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries.filter(entry => entry.isFile()).map(entry => join(entry.parentPath, entry.name))
}

export type Part = [name: string, content: string | Buffer, filename?: string]

/** A form's body byte by byte, so that tests can also write what no browser would. */
export function multipart(parts: readonly Part[], boundary = 'xxBOUNDARYxx'): Buffer {
  const chunks = parts.flatMap(([name, content, filename]) => [
    `--${boundary}\r\nContent-Disposition: form-data; name="${name}"`,
    filename === undefined ? '\r\n\r\n' : `; filename="${filename}"\r\nContent-Type: application/octet-stream\r\n\r\n`,
    content,
    '\r\n',
  ])
  return Buffer.concat([...chunks, `--${boundary}--\r\n`].map(chunk => Buffer.from(chunk)))
}

export interface Answer {
  status: number
  fields: Record<string, string | string[]>
  files: { filename: string; contentType: string; size: number; sha256: string; storageKey: string; scan: string }[]
  refusals: { code: string; field: string; details: Record<string, string | number> }[]
}

export async function post(door: Door, body: Buffer, boundary = 'xxBOUNDARYxx'): Promise<Answer> {
  const response = await fetch(door.url, {
    method: 'POST',
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
    body: new Uint8Array(body),
  })
  return { status: response.status, ...Object(await response.json()) }
}

/** Sends the beginning of a body that was announced longer, then hangs up. */
export async function hangUp(door: Door, body: Buffer, announced: number): Promise<void> {
  const sent = request({
    port: door.port,
    host: '127.0.0.1',
    method: 'POST',
    headers: { 'content-type': 'multipart/form-data; boundary=xxBOUNDARYxx', 'content-length': announced },
  })
  sent.on('error', () => {})
  await new Promise(resolve => sent.write(body, resolve))
  await new Promise(resolve => setTimeout(resolve, 50))
  sent.destroy()
}
