// Who takes part in a ticket besides its requester.
import { condition } from '../graph/condition.ts'
import type { Context } from '../graph/context.ts'
import { User } from '../people/user.ts'
import { personColumns } from '../people/viewer-row.ts'
import { thingsAlong } from './came-along.ts'
import type { Ticket } from './ticket.ts'
import { TicketEventType } from './vocabulary.ts'

/** Who takes part, besides the team. */
export const readersOf = (ticket: Ticket): User[] => [ticket.requester, ...ticket.participants.getItems()]

/** Lets somebody read and comment; says whether that is new. */
export function letTakePart(ticket: Ticket, person: User, by: User, now: Date): boolean {
  if (readersOf(ticket).some(({ id }) => id === person.id)) return false
  ticket.participants.add(person)
  ticket.record(TicketEventType.PARTICIPANT_ADDED, by, now, null, nameOf(person))
  ticket.updatedAt = now // customers see who takes part
  return true
}

/** What they wrote stays; from the next click on they read nothing of the ticket. */
export function leaveOut(ticket: Ticket, person: User, by: User, now: Date): boolean {
  const found = ticket.participants.getItems().find(({ id }) => id === person.id)
  if (!found) return false
  ticket.participants.remove(found)
  ticket.record(TicketEventType.PARTICIPANT_REMOVED, by, now, nameOf(person), null)
  ticket.updatedAt = now
  return true
}

const nameOf = ({ name, email }: User): string => (name === email ? email : `${name} (${email})`)

/** For reading a ticket together with whom an agent may want to add. */
export const withChoices = condition(
  `select coalesce(json_agg(x), '[]') from (
    select ${personColumns} from person p
    where p.organization_id = t.organization_id and p.role = 'CUSTOMER' and p.disabled_at is null and p.id <> t.requester_id
      and not exists (select from ticket_participant o where o.ticket_id = t.id and o.user_id = p.id)
    order by p.name, p.id limit 50) x`,
)

const along = thingsAlong(
  'participantChoices',
  () => User,
  () => withChoices,
)

/** Colleagues of the customer who take no part yet: what came along with the ticket, or is read now. */
export const choicesOf = async (context: Context, ticket: Ticket): Promise<User[]> =>
  ticket.organization ? along(context, ticket) : []
