// The product on a ground of its own, and all who ask it for pages.
import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { type Ground, openGround } from './ground.ts'
import { receiveMails } from './incoming.ts'
import type { Visitors } from './page.ts'
import { type Product, type Running, type Start, startProduct } from './processes.ts'
import { signInAdmins, signInCustomers, signInTeam, type Visitor } from './visitors.ts'

export interface Portal {
  ground: Ground
  client: pg.Client
  product: Product
  visitors: Visitors
}

export interface PortalNeeds {
  tickets: number
  /** Whether the ground stays for the next run, or is one that stayed. */
  keep: boolean
  start?: (ground: Ground) => Start
}

export async function openPortal(
  stack: AsyncDisposableStack,
  { tickets, keep, start = () => ({}) }: PortalNeeds,
): Promise<Portal> {
  const secret = randomBytes(32).toString('hex')
  const ground = await openGround(stack, tickets, keep)
  const client = new pg.Client({ connectionString: ground.url })
  await client.connect()
  stack.defer(() => client.end())
  const product = await startProduct(ground, secret, start(ground))
  stack.defer(() => product.stop())
  await receiveMails(client)
  const visitors: Visitors = {
    customers: await signInCustomers(client, secret),
    team: await signInTeam(client, secret),
    admins: await signInAdmins(client, secret),
    formOf: (path, visitor) => formOf(product, path, visitor),
    linksOf: (path, visitor, beginning) => linksOf(product, path, visitor, beginning),
  }
  return { ground, client, product, visitors }
}

async function formOf({ url }: Running, path: string, visitor: Visitor): Promise<{ cookie: string; csrf: string }> {
  const response = await fetch(url + path, { headers: { cookie: visitor.cookie } })
  const csrf = /name="_csrf" value="([^"]+)"/.exec(await response.text())?.[1] ?? ''
  const cookies = response.headers.getSetCookie().map(each => each.split(';')[0])
  return { cookie: [visitor.cookie, ...cookies].join('; '), csrf }
}

async function linksOf({ url }: Running, path: string, visitor: Visitor, beginning: string): Promise<string[]> {
  const response = await fetch(url + path, { headers: { cookie: visitor.cookie } })
  const links = (await response.text()).matchAll(/ href="([^"]*)"/g)
  return [...links].map(([, link = '']) => link.replaceAll('&amp;', '&')).filter(link => link.startsWith(beginning))
}
