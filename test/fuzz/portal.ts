// A portal with something of everything in it, its routes, and the ids that make a try go deeper than the first check.

import { nodeIds, things } from '../graph/things.ts'
import type { Browser } from '../kit/browser.ts'
import { siteMap, type Visitor, visitors } from '../site/site-map.ts'
import type { World } from '../world.ts'

export interface Route {
  method: 'get' | 'post'
  path: string
}

export async function openPortal(world: World) {
  const { app, sql, as, stranger } = world
  const map = await siteMap(world)
  await things(world)
  const ids = Object.values(await nodeIds(world)).filter(id => id !== '')
  const numbers = (await sql<{ number: number }>('select number from ticket order by number desc limit 8')).map(
    ({ number }) => String(number),
  )
  const routes: Route[] = app.router.stack.flatMap(({ route }) =>
    (route?.stack ?? []).flatMap(({ method }) =>
      method === 'get' || method === 'post' ? [{ method, path: String(route?.path) } as const] : [],
    ),
  )
  const tokens = Object.values(map)
    .map(({ address }) => address.split('/').at(-1) ?? '')
    .filter(part => part.includes('.'))
  /** Somebody whose session is alive. */
  const browserOf = async (visitor: Visitor): Promise<Browser> => {
    if (visitor === 'stranger') return stranger()
    const browser = as(visitor)
    await browser.ready()
    return browser
  }
  return { map, ids, numbers, tokens, routes, browserOf, visitors, forget: () => sql('delete from rate_limit') }
}

/** The names of a route's places: `/tickets/:number` has `number`. */
export const placesOf = ({ path }: Route): string[] => [...path.matchAll(/:(\w+)/g)].map(([, name = '']) => name)

export const filled = ({ path }: Route, values: Readonly<Record<string, string>>): string =>
  path.replace(/:(\w+)/g, (_, name: string) => values[name] ?? 'x')
