import { pipeline } from 'node:stream/promises'
import { create as contentDisposition } from 'content-disposition'
import type { Request, RequestHandler, Response } from 'express'
import { isShownInBrowser } from '../files/detect.ts'
import type { ByteRange } from '../files/driver.ts'
import type { FileStore } from '../files/store.ts'
import { ScanResult, type StoredFile } from '../files/stored-file.ts'
import { Refusal } from '../graph/refusal.ts'

/** A stored file with the time it came in. */
export type SentFile = Omit<StoredFile, 'scan'> & { createdAt: Date }

/** Finds the file of a global id for the one who asks, by the rule of what it belongs to; null where there is none for them. */
export type FindFile = (req: Request, id: string) => Promise<(SentFile & Pick<StoredFile, 'scan'>) | null>

/**
 * `GET` and `HEAD /attachments/:id/:filename`. The name in the path is for people; what a browser saves the file as, a
 * header says. A file that the virus scanner has not let through is not found, and the page says why.
 */
export function download(files: FileStore, find: FindFile): RequestHandler<{ id: string }> {
  return async (req, res) => {
    const file = await find(req as unknown as Request, req.params.id)
    if (!file) throw new Refusal('NOT_FOUND')
    if (file.scan === ScanResult.PENDING) throw new Refusal('FILE_PENDING')
    if (file.scan === ScanResult.INFECTED) throw new Refusal('FILE_INFECTED')
    await sendFile(req, res, files, file)
  }
}

/**
 * Sends a stored file, whole or in part, as RFC 9110 wants it: 200, 206, 304 or 416. Constant memory; stops reading when
 * the client goes away. Throws `MissingFile` before anything is sent.
 */
export async function sendFile(req: Request, res: Response, files: FileStore, file: SentFile): Promise<void> {
  if (isKnown(req, file)) return void res.status(304).set(validatorsOf(file)).end()
  const range = rangeOf(req, file)
  if (range === 'unsatisfiable') return void res.status(416).set('Content-Range', `bytes */${file.size}`).end()
  const content = req.method === 'HEAD' ? null : await files.read(file.storageKey, range ?? undefined)
  res.status(range ? 206 : 200).set(headersOf(file, range))
  if (!content) return void res.end()
  await pipeline(content, res).catch(unlessClientLeft)
}

const etagOf = ({ sha256 }: SentFile): string => `"${sha256}"`

/** Asked for again each time, since access may have ended; 304 then saves the bytes. Compression would break ranges. */
const validatorsOf = (file: SentFile): Record<string, string> => ({
  ETag: etagOf(file),
  'Last-Modified': file.createdAt.toUTCString(),
  'Cache-Control': 'private, no-cache, no-transform',
})

/**
 * Whether the client has this very file (RFC 9110 §13.1.2, §13.1.3). Not `req.fresh`, which takes the `no-cache` that
 * fetch() sends with every condition for a wish to have it all again.
 */
function isKnown(req: Request, file: SentFile): boolean {
  const etags = req.get('if-none-match')
  if (etags !== undefined)
    return etags.split(',').some(etag => ['*', etagOf(file)].includes(etag.trim().replace(/^W\//, '')))
  const since = Date.parse(req.get('if-modified-since') ?? '')
  return since >= Math.floor(file.createdAt.getTime() / 1000) * 1000
}

// The inline style is the browser's own, by which it centres a picture.
const policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'; sandbox"

/** Whatever a file contains, it gets no script, no origin and no say in what it is. */
function headersOf(file: SentFile, range: ByteRange | null): Record<string, string> {
  const { contentType, filename, size } = file
  const type = isShownInBrowser(contentType) ? 'inline' : 'attachment'
  const length = range ? range.end - range.start + 1 : size
  return {
    ...validatorsOf(file),
    'Content-Type': contentType === 'text/plain' ? 'text/plain; charset=utf-8' : contentType,
    'Content-Disposition': contentDisposition(filename, { type }),
    'Content-Security-Policy': policy,
    'X-Content-Type-Options': 'nosniff',
    'Accept-Ranges': 'bytes',
    'Content-Length': String(length),
    ...(range && { 'Content-Range': `bytes ${range.start}-${range.end}/${size}` }),
  }
}

/** The one range asked for. Several at once are answered with the whole file, which RFC 9110 §14.2 allows. */
function rangeOf(req: Request, file: SentFile): ByteRange | null | 'unsatisfiable' {
  const [, from = '', to = ''] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(req.get('range') ?? '') ?? []
  if (req.method !== 'GET' || (from === '' && to === '') || !isSame(req, file)) return null
  const last = file.size - 1
  const range =
    from === ''
      ? { start: Math.max(0, file.size - +to), end: last }
      : { start: +from, end: Math.min(to === '' ? last : +to, last) }
  if (from !== '' && to !== '' && +from > +to) return null
  return range.start > last ? 'unsatisfiable' : range
}

/** `If-Range`: a part is only of use to whoever has the rest of the very same file. */
function isSame(req: Request, file: SentFile): boolean {
  const asked = req.get('if-range')
  return asked === undefined || asked === etagOf(file) || asked === file.createdAt.toUTCString()
}

function unlessClientLeft(error: NodeJS.ErrnoException): void {
  if (!/^(ERR_STREAM_PREMATURE_CLOSE|ERR_STREAM_UNABLE_TO_PIPE|ECONNRESET|EPIPE)$/.test(error.code ?? '')) throw error
}
