// What a scanner asked for: how often, with which answers, and which routes of src/routes.ts it came to.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

interface Route {
  method: string
  path: string
  pattern: RegExp
}

const source = readFileSync(join(import.meta.dirname, '../../../src/routes.ts'), 'utf8')
export const routes: readonly Route[] = [...source.matchAll(/app\.(get|post)\(\s*'([^']+)'/g)].map(
  ([, method = '', path = '']) => ({
    method: method.toUpperCase(),
    path,
    pattern: new RegExp(`^${path.replaceAll('.', '\\.').replace(/:\w+/g, '[^/]+')}$`),
  }),
)

export class Tally {
  requests = 0
  private readonly statuses = new Map<number, number>()
  private readonly reached = new Set<string>()

  count(method: string, url: string, status: number): void {
    this.requests += 1
    this.statuses.set(status, (this.statuses.get(status) ?? 0) + 1)
    const [path = '/'] = url.split('?')
    const route = routes.find(each => each.method === method && each.pattern.test(path))
    if (route && status !== 404 && status !== 403) this.reached.add(`${method} ${route.path}`)
  }

  /** Of pages or of forms, how many answered with more than "not here" or "not you". */
  of(method: 'GET' | 'POST'): number {
    return [...this.reached].filter(route => route.startsWith(method)).length
  }

  toString(): string {
    const statuses = [...this.statuses]
      .sort(([one], [other]) => one - other)
      .map(([status, count]) => `${status} × ${count}`)
    return `${this.requests} requests, ${this.of('GET')} pages and ${this.of('POST')} forms reached (${statuses.join(', ')})`
  }
}
