// What the team sees of many people at once.
import type { EntityManager } from '@mikro-orm/postgresql'
import { batched } from '../graph/batched.ts'
import type { Context } from '../graph/context.ts'
import { type Access, accessOf } from './access.ts'
import { LinkKind, OneTimeLink } from './one-time-link.ts'
import type { User } from './user.ts'
import { factsOf, today, type ViewerRow, viewerColumns } from './viewer-row.ts'

const accesses = batched(async ({ em, config, now }: Context, users) => {
  const marks = users.map(() => '?').join(', ')
  const rows = await em.execute<ViewerRow[]>(`select ${viewerColumns} from person p where p.id in (${marks})`, [
    today(now, config),
    ...users,
  ])
  return new Map(rows.map(row => [row.id, accessOf(factsOf(row), config.requireAgreement)]))
})

/** Somebody's access as it is now, by the rule that lets them in. */
export const accessNow = async (context: Context, { id }: Pick<User, 'id'>): Promise<Access> =>
  (await accesses(context, id)) ?? 'UNCONFIRMED'

const invitations = batched(async (em: EntityManager, users) => {
  const sent = { user: { $in: [...users] }, kind: LinkKind.INVITATION }
  const links = await em.find(OneTimeLink, sent, { orderBy: { createdAt: 'asc', id: 'asc' } })
  return new Map(links.map(link => [link.user.id, link]))
})

/** The invitation that was sent last. */
export const lastInvitation = (em: EntityManager, { id }: Pick<User, 'id'>): Promise<OneTimeLink | null> =>
  invitations(em, id)
