import express, { type Request, type Response } from 'express'
import type { StoredFile } from '../files/stored-file.ts'
import type { Refusal } from '../graph/refusal.ts'
import type { Fields } from '../graph/variables.ts'
import type { Plaindesk } from '../plaindesk.ts'
import { readMultipart } from './receive-files.ts'

/** A form as it arrived: its texts, and its files already in the store. */
export interface Body {
  fields: Fields
  files: StoredFile[]
  /** What is wrong with the files. */
  refusals: Refusal[]
  /** Deletes the stored files again. */
  discard(): Promise<void>
}

const urlencoded = express.urlencoded({ extended: false, limit: '2mb', parameterLimit: 100 })

/** Reads a posted form of either encoding. `mayStore` is asked before the first byte of a file is kept. */
export async function readBody(plaindesk: Plaindesk, req: Request, mayStore: () => boolean): Promise<Body> {
  if (req.is('multipart/form-data'))
    return readMultipart({ files: plaindesk.files, config: req.config }, req, { mayStore })
  await new Promise<void>((resolve, reject) =>
    urlencoded(req, {} as Response, error => (error ? reject(error) : resolve())),
  )
  req.body ??= {}
  return { fields: req.body, files: [], refusals: [], discard: async () => {} }
}
