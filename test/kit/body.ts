// Form bodies as browsers write them (HTML standard, "form submission").
import { randomBytes } from 'node:crypto'

export interface TestFile {
  filename: string
  content: Buffer | string
  contentType?: string
}

export type Entry = readonly [name: string, value: string | TestFile]

export interface Body {
  contentType: string
  content: Buffer
}

export function urlencoded(entries: readonly Entry[]): Body {
  const pairs = new URLSearchParams()
  for (const [name, value] of entries) pairs.append(name, typeof value === 'string' ? value : value.filename)
  return { contentType: 'application/x-www-form-urlencoded', content: Buffer.from(pairs.toString()) }
}

export function multipart(entries: readonly Entry[]): Body {
  const boundary = `----PlaindeskTest${randomBytes(8).toString('hex')}`
  const parts = entries.flatMap(([name, value]) => [
    Buffer.from(`--${boundary}\r\n${partHead(name, value)}\r\n\r\n`),
    Buffer.from(typeof value === 'string' ? value : value.content),
    Buffer.from('\r\n'),
  ])
  return {
    contentType: `multipart/form-data; boundary=${boundary}`,
    content: Buffer.concat([...parts, Buffer.from(`--${boundary}--\r\n`)]),
  }
}

function partHead(name: string, value: string | TestFile): string {
  const disposition = `Content-Disposition: form-data; name="${escaped(name)}"`
  if (typeof value === 'string') return disposition
  const type = value.contentType ?? 'application/octet-stream'
  return `${disposition}; filename="${escaped(value.filename)}"\r\nContent-Type: ${type}`
}

const escaped = (text: string) => text.replaceAll('"', '%22').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
