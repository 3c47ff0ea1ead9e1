// What a ticket's organization was promised: the agreement in force today that promises an answer soonest.
import { type Condition, condition } from '../graph/condition.ts'
import type { Context } from '../graph/context.ts'
import { Agreement } from '../people/agreement.ts'
import { today } from '../people/viewer-row.ts'
import { thingsAlong } from './came-along.ts'
import type { Ticket } from './ticket.ts'

/** For reading a ticket together with it. */
export const withAgreement = ({ now, config }: Context): Condition =>
  condition(
    `select row_to_json(x) from (
       select id, organization_id as organization, "from", "until", portal_access as "portalAccess", response_hours as "responseHours"
       from agreement where organization_id = t.organization_id
         and ?::date between "from" and coalesce("until", 'infinity')
       order by response_hours nulls last, "until" desc nulls first, id limit 1) x`,
    today(now, config),
  )

const along = thingsAlong('agreement', () => Agreement, withAgreement)

export const agreementOf = async (context: Context, ticket: Ticket): Promise<Agreement | null> =>
  (await along(context, ticket))[0] ?? null
