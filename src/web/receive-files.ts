// Forms with files. Multer parses and our intake stores, with constant memory whatever is sent. A refused file never cuts
// the connection: the rest is read on, so that the typed text comes back with the form.
import type { Writable } from 'node:stream'
import type { Request, Response } from 'express'
import multer, { MulterError, type Options, type StorageEngine } from 'multer'
import { StoreAway } from '../files/away.ts'
import { Intake, type IntakeOptions } from '../files/intake.ts'
import type { StoredFile } from '../files/stored-file.ts'
import { Refusal } from '../graph/refusal.ts'
import type { Fields } from '../graph/variables.ts'

/** All text of a form together. A message may be a megabyte: that it is too long is for validation to say. */
const MAX_TEXT_BYTES = 2 * 1024 * 1024
const MAX_FIELDS = 500
const MAX_PARTS = 5_000
/** So far a body with refused files is read on, so that the browser sees our answer and not a broken line. */
const MAX_BODY_BYTES = 1024 ** 3
/** A client that says nothing for so long is given up. */
const SILENCE_MS = 120_000
/** Also `List-Unsubscribe` (RFC 8058). No brackets and no `__proto__`: names are keys, never paths. */
const fieldName = /^_?[a-zA-Z][\w-]{0,63}$/

export interface MultipartOptions {
  /** The form's file field. Files under other names are thrown away, and so is text under this one. */
  field?: string
  /** Asked once, before the first byte of a file is stored. `req.body` then holds the text so far: `_csrf` comes first. */
  mayStore(): boolean
  /** Where fewer files are taken than `MAX_FILES`. */
  maxFiles?: number
}

export interface Multipart {
  /** Without a prototype; a name that came twice has a list. */
  fields: Fields
  /** In the order they were sent; empty where anything was refused. */
  files: StoredFile[]
  refusals: Refusal[]
  /** Removes what was stored, where the use case refuses it. A second time is fine. */
  discard(): Promise<void>
}

/** A body that is none, or too much of one. */
export class BadBody extends Error {
  constructor(
    message: string,
    readonly status: 400 | 413,
  ) {
    super(message)
  }
}

/**
 * Reads a `multipart/form-data` body to its end and stores its files as they stream by; what is wrong with them comes
 * back as `refusals`. Rejects with an error of status 400 or 413 where the body cannot be read (or the client has gone),
 * and with the store's error where a file could not be kept. Nothing stays stored of what is not handed over.
 */
export async function readMultipart(
  store: Pick<IntakeOptions, 'files' | 'config'>,
  req: Request,
  { field = 'attachments', mayStore, maxFiles }: MultipartOptions,
): Promise<Multipart> {
  const fields: Texts = Object.create(null)
  const intake = new Intake({ ...store, field, maxFiles })
  const discard = () => intake.discard()
  req.setTimeout(SILENCE_MS)
  try {
    await parse(req, parserOptions(fields, field, mayStore, intake))
    return { fields, files: await intake.finish(), refusals: intake.refusals, discard }
  } catch (error) {
    await discard()
    if (!isCutOff(error, req)) throw mistakeOf(error) ?? error
    return { fields, files: [], refusals: [new Refusal('UPLOAD_INCOMPLETE', field)], discard }
  } finally {
    req.setTimeout(0)
  }
}

function parse(req: Request, options: Options): Promise<void> {
  return new Promise((resolve, reject) => {
    multer(options).any()(req, req.res as Response, error => (error ? reject(error) : resolve()))
  })
}

type Texts = Record<string, string | string[]>
type StreamHandler = { streamHandler(req: Request, parser: Writable): void }

function parserOptions(fields: Texts, field: string, mayStore: () => boolean, intake: Intake): Options & StreamHandler {
  let isAllowed: boolean | null = null
  return {
    storage: storeWith(intake),
    defParamCharset: 'utf8', // browsers send names as they are
    limits: { fieldSize: MAX_TEXT_BYTES, fieldNameSize: 100, fields: MAX_FIELDS, parts: MAX_PARTS },
    fileFilter: (_req, file, decide) => {
      isAllowed ??= mayStore()
      decide(null, isAllowed && file.fieldname === field)
    },
    streamHandler(req, parser) {
      req.body = fields
      collectText(parser, fields, field)
      req.pipe(parser)
      cutEndlessBody(req)
    },
  }
}

/** Multer's door to storage. What was stored is removed by `discard`, which also knows what was only half handed over. */
function storeWith(intake: Intake): StorageEngine {
  return {
    _handleFile: (_req, file, done) => {
      // A file that could not be kept is told when all is read, so that no text behind it is lost.
      const rest = (error: unknown) => (error instanceof StoreAway ? done(null, {}) : done(error))
      intake.take(file.originalname, file.stream).then(() => done(null, {}), rest)
    },
    _removeFile: (_req, _file, done) => done(null),
  }
}

/** Instead of multer's own reading of text, which takes `a[b]` for a path and knows no limit for all fields together. */
function collectText(parser: Writable, fields: Texts, fileField: string): void {
  let total = 0
  parser.removeAllListeners('field')
  parser.on('field', (name: string | undefined, value: string | undefined, { valueTruncated }: FieldFacts) => {
    if (value === undefined) return parser.destroy(new BadBody('text of an unknown charset', 400))
    total += Buffer.byteLength(value)
    if (valueTruncated || total > MAX_TEXT_BYTES) return parser.destroy(new BadBody('too much text', 413))
    if (name !== undefined && fieldName.test(name) && name !== fileField) add(fields, name, value)
  })
}

interface FieldFacts {
  valueTruncated: boolean
}

function add(fields: Texts, name: string, value: string): void {
  const before = fields[name]
  fields[name] = before === undefined ? value : [before, value].flat()
}

function cutEndlessBody(req: Request): void {
  let size = 0
  req.on('data', (chunk: Buffer) => {
    size += chunk.length
    if (size > MAX_BODY_BYTES) req.destroy()
  })
}

/** All was sent that had been announced, but it ends inside a file: text that came before it is worth keeping. */
function isCutOff(error: unknown, req: Request): boolean {
  return req.complete && error instanceof Error && /^Unexpected end of /.test(error.message)
}

/** What multer and busboy say where the body does not keep to the form's rules, or ends because the client has gone. */
function mistakeOf(error: unknown): BadBody | null {
  if (error instanceof BadBody) return error
  if (!(error instanceof Error)) return null
  const isBroken = /^(Unexpected end of|Malformed |Multipart: |Unsupported content|Request (aborted|closed))/
  return error instanceof MulterError || isBroken.test(error.message) ? new BadBody(error.message, 400) : null
}
