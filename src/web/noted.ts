// A word about a request for the line that the log has of it: who logged in, and who was refused what. Ids, nothing typed.
import type { Response } from 'express'

/** Refusals that tell of somebody who tries what is not theirs, or too much of it; others are mistakes. */
const telling: ReadonlySet<string> = new Set([
  'FORBIDDEN',
  'RATE_LIMITED',
  'QUERY_TOO_COMPLEX',
  'WRONG_CREDENTIALS',
  'WRONG_CODE',
  'WRONG_PASSWORD',
])

export interface Noted {
  noted: string
  /** Whose request it was, where that is known. */
  user: string | null
}

export const tells = (code: string): boolean => telling.has(code)

/** The first word counts: what follows is only how it is answered. */
export function note(res: Response, word: string, user: string | null = res.req.viewer.user?.id ?? null): void {
  res.locals.noted ??= { noted: word, user } satisfies Noted
}
