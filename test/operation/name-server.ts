// A DNS server on loopback that knows a few MX and TXT records.
import { createSocket } from 'node:dgram'
import { once } from 'node:events'

const TYPES: Record<number, string> = { 15: 'MX', 16: 'TXT' }
const HEADER = 12
const NO_SUCH_NAME = 3

export interface NameServer {
  /** host:port */
  address: string
  /** `_dmarc.example.com TXT` → texts; a text of more than 255 bytes is sent in pieces, as real ones are. */
  records: Record<string, string[]>
  close(): void
}

export async function nameServer(records: NameServer['records']): Promise<NameServer> {
  const socket = createSocket('udp4')
  const server = { records, address: '', close: () => socket.close() }
  socket.on('message', (question, { port, address }) => socket.send(answer(question, server.records), port, address))
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  server.address = `127.0.0.1:${socket.address().port}`
  return server
}

function answer(question: Buffer, records: NameServer['records']): Buffer {
  const { name, end } = nameAt(question, HEADER)
  const type = TYPES[question.readUInt16BE(end)] ?? ''
  const found = records[`${name.toLowerCase()} ${type}`] ?? []
  const header = Buffer.alloc(HEADER)
  question.copy(header, 0, 0, 2)
  header.writeUInt16BE(0x8180 + (found.length === 0 ? NO_SUCH_NAME : 0), 2)
  header.writeUInt16BE(1, 4)
  header.writeUInt16BE(found.length, 6)
  return Buffer.concat([header, question.subarray(HEADER, end + 4), ...found.map(value => record(type, value))])
}

function record(type: string, value: string): Buffer {
  const data = type === 'MX' ? Buffer.concat([Buffer.from([0, 10]), labels(value)]) : Buffer.concat(pieces(value))
  const head = Buffer.alloc(12)
  head.writeUInt16BE(0xc00c, 0) // the name of the question
  head.writeUInt16BE(type === 'MX' ? 15 : 16, 2)
  head.writeUInt16BE(1, 4)
  head.writeUInt16BE(data.length, 10)
  return Buffer.concat([head, data])
}

const pieces = (text: string): Buffer[] =>
  (text.match(/.{1,255}/g) ?? []).map(piece => Buffer.concat([Buffer.from([piece.length]), Buffer.from(piece)]))

const labels = (name: string): Buffer =>
  Buffer.concat([
    ...name.split('.').map(label => Buffer.concat([Buffer.from([label.length]), Buffer.from(label)])),
    Buffer.from([0]),
  ])

function nameAt(bytes: Buffer, start: number): { name: string; end: number } {
  const found: string[] = []
  let at = start
  for (let length = bytes[at] ?? 0; length > 0; length = bytes[at] ?? 0) {
    found.push(bytes.toString('latin1', at + 1, at + 1 + length))
    at += length + 1
  }
  return { name: found.join('.'), end: at + 1 }
}
