// What the team sees of many people at once.
import type { EntityManager } from '@mikro-orm/postgresql'
import { ask } from '../graph/ask.ts'
import { batched } from '../graph/batched.ts'
import { allOf, condition, idList, isOneOf } from '../graph/condition.ts'
import type { Context } from '../graph/context.ts'
import { read } from '../graph/reading.ts'
import { type Access, accessOf } from './access.ts'
import { blockedSenderOf } from './blocked-sender.ts'
import { LinkKind, OneTimeLink } from './one-time-link.ts'
import type { User } from './user.ts'
import { factsOf, today, type ViewerRow, viewerColumns } from './viewer-row.ts'

interface Facts {
  access: Access
  /** Set while no mail goes to their address, because mails came back. */
  block: { since: Date; reason: string } | null
  furtherAddresses: string[]
  aliases: string[]
  /** A `BlockedSender`, as JSON. */
  sender: object | null
}

type Row = ViewerRow &
  Pick<Facts, 'aliases' | 'sender'> & { blocked_at: Date | null; block_reason: string | null; further: string[] }

/** What several fields tell of a person, by one statement. */
const facts = batched(async ({ em, config, now }: Context, users) => {
  const rows = await ask<Row>(
    em,
    `select ${viewerColumns}, a.blocked_at, a.reason as block_reason,
       array(select f.address from person_address f where f.user_id = p.id and f.proven_at is not null order by f.address) as further,
       array(select f.address from person_address f where f.user_id = p.id and f.proven_at is null order by f.address) as aliases,
       ${blockedSenderOf('p')} as sender
     from person p left join mail_address a on a.address = p.email and a.blocked_at is not null where p.id = any(?::uuid[])`,
    [today(now, config), idList(users)],
    true,
  )
  return new Map(rows.map(row => [row.id, factsIn(row, config)]))
})

function factsIn(row: Row, config: Context['config']): Facts {
  const { blocked_at: since, block_reason: reason, further: furtherAddresses, aliases, sender } = row
  return {
    access: accessOf(factsOf(row), config),
    block: since && { since, reason: reason ?? '' },
    furtherAddresses,
    aliases,
    sender,
  }
}

/** Somebody's access as it is now, by the rule that lets them in. */
export const accessNow = async (context: Context, { id }: Pick<User, 'id'>): Promise<Access> =>
  (await facts(context, id))?.access ?? 'UNCONFIRMED'

export const blockNow = async (context: Context, { id }: Pick<User, 'id'>): Promise<Facts['block']> =>
  (await facts(context, id))?.block ?? null

export const blockedSenderNow = async (context: Context, { id }: Pick<User, 'id'>): Promise<Facts['sender']> =>
  (await facts(context, id))?.sender ?? null

/** Further addresses that they have proven, by the alphabet. */
export const addressesNow = async (context: Context, { id }: Pick<User, 'id'>): Promise<string[]> =>
  (await facts(context, id))?.furtherAddresses ?? []

/** Addresses that came along by merging, which they have not proven. */
export const aliasesNow = async (context: Context, { id }: Pick<User, 'id'>): Promise<string[]> =>
  (await facts(context, id))?.aliases ?? []

const invitations = batched(async (em: EntityManager, users) => {
  const links = await read(em, OneTimeLink, {
    where: allOf(isOneOf('t.user_id', users), condition('t.kind = ?', LinkKind.INVITATION)),
    orderBy: 't.created_at, t.id',
    isPrepared: true,
  })
  return new Map(links.map(link => [link.user.id, link]))
})

/** The invitation that was sent last. */
export const lastInvitation = (em: EntityManager, { id }: Pick<User, 'id'>): Promise<OneTimeLink | null> =>
  invitations(em, id)
