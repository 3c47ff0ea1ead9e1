import type { Request } from 'express'

/** This page's own path with another query. Leading slashes are folded: `//host` would be an address of its own. */
export function here(req: Request, query: Record<string, string>): string {
  const path = `/${req.path.replace(/^[/\\]+/, '')}`
  return Object.keys(query).length > 0 ? `${path}?${new URLSearchParams(query)}` : path
}
