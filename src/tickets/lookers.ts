// Who else is at a ticket: whoever opened its page a moment ago, and whoever has begun an answer. Nobody is locked out by it.
import { Field, ObjectType } from 'type-graphql'
import { prepared } from '../database/prepared.ts'
import { type Condition, condition } from '../graph/condition.ts'
import type { Context } from '../graph/context.ts'
import { thingOf } from '../graph/things.ts'
import { User } from '../people/user.ts'
import { personColumns } from '../people/viewer-row.ts'
import { cameAlong } from './came-along.ts'
import type { Ticket } from './ticket.ts'

const MINUTE = 60_000
/** Whoever opened the page so long ago still looks at it. */
const LOOKS_FOR = 10 * MINUTE

@ObjectType('TicketLooker', {
  description: 'Somebody else of the team who looks at a ticket or has begun to answer it.',
  simpleResolvers: true,
})
export class Looker {
  @Field(() => User, { description: 'Who.' }) user!: User
  @Field(() => Date, { nullable: true, description: 'When they opened it, in the last ten minutes.' })
  lookedAt!: Date | null
  @Field(() => Date, { nullable: true, description: 'Since when they have a draft of an answer.' })
  draftSince!: Date | null
}

/** Whoever opens another ticket looks at the one before no more. */
const isNewest =
  'not exists (select from ticket_look n where n.user_id = l.user_id and n.seen_at > l.seen_at and n.seen_at <= ?)'

/** For reading a ticket together with them. */
export const withLookers = ({ viewer, now }: Context): Condition =>
  condition(
    `select coalesce(json_agg(x order by x.name), '[]') from (
       select ${personColumns}, w.looked_at, w.draft_since from (
         select user_id, max(seen_at) as looked_at, max(begun_at) as draft_since from (
           select user_id, seen_at, null::timestamptz as begun_at from ticket_look l where ticket_id = t.id and seen_at > ? and ${isNewest}
           union all select author_id, null, created_at from draft where ticket_id = t.id and kind = 'ANSWER'
         ) either where user_id <> ? group by user_id
       ) w join person p on p.id = w.user_id limit 20) x`,
    new Date(now.getTime() - LOOKS_FOR),
    now,
    viewer.user?.id ?? null,
  )

/** Tickets `t` that no colleague has open now, or (false) that one has. What the viewer works is theirs, whoever looks at it. */
export const unattended = ({ viewer, now }: Context, isUnattended = true): Condition =>
  condition(
    `${isUnattended ? 'not ' : ''}(t.assignee_id is distinct from ? and exists (
       select from ticket_look l where l.ticket_id = t.id and l.user_id <> ? and l.seen_at > ? and ${isNewest}))`,
    viewer.user?.id ?? null,
    viewer.user?.id ?? null,
    new Date(now.getTime() - LOOKS_FOR),
    now,
  )

const along = cameAlong('lookers', withLookers)

export async function lookersOf(context: Context, ticket: Ticket): Promise<Looker[]> {
  const rows = await along(context, ticket)
  return Array.isArray(rows) ? rows.map(row => lookerIn(context, row)) : []
}

function lookerIn({ em }: Context, { looked_at: lookedAt, draft_since: draftSince, ...person }: Row): Looker {
  return { user: thingOf(em, User, person), lookedAt: dateOf(lookedAt), draftSince: dateOf(draftSince) }
}

/** As JSON holds times. */
type Row = Record<'looked_at' | 'draft_since', string | null>
const dateOf = (time: string | null): Date | null => (time === null ? null : new Date(time))

/**
 * Notes that somebody of the team has the page open; says whether there is such a ticket. No foreign keys, so that a ticket
 * that is being changed holds nobody up; and nobody waits for the disk, since it is worth nothing after a crash.
 */
export async function noteLook({ em, now }: Context, number: number, user: User): Promise<boolean> {
  return (await note(em, [user.id, now, number])).length > 0
}

const note = prepared(
  'look',
  `with calm as (select set_config('synchronous_commit', 'off', true))
   insert into ticket_look (ticket_id, user_id, seen_at) select id, ?, ? from calm, ticket where number = ?
   on conflict (ticket_id, user_id) do update set seen_at = excluded.seen_at returning ticket_id`,
)
