import type { NextFunction, Request, Response } from 'express'
import { isLanguage } from '../i18n/language.ts'
import { languageOf } from '../i18n/language-of.ts'
import { here } from './here.ts'
import { plainQuery } from './views.ts'

const YEAR = 365 * 24 * 3_600_000

/** H11: `?language=de` on any page chooses the language for this browser; then the page comes without it. */
export function chooseLanguage(req: Request, res: Response, next: NextFunction): void {
  const { language: chosen, ...rest } = plainQuery(req)
  if (req.method === 'GET' && isLanguage(chosen)) {
    rememberLanguage(res, chosen)
    res.redirect(303, here(req, rest))
    return
  }
  const cookie: unknown = req.cookies?.language
  req.language = languageOf({
    cookie: typeof cookie === 'string' ? cookie : null,
    account: req.viewer.user?.language ?? null,
    acceptLanguage: req.get('accept-language') ?? null,
  })
  next()
}

export function rememberLanguage(res: Response, language: string): void {
  res.cookie('language', language, { httpOnly: true, sameSite: 'lax', maxAge: YEAR })
}
