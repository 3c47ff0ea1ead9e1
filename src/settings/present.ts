// The settings as they are now: those of the environment, over what admins chose on their page. Every process listens for
// changes, so none needs a restart, and no request asks the database for them.
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { type Config, withChosen } from '../config.ts'
import type { Log } from '../log.ts'

/** PostgreSQL's channel on which whoever changes them tells so, in the transaction that does. */
export const CHANNEL = 'plaindesk_settings'
/** A notification may be lost where something between us and PostgreSQL pools connections; so they are looked at as well. */
const LOOK_MS = 5000
const RETRY_MS = 500
const PATIENCE_MS = 5000
const NO_SUCH_TABLE = '42P01'

export interface Settings {
  /** Frozen; after a change it is another object, so that whoever took one works with it to their end. */
  readonly current: Config
  /** Reads them now, for whoever has just changed them. */
  refresh(): Promise<void>
  close(): Promise<void>
}

/** Reads what admins chose and follows their changes until closed. While the database is away, the last ones hold. */
export async function openSettings(config: Config, databaseUrl: string, log: Log): Promise<Settings> {
  let current = config
  let known = ''
  let isClosed = false
  let isComingBack = false
  let client = await listen()
  const looking = setInterval(() => void refresh(), LOOK_MS).unref()

  async function listen(): Promise<pg.Client> {
    const next = new pg.Client({
      connectionString: databaseUrl,
      application_name: 'plaindesk settings',
      keepAlive: true,
      connectionTimeoutMillis: PATIENCE_MS,
      query_timeout: PATIENCE_MS,
    })
    next.on('error', () => {}) // 'end' follows
    next.on('notification', () => void refresh())
    try {
      await next.connect()
      await next.query(`listen ${CHANNEL}`)
      await read(next) // after it began to listen, so that no change falls in between
    } catch (error) {
      void next.end().catch(() => {})
      throw error
    }
    next.once('end', () => next === client && void comeBack())
    return next
  }

  async function read(from: pg.Client): Promise<void> {
    const rows = await chosenIn(from)
    const text = JSON.stringify(rows)
    if (text !== known) current = withChosen(config, Object.fromEntries(rows.map(({ name, value }) => [name, value])))
    known = text
  }

  async function refresh(): Promise<void> {
    const asked = client
    await read(asked).catch(() => asked === client && void comeBack())
  }

  async function comeBack(): Promise<void> {
    if (isClosed || isComingBack) return
    isComingBack = true
    log.warn('changes of settings are not heard of; connecting anew')
    const lost = client
    while (!isClosed && client === lost) {
      const next = await listen().catch(() => null)
      if (next) client = next
      else await sleep(RETRY_MS, undefined, { ref: false })
    }
    void lost.end().catch(() => {})
    isComingBack = false
    if (isClosed) await client.end().catch(() => {})
  }

  return {
    get current() {
      return current
    },
    refresh,
    async close() {
      isClosed = true
      clearInterval(looking)
      await client.end().catch(() => {})
    },
  }
}

interface Chosen {
  name: string
  value: string
}

/** None where the table is not there yet: whoever goes on then refuses the old schema by themselves. */
async function chosenIn(client: pg.Client): Promise<Chosen[]> {
  try {
    return (await client.query<Chosen>('select name, value from setting order by name')).rows
  } catch (error) {
    if (Reflect.get(Object(error), 'code') === NO_SUCH_TABLE) return []
    throw error
  }
}
