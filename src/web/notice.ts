// A word of confirmation that the page after a redirect shows once.
import type { Request, Response } from 'express'
import { dropCookie, setCookie } from './cookies.ts'

const NOTICE = 'notice'
const MINUTE = 60_000

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
  setCookie(res, NOTICE, value, MINUTE)
}

export function takeNotice(req: Request, res: Response): Notice | null {
  const value: unknown = req.cookies?.[NOTICE]
  if (typeof value !== 'string') return null
  dropCookie(res, NOTICE)
  const [, key, number, message] = /^([a-zA-Z]{1,40})(?:\.(\d{1,9})\.(message_[\da-f-]{36}))?$/.exec(value) ?? []
  return key ? { key, undo: number && message ? { number, message } : null } : null
}
