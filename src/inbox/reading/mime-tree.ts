// Takes a mail apart (RFC 2045, 2046), zero-copy: every part is a view into the raw bytes. Written for what arrives, not
// for what is allowed: mailsplit gives up at 1,000 parts or 1 MB of header, and keeps a buffer for every line.

import { between, boundaryIn, MAX_PARTS } from './boundaries.ts'
import { bareLineFeeds } from './bytes.ts'
import { type Header, headerText, readHeaders } from './headers.ts'
import { type ParsedValue, parseValue } from './parameters.ts'
import { signedContent } from './signed-data.ts'
import { readTnef, type Tnef } from './tnef.ts'
import { decodeTransfer } from './transfer-encoding.ts'

export interface MimePart {
  headers: Header[]
  /** Lower case; what RFC 2045 says where it is missing or nonsense. */
  type: string
  parameters: Map<string, string>
  disposition: ParsedValue
  encoding: string
  /** Encoded; for a multipart all of it. */
  body: Buffer
  children: MimePart[]
  /** A multipart without boundaries. */
  isWhole: boolean
  /** Of a winmail.dat, null for other parts. */
  tnef: Tnef | null
}

// Deeper than any program nests; what lies below is kept as one file.
const MAX_DEPTH = 40

interface Walk {
  parts: number
  defects: string[]
}

export function mimeTree(raw: Buffer, defects: string[]): MimePart {
  return partOf(bareLineFeeds(raw, defects), 'text/plain', 0, { parts: 0, defects })
}

function partOf(bytes: Buffer, usualType: string, depth: number, walk: Walk): MimePart {
  walk.parts += 1
  const { headers, body } = readHeaders(bytes, depth === 0, walk.defects)
  const contentType = parseValue(headerText(headers, 'content-type'))
  const part: MimePart = {
    headers,
    type: typeOf(contentType, usualType, walk.defects),
    parameters: contentType.parameters,
    disposition: parseValue(headerText(headers, 'content-disposition')),
    encoding: encodingOf(headerText(headers, 'content-transfer-encoding')),
    body,
    children: [],
    isWhole: false,
    tnef: null,
  }
  if (part.type.startsWith('multipart/')) split(part, depth, walk)
  else if (mayHoldParts(part, contentType.value, depth)) splitAsMixed(part, depth, walk)
  else open(part, depth, walk)
  return part
}

/** Takes out what lies in formats of their own: winmail.dat, and mails signed as a whole. */
function open(part: MimePart, depth: number, walk: Walk): void {
  const name = part.disposition.parameters.get('filename') ?? part.parameters.get('name') ?? ''
  if (/^application\/(?:vnd\.)?ms-tnef$/.test(part.type) || /^winmail\.dat$/i.test(name)) {
    part.tnef = readTnef(decodeTransfer(part.body, part.encoding))
  } else if (/^application\/(?:x-)?pkcs7-mime$/.test(part.type) && depth < MAX_DEPTH) {
    const signed = signedContent(decodeTransfer(part.body, part.encoding))
    if (signed !== null) part.children.push(partOf(signed, 'text/plain', depth + 1, walk))
  }
}

/** Programs forget the type, or leave "text/plain" where they put parts together. */
function mayHoldParts(part: MimePart, given: string, depth: number): boolean {
  const declared = part.parameters.get('boundary')
  if (declared !== undefined && part.type.startsWith('text/')) return between(part.body, declared) !== null
  return depth === 0 && given === '' && boundaryIn(part.body) !== null
}

function splitAsMixed(part: MimePart, depth: number, walk: Walk): void {
  walk.defects.push('parts in a mail that is called none of parts')
  part.type = 'multipart/mixed'
  split(part, depth, walk)
}

function typeOf({ value, parameters }: ParsedValue, usual: string, defects: string[]): string {
  if (value === '') return usual
  const [, type, subtype] = /^([a-z0-9!#$&^_.+-]+)\s?\/\s?([a-z0-9!#$&^_.+-]+)/i.exec(value) ?? []
  if (type !== undefined && subtype !== undefined) return `${type}/${subtype}`.toLowerCase()
  defects.push(`Content-Type "${value.slice(0, 80)}" is none`)
  if (/^html/i.test(value)) return 'text/html'
  return parameters.has('name') ? 'application/octet-stream' : 'text/plain'
}

/** As it is meant: some put it in quotes or leave the hyphen out. */
function encodingOf(text: string): string {
  const name = /[\w-]+/.exec(text.toLowerCase())?.[0] ?? ''
  return /^quoted/.test(name) ? 'quoted-printable' : /^base-?64/.test(name) ? 'base64' : name
}

function split(part: MimePart, depth: number, walk: Walk): void {
  const runs = runsOf(part, walk.defects)
  if (depth >= MAX_DEPTH) {
    walk.defects.push('nested too deeply, the rest is kept as one file')
    part.type = 'application/octet-stream'
  } else if (runs === null) {
    // Without a boundary a multipart is what a person sees in it: text.
    walk.defects.push('multipart without boundaries, read as text')
    part.isWhole = true
  } else for (const run of runs) addRun(part, run, depth, walk)
}

/** Adds the pieces up to an end boundary. A multipart with its parent's own boundary (Outlook Express for Mac) has the rest of them. */
function addRun(part: MimePart, run: Buffer[], depth: number, walk: Walk): void {
  let parent = part
  let adopted = 0
  for (const piece of run) {
    if (walk.parts >= MAX_PARTS) {
      walk.defects.push(`more than ${MAX_PARTS} parts, the rest is left in the original`)
      return
    }
    const usualType = parent.type === 'multipart/digest' ? 'message/rfc822' : 'text/plain'
    const child = partOf(piece, usualType, depth + 1, walk)
    parent.children.push(child)
    if (child.isWhole && adopted < MAX_DEPTH && child.parameters.get('boundary') === part.parameters.get('boundary')) {
      child.isWhole = false
      parent = child
      adopted += 1
    }
  }
}

/** The pieces, in one run for each end boundary; null where there is no boundary. */
function runsOf(part: MimePart, defects: string[]): Buffer[][] | null {
  const declared = part.parameters.get('boundary')
  if (declared !== undefined) {
    const runs = between(part.body, declared, defects)
    if (runs !== null) return runs
    // RFC 2045 §6.4 forbids to encode a multipart; some do.
    if (part.encoding === 'base64' || part.encoding === 'quoted-printable') {
      const inner = between(decodeTransfer(part.body, part.encoding), declared, defects)
      if (inner !== null) return inner
    }
  }
  const found = boundaryIn(part.body)
  if (found === null) return null
  defects.push('boundary not as declared')
  return between(part.body, found, defects)
}
