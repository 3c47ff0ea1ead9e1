// What PostgreSQL tells this process (LISTEN): one connection for all who follow a channel, opened again whenever it is lost.
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'

const RETRY_MS = 500
const PATIENCE_MS = 5000

/** Asks on the connection that listens. */
export type Ask = <Row extends pg.QueryResultRow>(sql: string, values?: unknown[]) => Promise<Row[]>

export interface Follower {
  heard(payload: string): void
  /** From now on everything is heard; called again after an outage, in which things were missed. */
  connected?(ask: Ask): Promise<void>
  lost?(): void
}

export interface Notices {
  /** Answers once the channel is listened to, with what ends it. Throws while the database is away. */
  follow(channel: string, follower: Follower): Promise<() => void>
  ask: Ask
  close(): Promise<void>
}

interface Log {
  warn(message: string): void
}

export async function openNotices(databaseUrl: string, log: Log): Promise<Notices> {
  const followers = new Map<string, Set<Follower>>()
  const all = () => [...followers.values()].flatMap(each => [...each])
  let isClosed = false
  let isComingBack = false
  let client = await connect()

  async function connect(): Promise<pg.Client> {
    const next = new pg.Client({
      connectionString: databaseUrl,
      application_name: 'plaindesk notices',
      keepAlive: true,
      connectionTimeoutMillis: PATIENCE_MS,
      query_timeout: PATIENCE_MS,
    })
    next.on('error', () => {}) // 'end' follows
    next.on('notification', ({ channel, payload = '' }) => {
      for (const follower of followers.get(channel) ?? []) follower.heard(payload)
    })
    try {
      await next.connect()
      for (const channel of followers.keys()) await next.query(`listen ${channel}`)
      for (const follower of all()) await follower.connected?.(askOf(next))
    } catch (error) {
      void next.end().catch(() => {})
      throw error
    }
    next.once('end', () => next === client && void comeBack())
    return next
  }

  const askOf =
    (asked: pg.Client): Ask =>
    async (sql, values = []) =>
      (await asked.query(sql, values)).rows

  let line: Promise<unknown> = Promise.resolve()

  /** One question after the other, as the connection takes them. */
  function ask<Row extends pg.QueryResultRow>(sql: string, values: unknown[] = []): Promise<Row[]> {
    const answer = line.then(() => askNow<Row>(sql, values))
    line = answer.catch(() => {})
    return answer
  }

  async function askNow<Row extends pg.QueryResultRow>(sql: string, values: unknown[]): Promise<Row[]> {
    const asked = client
    try {
      return await askOf(asked)<Row>(sql, values)
    } catch (error) {
      if (!(error instanceof pg.DatabaseError) && asked === client) void comeBack()
      throw error
    }
  }

  async function comeBack(): Promise<void> {
    if (isClosed || isComingBack) return
    isComingBack = true
    log.warn('the connection that listens is lost; connecting anew')
    for (const follower of all()) follower.lost?.()
    const lost = client
    while (!isClosed && client === lost) {
      const next = await connect().catch(() => null)
      if (next) client = next
      else await sleep(RETRY_MS, undefined, { ref: false })
    }
    void lost.end().catch(() => {})
    isComingBack = false
    if (isClosed) await client.end().catch(() => {})
  }

  return {
    ask,
    async follow(channel, follower) {
      if (isComingBack) throw new Error('Connection terminated: nothing is heard of the database')
      if (!followers.has(channel)) await ask(`listen ${channel}`)
      const ofChannel = followers.get(channel) ?? new Set()
      followers.set(channel, ofChannel.add(follower))
      const unfollow = () => void ofChannel.delete(follower)
      await follower.connected?.(ask).catch(error => {
        unfollow()
        throw error
      })
      return unfollow
    },
    async close() {
      isClosed = true
      await client.end().catch(() => {})
    },
  }
}
