// winmail.dat (MS-OXTNEF): what Outlook sends as "rich text" – a text and files in a format of its own. No library reads
// it well enough: those there are give up at the first surprise, or drop the text.

import { decodeBytes } from './charset.ts'
import { rtfText } from './rtf.ts'
import { type Properties, readProperties } from './tnef-properties.ts'

export interface TnefFile {
  filename: string
  contentType: string
  content: Buffer
  cid: string | null
}

export interface Tnef {
  files: TnefFile[]
  text: string
  html: string | null
}

const SIGNATURE = 0x223e9f78
const attribute = {
  body: 0x800c,
  data: 0x800f,
  title: 0x8010,
  attachment: 0x9005,
  rendering: 0x9002,
  properties: 0x9003,
  codepage: 0x9007,
}
const property = {
  body: 0x1000,
  rtf: 0x1009,
  html: 0x1013,
  data: 0x3701,
  shortName: 0x3704,
  longName: 0x3707,
  type: 0x370e,
  cid: 0x3712,
  name: 0x3001,
}
const MAX_FILES = 500
// A message in a message in a message: mails forwarded as they are.
const MAX_DEPTH = 5

/** Null where it is none at all; what is cut off is read as far as it goes. */
export function readTnef(bytes: Buffer, depth = 0): Tnef | null {
  if (bytes.length < 6 || bytes.readUInt32LE(0) !== SIGNATURE) return null
  const found: Tnef = { files: [], text: '', html: null }
  let codepage = 'windows-1252'
  let file: TnefFile | null = null
  for (const { id, data } of attributes(bytes)) {
    if (id === attribute.codepage && data.length >= 4) codepage = `windows-${data.readUInt32LE(0)}`
    else if (id === attribute.body) found.text = textOf(data, codepage)
    else if (id === attribute.properties) takeBody(found, readProperties(data, codepage))
    else if (id === attribute.rendering && found.files.length < MAX_FILES) {
      file = { filename: '', contentType: '', content: Buffer.alloc(0), cid: null }
      found.files.push(file)
    } else if (file !== null) takeFile(found, file, id, data, codepage, depth)
  }
  found.files = found.files.filter(({ content, filename }) => content.length > 0 || filename !== '')
  return found
}

/** A level, an id, a length, the data and a checksum, again and again. */
function* attributes(bytes: Buffer): Generator<{ id: number; data: Buffer }> {
  let at = 6
  while (at + 9 <= bytes.length) {
    const id = bytes.readUInt16LE(at + 1)
    const length = bytes.readUInt32LE(at + 5)
    yield { id, data: bytes.subarray(at + 9, at + 9 + length) }
    at += 9 + length + 2
  }
}

function takeBody(found: Tnef, properties: Properties): void {
  const html = properties.get(property.html)
  if (html !== undefined) found.html = typeof html === 'string' ? html : decodeBytes(html, null)
  const text = properties.get(property.body)
  if (typeof text === 'string' && text !== '') found.text = text
  const rtf = properties.get(property.rtf)
  if (found.text === '' && rtf instanceof Buffer) found.text = rtfText(rtf)
}

function takeFile(found: Tnef, file: TnefFile, id: number, data: Buffer, codepage: string, depth: number): void {
  if (id === attribute.title) file.filename ||= textOf(data, codepage)
  if (id === attribute.data) file.content = data
  if (id !== attribute.attachment) return
  const properties = readProperties(data, codepage)
  const text = (key: number): string => {
    const value = properties.get(key)
    return typeof value === 'string' ? value : ''
  }
  file.filename = text(property.longName) || file.filename || text(property.shortName) || text(property.name)
  file.contentType = text(property.type)
  file.cid = text(property.cid).replace(/^<|>$/g, '') || null
  const content = properties.get(property.data)
  if (content instanceof Buffer && file.content.length === 0) takeContent(found, file, content, depth)
}

/** A whole message in place of a file begins with the id of its interface, 16 bytes; what it holds is listed. */
function takeContent(found: Tnef, file: TnefFile, content: Buffer, depth: number): void {
  const inner = depth < MAX_DEPTH ? readTnef(content.subarray(16), depth + 1) : null
  if (inner === null) {
    file.content = content
    return
  }
  if (inner.text !== '') file.content = Buffer.from(inner.text)
  file.contentType = 'text/plain'
  file.filename = `${file.filename || 'message'}.txt`
  found.files.push(...inner.files.slice(0, MAX_FILES - found.files.length))
}

const textOf = (data: Buffer, codepage: string): string => decodeBytes(data, codepage).replace(/\0.*$/s, '')
