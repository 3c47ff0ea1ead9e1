import type { MikroORM } from '@mikro-orm/postgresql'
import type { Config } from '../config.ts'
import { prepared } from '../database/prepared.ts'
import type { Viewer } from '../people/viewer.ts'
import { today, type ViewerRow, viewerColumns, viewerOf } from '../people/viewer-row.ts'
import type { Scope } from './api-token.ts'
import { hashOf } from './token.ts'

const USED_EVERY = 600_000 // ten minutes, so that reading by a token writes nothing
/** Two machines that share a token take turns no more often. */
const MOVED_EVERY = 60_000

interface TokenRow extends ViewerRow {
  token_id: string
  token_name: string
  scopes: Scope[]
  last_used_at: string | null
  last_used_from: string | null
}

/** What a request says of itself. */
export interface Bearer {
  header: string
  address: string
}

const readToken = prepared<TokenRow>(
  'token',
  `select t.id as token_id, t.name as token_name, t.scopes, t.last_used_at, t.last_used_from, ${viewerColumns} from api_token t join person p on p.id = t.user_id
   where t.hash = ? and t.revoked_at is null and t.expires_at > ?`,
)

/**
 * The viewer that `Authorization: Bearer pd_…` stands for, after one statement; null for a header of another form and for
 * a token that is unknown, revoked or over. What they may is decided by their access now, as with a session.
 */
export async function viewerOfBearer(
  orm: MikroORM,
  { header, address }: Bearer,
  config: Config,
  now: Date,
): Promise<Viewer | null> {
  const secret = /^Bearer +(pd_[\w-]{43})$/i.exec(header)?.[1]
  if (!secret) return null
  const [row] = await readToken(orm.em, [today(now, config), hashOf(secret), now])
  if (!row) return null
  if (isDue(row, address, now))
    await orm.em
      .fork()
      .execute('update api_token set last_used_at = ?, last_used_from = ? where id = ?', [now, address, row.token_id])
  const token = { id: row.token_id, name: row.token_name }
  return { ...viewerOf(orm.em, row, config), scopes: row.scopes, token }
}

function isDue({ last_used_at: at, last_used_from: from }: TokenRow, address: string, now: Date): boolean {
  return at === null || now.getTime() - Date.parse(at) >= (from === address ? USED_EVERY : MOVED_EVERY)
}
