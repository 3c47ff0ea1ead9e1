// A word of confirmation that the page after a redirect shows once.
import type { Request, Response } from 'express'

const NOTICE = 'notice'

/** `key` names a sentence in `common:notice`. */
export function leaveNotice(res: Response, key: string): void {
  res.cookie(NOTICE, key, { httpOnly: true, sameSite: 'lax', maxAge: 60_000 })
}

export function takeNotice(req: Request, res: Response): string | null {
  const key: unknown = req.cookies?.[NOTICE]
  if (typeof key !== 'string') return null
  res.clearCookie(NOTICE)
  return /^[a-zA-Z]{1,40}$/.test(key) ? key : null
}
