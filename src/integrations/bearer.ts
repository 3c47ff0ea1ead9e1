import type { MikroORM } from '@mikro-orm/postgresql'
import type { Config } from '../config.ts'
import { prepared } from '../database/prepared.ts'
import type { Viewer } from '../people/viewer.ts'
import { today, type ViewerRow, viewerColumns, viewerOf } from '../people/viewer-row.ts'
import type { Scope } from './api-token.ts'
import { hashOf } from './token.ts'

const USED_EVERY = 600_000 // ten minutes, so that reading by a token writes nothing

interface TokenRow extends ViewerRow {
  token_id: string
  token_name: string
  scopes: Scope[]
  last_used_at: string | null
}

const readToken = prepared<TokenRow>(
  'token',
  `select t.id as token_id, t.name as token_name, t.scopes, t.last_used_at, ${viewerColumns} from api_token t join person p on p.id = t.user_id
   where t.hash = ? and t.revoked_at is null and t.expires_at > ?`,
)

/**
 * The viewer that `Authorization: Bearer pd_…` stands for, after one statement; null for a header of another form and for
 * a token that is unknown, revoked or over. What they may is decided by their access now, as with a session.
 */
export async function viewerOfBearer(orm: MikroORM, header: string, config: Config, now: Date): Promise<Viewer | null> {
  const secret = /^Bearer +(pd_[\w-]{43})$/i.exec(header)?.[1]
  if (!secret) return null
  const [row] = await readToken(orm.em, [today(now, config), hashOf(secret), now])
  if (!row) return null
  const isDue = row.last_used_at === null || now.getTime() - Date.parse(row.last_used_at) >= USED_EVERY
  if (isDue) await orm.em.fork().execute('update api_token set last_used_at = ? where id = ?', [now, row.token_id])
  const token = { id: row.token_id, name: row.token_name }
  return { ...viewerOf(orm.em, row, config), scopes: row.scopes, token }
}
