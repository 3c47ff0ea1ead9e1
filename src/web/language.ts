import type { NextFunction, Request, Response } from 'express'
import { isLanguage } from '../i18n/language.ts'
import { languageOf } from '../i18n/language-of.ts'
import { dropCookie, setCookie } from './cookies.ts'
import { here } from './here.ts'
import { plainQuery } from './views.ts'

const LANGUAGE = 'language'
const YEAR = 365 * 24 * 3_600_000

/** H11: `?language=de` on any page chooses the language for this browser; then the page comes without it. */
export function chooseLanguage(req: Request, res: Response, next: NextFunction): void {
  const { language: chosen, ...rest } = plainQuery(req)
  if (req.method === 'GET' && isLanguage(chosen)) {
    rememberLanguage(res, chosen)
    res.redirect(303, here(req, rest))
    return
  }
  const cookie: unknown = req.cookies?.[LANGUAGE]
  req.language = languageOf({
    cookie: typeof cookie === 'string' ? cookie : null,
    account: req.viewer.user?.language ?? null,
    acceptLanguage: req.get('accept-language') ?? null,
  })
  next()
}

export function rememberLanguage(res: Response, language: string): void {
  setCookie(res, LANGUAGE, language, YEAR)
}

/** From now on the account or the browser decides. */
export function forgetLanguage(res: Response): void {
  dropCookie(res, LANGUAGE)
}
