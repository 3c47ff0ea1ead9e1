// A word of confirmation that the page after a redirect shows once.
import type { Request, Response } from 'express'

const NOTICE = 'notice'

/** What was just done and can be taken back: which message, from the page of which ticket. */
export interface Undo {
  number: string
  message: string
}

export interface Notice {
  key: string
  undo: Undo | null
}

/** `key` names a sentence in `common:notice`. */
export function leaveNotice(res: Response, key: string, undo: Undo | null = null): void {
  const value = undo ? [key, undo.number, undo.message].join('.') : key
  res.cookie(NOTICE, value, { httpOnly: true, sameSite: 'lax', maxAge: 60_000 })
}

export function takeNotice(req: Request, res: Response): Notice | null {
  const value: unknown = req.cookies?.[NOTICE]
  if (typeof value !== 'string') return null
  res.clearCookie(NOTICE)
  const [, key, number, message] = /^([a-zA-Z]{1,40})(?:\.(\d{1,9})\.(message_[\da-f-]{36}))?$/.exec(value) ?? []
  return key ? { key, undo: number && message ? { number, message } : null } : null
}
