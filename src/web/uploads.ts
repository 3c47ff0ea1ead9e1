// `POST /uploads` (product §8): one file from a program; its id then goes into a mutation's `attachments`.
import type { Request, RequestHandler } from 'express'
import { GraphQLError } from 'graphql'
import type { Environment } from '../config.ts'
import type { FileStore } from '../files/store.ts'
import type { StoredFile } from '../files/stored-file.ts'
import { failureOf } from '../graph/failure.ts'
import { Refusal, Refusals } from '../graph/refusal.ts'
import { translator } from '../i18n/translate.ts'
import type { Viewer } from '../people/viewer.ts'
import { detailsOf, sentences } from './api-error.ts'
import { isCrossSite } from './csrf.ts'
import { note, tells } from './noted.ts'
import { BadBody, readMultipart } from './receive-files.ts'

const FIELD = 'file'

/** What is told of an upload. */
export interface Upload {
  id: string
  filename: string
  contentType: string
  size: number
}

export interface UploadParts {
  files: FileStore
  config: Environment
  log: { error(about: object, message: string): void }
  viewerOf(req: Request): Promise<Viewer>
  /** Refuses whoever may not upload; asked before the body is read. */
  check(viewer: Viewer): void
  /** Refuses whoever uploads too many; asked before the body is read. */
  count(viewer: Viewer): Promise<void>
  /** Makes the row. */
  keep(viewer: Viewer, file: StoredFile): Promise<Upload>
}

/**
 * Answers 201 with the upload, else `errors` in the form that `/graphql` has. What is wrong with the file (too large,
 * empty, none) is 422, as on the pages: the request was understood, and the code says which limit it met.
 */
export function uploads(parts: UploadParts): RequestHandler {
  return async (req, res) => {
    try {
      const viewer = await parts.viewerOf(req)
      parts.check(viewer)
      if (viewer.scopes === null) checkOwnPage(req, parts.config)
      await parts.count(viewer)
      res.status(201).json(await receive(viewer, req, parts))
    } catch (error) {
      const { status, errors } = answerTo(error, req, parts)
      if (error instanceof Refusal && tells(error.code)) note(res, error.code)
      const seconds = error instanceof Refusal ? error.details.seconds : undefined
      if (status === 503) res.set('Retry-After', '10')
      if (seconds !== undefined) res.set('Retry-After', String(seconds))
      res.status(status).json({ errors })
    }
  }
}

/** A cookie comes along whoever makes the browser post; the header no other site can set without asking us first. */
function checkOwnPage(req: Request, config: Environment): void {
  if (isCrossSite(req, config)) throw new Refusal('FORBIDDEN')
  if (!req.get('apollo-require-preflight')) throw noPreflight()
}

const noPreflight = () =>
  new GraphQLError('With a cookie, send the header apollo-require-preflight: true.', {
    extensions: { code: 'BAD_USER_INPUT' },
  })

async function receive(viewer: Viewer, req: Request, { files, keep }: UploadParts): Promise<Upload> {
  if (!req.is('multipart/form-data')) throw new Refusal('BAD_USER_INPUT')
  const body = await readMultipart({ files, config: req.config }, req, {
    field: FIELD,
    mayStore: () => true,
    maxFiles: 1,
  })
  if (body.refusals.length > 0) throw new Refusals(body.refusals)
  const [file] = body.files
  if (!file) throw new Refusals([new Refusal('REQUIRED', FIELD)])
  try {
    return await keep(viewer, file)
  } catch (error) {
    await body.discard()
    throw error
  }
}

interface Answer {
  status: number
  errors: { message: string; extensions: object }[]
}

function answerTo(error: unknown, req: Request, { log }: UploadParts): Answer {
  if (error instanceof Refusals) return { status: 422, errors: error.list.map(refusal => told(refusal, req)) }
  const failure = failureOf(error instanceof BadBody ? new Refusal('BAD_USER_INPUT') : error)
  const { code, id, cause } = failure
  if (id) log.error({ err: cause, id }, 'upload failed')
  const message =
    cause instanceof GraphQLError ? cause.message : (sentences[code] ?? 'Send one file as multipart/form-data.')
  const status = error instanceof BadBody ? error.status : failure.status
  return { status, errors: [{ message, extensions: { code, ...detailsOf(failure), ...(id && { id }) } }] }
}

function told({ code, field, details }: Refusal, { language }: Request): Answer['errors'][number] {
  const message = translator(language)(`errors:${code}`, { ...details, context: field })
  return { message, extensions: { code, field, ...details } }
}
