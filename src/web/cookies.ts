import type { CookieOptions, NextFunction, Request, Response } from 'express'

/** The application's setting that says whether cookies are `Secure`: where BASE_URL is https, whatever a proxy says. */
export const SECURE_COOKIES = 'secure cookies'

/** One of the small cookies beside the session. `maxAge` in milliseconds. */
export function setCookie(res: Response, name: string, value: string, maxAge: number): void {
  res.cookie(name, value, { ...optionsOf(res), maxAge })
}

export function dropCookie(res: Response, name: string): void {
  res.clearCookie(name, optionsOf(res))
}

const optionsOf = ({ app }: Response): CookieOptions => ({
  httpOnly: true,
  sameSite: 'lax',
  secure: app.get(SECURE_COOKIES) === true,
})

/** cookie-parser makes an object of a text that begins with `j:`. None of ours does, so what came as one is none of ours. */
export function onlyTextCookies(req: Request, _res: Response, next: NextFunction): void {
  const cookies: Record<string, unknown> = req.cookies
  for (const [name, value] of Object.entries(cookies)) if (typeof value !== 'string') delete cookies[name]
  next()
}
