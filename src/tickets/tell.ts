// Who is told of what by mail. Rows in the outbox; nothing is sent here.
import type { Context } from '../graph/context.ts'
import { enqueueMail } from '../outbox/enqueue.ts'
import { Role, User } from '../people/user.ts'
import type { Message } from './message.ts'
import { readersOf } from './participants.ts'
import { mailedBesides } from './recipients.ts'
import { Hold, type Ticket } from './ticket.ts'
import { TicketStatus } from './ticket-status.ts'

/** Whoever waits for an answer, or a link to log in, does not wait for thousands of notices. */
const BEHIND = { priority: 2 }

/** V9, H2: every request is acknowledged. */
export async function tellReceived({ em, now, mail }: Context, ticket: Ticket): Promise<void> {
  if (mail && !mail.wantsReceipt) return
  const [first] = ticket.messages.isInitialized() ? ticket.messages : []
  const rows = { user: ticket.requester.id, ticket: ticket.id, ...(first && { message: first.id }) }
  await enqueueMail(em, 'receipt', ticket.requester, rows, now)
}

export async function tellTeamOfTicket(context: Context, ticket: Ticket): Promise<void> {
  await tellTeam(context, 'team-new-ticket', ticket, null)
}

/** A customer's word: to the team, and to the others who take part. */
export async function tellOfComment(context: Context, message: Message): Promise<void> {
  await tellTeam(context, 'team-comment', message.ticket, message)
  await tellParticipants(context, message, 'answer', 0)
}

/** H14, H17: the team's answer reaches everybody who takes part; with "done" it says so. It can be taken back for a while. */
export async function tellOfAnswer(context: Context, message: Message): Promise<void> {
  const template = message.ticket.status === TicketStatus.DONE ? 'done' : 'answer'
  await tellParticipants(context, message, template, context.config.undoSeconds)
}

/** A change of status without a word. The done mail goes to everybody (H17), other notices only to who wants them. */
export async function tellOfStatus({ em, now, viewer, isBulk }: Context, ticket: Ticket): Promise<void> {
  if (ticket.hold === Hold.SPAM) return
  const isDone = ticket.status === TicketStatus.DONE
  const template = isDone ? 'done' : 'status-changed'
  for (const person of mailedBesides(readersOf(ticket), viewer.user)) {
    if (isDone || (await isOnList(em, person)))
      await enqueueMail(em, template, person, { user: person.id, ticket: ticket.id }, now, isBulk ? BEHIND : {})
  }
}

async function tellParticipants(
  { em, now }: Context,
  message: Message,
  template: 'answer' | 'done',
  delaySeconds: number,
): Promise<void> {
  const { ticket, author } = message
  if (ticket.hold === Hold.SPAM) return
  for (const person of mailedBesides(readersOf(ticket), author)) {
    const rows = { user: person.id, ticket: ticket.id, message: message.id }
    await enqueueMail(em, template, person, rows, now, { delaySeconds })
  }
}

/** The assignee, else everybody who works tickets; nobody is told of their own deed. */
async function tellTeam(
  { em, now, viewer }: Context,
  template: 'team-new-ticket' | 'team-comment',
  ticket: Ticket,
  message: Message | null,
): Promise<void> {
  if (ticket.hold) return // whoever looks after what is held finds it there
  const team = ticket.assignee
    ? [ticket.assignee]
    : await em.find(User, { role: { $in: [Role.AGENT, Role.ADMIN] }, disabledAt: null, confirmedAt: { $ne: null } })
  for (const person of team.filter(({ id, wantsStatusMail }) => wantsStatusMail && id !== viewer.user?.id)) {
    await enqueueMail(
      em,
      template,
      person,
      { user: person.id, ticket: ticket.id, ...(message && { message: message.id }) },
      now,
    )
  }
}

/** Product §3: the list governs status notices. */
async function isOnList(em: Context['em'], person: User): Promise<boolean> {
  if (!person.wantsStatusMail) return false
  const rows = await em.execute(
    'select 1 from membership where user_id = ? and joined_at is not null and ended_at is null',
    [person.id],
  )
  return rows.length > 0
}
