// Those who come to the portal in the hour.
import type pg from 'pg'
import { Browser } from '../../kit/browser.ts'
import { Wire } from '../../kit/http.ts'
import { Jar } from '../../kit/jar.ts'
import type { MailWorker } from '../mail-worker.ts'
import { type Writer, writers } from '../mail-writers.ts'
import type { Product } from '../processes.ts'
import { signInCustomers, signInTeam, type Visitor } from '../visitors.ts'

export interface Person {
  browser: Browser
  visitor: Visitor
}

export interface People {
  url: string
  secret: string
  /** Where mail is taken. */
  mailPort: number
  wire: TimedWire
  customers: Person[]
  team: Person[]
  /** Who writes mails, in turns, none of them more than they may. */
  writer(): Writer
  stranger(): Browser
  /** Between 0 and 1. */
  random: () => number
  /** Files that somebody sent, newest last. */
  files: { browser: Browser; path: string }[]
}

/** Notes how long each answer took, in milliseconds. */
export class TimedWire extends Wire {
  times: number[] = []

  override async exchange(...asked: Parameters<Wire['exchange']>): ReturnType<Wire['exchange']> {
    const startedAt = performance.now()
    try {
      return await super.exchange(...asked)
    } finally {
      this.times.push(performance.now() - startedAt)
    }
  }
}

/** Everybody, signed in; `mails` is how many will be written at most. */
export async function gather(
  client: pg.Client,
  product: Product,
  worker: MailWorker,
  { secret, mails, random }: { secret: string; mails: number; random: () => number },
): Promise<People> {
  const { url } = product
  const wire = new TimedWire()
  const from = await writers(client, mails)
  let turn = 0
  return {
    url,
    secret,
    mailPort: worker.port,
    wire,
    customers: (await signInCustomers(client, secret)).filter(hasTickets).map(each => person(wire, url, each)),
    team: (await signInTeam(client, secret)).filter(hasTickets).map(each => person(wire, url, each)),
    writer: () => from[turn++ % from.length] as Writer,
    stranger: () => new Browser(wire, url),
    random,
    files: [],
  }
}

const hasTickets = ({ tickets }: Visitor): boolean => tickets.length > 0

function person(wire: Wire, url: string, visitor: Visitor): Person {
  const jar = new Jar()
  const [name = '', value = ''] = visitor.cookie.split('=')
  jar.set(name, value, new URL(url))
  return { browser: new Browser(wire, url, jar), visitor }
}
