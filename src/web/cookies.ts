import type { NextFunction, Request, Response } from 'express'

/** cookie-parser makes an object of a text that begins with `j:`. None of ours does, so what came as one is none of ours. */
export function onlyTextCookies(req: Request, _res: Response, next: NextFunction): void {
  const cookies: Record<string, unknown> = req.cookies
  for (const [name, value] of Object.entries(cookies)) if (typeof value !== 'string') delete cookies[name]
  next()
}
