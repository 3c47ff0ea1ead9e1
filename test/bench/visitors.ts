// Who the bench comes as: customers with few and with thousands of tickets, and the team, all signed in.
import { createHmac, randomBytes } from 'node:crypto'
import type pg from 'pg'
import { hashOf } from '../../src/integrations/token.ts'
import { newId } from '../../src/lib/ids.ts'
import { deriveKey } from '../../src/lib/keys.ts'
import { type BenchFilter, filters } from './team-filters.ts'

export interface Visitor {
  id: string
  /** The cookie's header. */
  cookie: string
  /** What stands in the table `session`. */
  sid: string
  token: string
  /** Numbers of their tickets that can be commented on. */
  tickets: number[]
  /** Whether they take part in somebody else's ticket. */
  takesPart: boolean
}

const CUSTOMERS = 64

/** A quarter of them those with the most tickets; the others anybody with some. */
const customers = `
  (select requester_id as id from ticket group by 1 order by count(*) desc, 1 limit ${CUSTOMERS / 4})
  union
  (select requester_id from ticket group by 1 having count(*) between 4 and 40 order by md5(requester_id::text) limit ${(CUSTOMERS * 3) / 4})`
const agents = `select id from person where email in ('dana@plaindesk.example', 'dirk@plaindesk.example')`
const admin = `select id from person where email = 'ada@plaindesk.example'`

export async function signInCustomers(client: pg.Client, secret: string): Promise<Visitor[]> {
  return signIn(client, secret, customers, false)
}

export async function signInTeam(client: pg.Client, secret: string): Promise<Visitor[]> {
  return signIn(client, secret, agents, true)
}

/** With views that nobody else sees. */
export async function signInAdmins(client: pg.Client, secret: string): Promise<Visitor[]> {
  const admins = await signIn(client, secret, admin, true)
  for (const { id } of admins) for (const [at, filter] of filters.entries()) await saveView(client, id, at, filter)
  return admins
}

async function saveView(client: pg.Client, owner: string, at: number, { filter, orderBy }: BenchFilter): Promise<void> {
  await client.query(
    `insert into saved_view (id, owner_id, name, filter, order_by, created_at) values ($1, $2, $3, $4, $5, now())
     on conflict (owner_id, name) do nothing`,
    [newId(), owner, `View ${at + 1}`, filter, orderBy],
  )
}

async function signIn(client: pg.Client, secret: string, people: string, isTeam: boolean): Promise<Visitor[]> {
  const { rows } = await client.query<Pick<Visitor, 'id' | 'tickets' | 'takesPart'>>(
    `select p.id, array(
       select number from ticket t where ${isTeam ? 'is_open' : "t.requester_id = p.id and t.status <> 'CLOSED'"} and hold is null
       order by updated_at desc limit 8) as tickets,
       exists (select from ticket_participant t where t.user_id = p.id) as "takesPart"
     from (${people}) p`,
  )
  const visitors: Visitor[] = []
  for (const row of rows) visitors.push({ ...row, ...(await entry(client, secret, row.id)) })
  return visitors
}

/** The session and token that a log-in would have made. */
async function entry(
  client: pg.Client,
  secret: string,
  id: string,
): Promise<Pick<Visitor, 'cookie' | 'sid' | 'token'>> {
  const plain = randomBytes(24).toString('base64url')
  const sid = createHmac('sha256', deriveKey(secret, 'session-id')).update(plain).digest('base64url')
  const signature = createHmac('sha256', secret).update(plain).digest('base64').replace(/=+$/, '')
  const token = `pd_${randomBytes(32).toString('base64url')}`
  await client.query(
    `insert into session (sid, user_id, data, created_at, last_seen_at, expires_at)
     values ($1, $2, '{}', now(), now(), now() + interval '10 hours')`,
    [sid, id],
  )
  await client.query(
    `insert into api_token (id, user_id, name, hash, scopes, created_at, expires_at, last_used_at)
     values ($1, $2, 'bench', $3, $4, now(), now() + interval '10 hours', now())`,
    [newId(), id, hashOf(token), ['tickets:read', 'tickets:write']],
  )
  return { cookie: `session=${encodeURIComponent(`s:${plain}.${signature}`)}`, sid, token }
}
