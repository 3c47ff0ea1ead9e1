// From a list to one of its things and on to the next: pages and forms carry along which list that was and the place in it.
import type { Request } from 'express'
import { shownInHtml } from '../lib/html.ts'

/** `list`: what stands behind the list's address; `place`: the cursor of the thing there. */
export type Trail = Readonly<Partial<Record<'list' | 'place', string>>>

const MOST = 2000 // characters; no list of ours has so long an address

/** Out of the address of a page or the fields of a form; empty where there is no list. */
export function trailOf({ query, body }: Request): Trail {
  const given = (name: string) => {
    const value: unknown = Reflect.get(Object(query), name) ?? Reflect.get(Object(body), name)
    return typeof value === 'string' && value.length <= MOST ? value : ''
  }
  const [list, place] = [given('list'), given('place')]
  return list === '' ? {} : { list, ...(place && { place }) }
}

/** A path with the trail, before its fragment. */
export function withTrail(path: string, trail: Trail): string {
  if (!trail.list) return path
  const [page = '', fragment] = path.split('#')
  return `${page}${page.includes('?') ? '&' : '?'}${new URLSearchParams(trail)}${fragment === undefined ? '' : `#${fragment}`}`
}

export const trailFields = (trail: Trail): string =>
  Object.entries(trail)
    .map(([name, value]) => `<input type="hidden" name="${name}" value="${shownInHtml(value)}">`)
    .join('')
