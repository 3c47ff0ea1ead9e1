import { readdirSync } from 'node:fs'
import express, { type NextFunction, type Request, type Response } from 'express'
import { publicFolder } from './views.ts'

/** So that the disk is not asked whether every page is one of them. */
const paths = new Set(readdirSync(publicFolder).map(name => `/${name}`))

// Their addresses change with their content (views.ts), so a browser asks once; `no-store` is for pages.
const serve = express.static(publicFolder, {
  index: false,
  setHeaders: res => res.setHeader('Cache-Control', 'public, max-age=31536000, immutable'),
})

/** The style sheet, and whatever else lies in `public/`. */
export function publicFiles(req: Request, res: Response, next: NextFunction): void {
  if (paths.has(req.path)) serve(req, res, next)
  else next()
}
