// Drafts are reached through their author: by these conditions and no others.
import type { EntityManager } from '@mikro-orm/postgresql'
import { type Condition, condition } from '../graph/condition.ts'
import type { Context } from '../graph/context.ts'
import { parseGlobalId } from '../lib/ids.ts'
import type { User } from '../people/user.ts'
import type { Viewer } from '../people/viewer.ts'
import { cameAlong, thingsAlong } from './came-along.ts'
import { Draft, type DraftKind } from './draft.ts'
import type { Ticket } from './ticket.ts'
import type { TicketStatus } from './ticket-status.ts'

/** For reading a ticket together with the viewer's drafts. */
export const withDrafts = ({ viewer }: Context): Condition =>
  condition(
    `select coalesce(json_agg(x order by x.kind), '[]') from (
       select id, kind, text, status, created_at as "createdAt", updated_at as "updatedAt"
       from draft where ticket_id = t.id and author_id = ?) x`,
    viewer.user?.id ?? null,
  )

/** For lists: whether the viewer has one. */
export const withHasDraft = (viewer: Viewer): Condition =>
  condition('exists (select from draft where ticket_id = t.id and author_id = ?)', viewer.user?.id ?? null)

const anyAlong = cameAlong('hasDraft', ({ viewer }) => withHasDraft(viewer))

/** The viewer's drafts, the answer first. */
export const draftsOf = thingsAlong('drafts', () => Draft, withDrafts)

export async function hasDraft(context: Context, ticket: Ticket): Promise<boolean> {
  return 'drafts' in ticket ? (await draftsOf(context, ticket)).length > 0 : (await anyAlong(context, ticket)) === true
}

/** Keeps what somebody has written so far, in place of what was kept of it before. */
export async function keepDraft(
  { em, now }: Context,
  author: User,
  ticket: Ticket,
  { kind, text, status = null }: { kind: DraftKind; text: string; status?: TicketStatus | null },
): Promise<Draft> {
  const draft = new Draft(author, ticket, kind, text, status, now)
  await em.execute(
    `insert into draft (id, author_id, ticket_id, kind, text, status, created_at, updated_at) values (?, ?, ?, ?, ?, ?, ?, ?)
     on conflict (author_id, ticket_id, kind) do update
     set id = excluded.id, text = excluded.text, status = excluded.status, updated_at = excluded.updated_at`,
    [draft.id, author.id, ticket.id, kind, text, status, now, now],
  )
  return draft
}

export const discardDraft = ({ em }: Context, author: User, ticket: Ticket, kind: DraftKind): Promise<unknown> =>
  em.execute('delete from draft where author_id = ? and ticket_id = ? and kind = ?', [author.id, ticket.id, kind])

/** What was sent is no draft any more. One that was saved after the page was shown has another id, and stays. */
export async function sendDraft({ em }: Context, author: User, globalId: string): Promise<void> {
  const parsed = parseGlobalId(globalId)
  if (parsed?.type === 'Draft')
    await em.execute('delete from draft where id = ? and author_id = ?', [parsed.id, author.id])
}

/** What was begun on a ticket goes where that was put; where somebody has begun something on both, each stays. */
export const moveDrafts = (em: EntityManager, from: Ticket, to: Ticket): Promise<unknown> =>
  em.execute(
    `update draft d set ticket_id = ? where ticket_id = ?
       and not exists (select from draft o where o.author_id = d.author_id and o.ticket_id = ? and o.kind = d.kind)`,
    [to.id, from.id, to.id],
  )
