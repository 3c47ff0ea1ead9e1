// What customers are told about their tickets.
import type { Desk, Letter, LetterWriter } from '../outbox/letter.ts'
import type { Message } from './message.ts'
import { filesOf, firstMessage, lastOfTeam, messageFacts, publicMessage } from './message-facts.ts'
import { satisfactionLetter } from './rating-mail.ts'
import { type About, read, subjectOf, ticketLetter, token } from './ticket-letter.ts'
import { TicketStatus } from './ticket-status.ts'
import { weeklyReportLetter } from './weekly-report-mail.ts'

const DAY = 86_400_000

export const ticketMails = {
  receipt,
  answer,
  'status-changed': statusChanged,
  done,
  reminder,
  satisfaction: satisfactionLetter,
  'weekly-report': weeklyReportLetter,
} satisfies Record<string, LetterWriter>

/** V9, H2: fixed words, the number and a short subject until somebody has proven that the address is theirs (§3). */
async function receipt(desk: Desk): Promise<Letter | null> {
  const about = await read(desk)
  if (!about) return null
  const { ticket, user } = about
  const message = ticket.requesterProven ? await firstMessage(desk, ticket.id) : null
  const facts = { message: message && messageFacts(desk, message, !user.isContact) }
  const letter = await ticketLetter(desk, about, facts)
  return {
    ...letter,
    subject: token(ticket) + subjectOf(ticket),
    origin: 'auto-replied',
    thread: letter.thread && { ...letter.thread, isStart: true },
  }
}

/** H14: a person's words, so not automatic. */
async function answer(desk: Desk): Promise<Letter | null> {
  const about = await read(desk)
  const message = about && (await told(desk, about))
  if (!message) return null
  const facts = messageFacts(desk, message, !about.user.isContact)
  const letter = await ticketLetter(desk, about, { message: facts })
  return { ...letter, origin: 'person', files: filesOf(desk, message), ...previewOf(facts.text) }
}

/** H5: the status as it is when the mail goes. Stale once the ticket is done, because the done mail tells that. */
async function statusChanged(desk: Desk): Promise<Letter | null> {
  const about = await read(desk)
  if (!about) return null
  const facts = { accountUrl: about.user.isContact ? null : desk.url('/account') }
  return { ...(await ticketLetter(desk, about, facts)), isStale: about.ticket.status === TicketStatus.DONE }
}

/** H17. With a message: the answer that the ticket was done with, so one mail tells both. Stale once reopened. */
async function done(desk: Desk): Promise<Letter | null> {
  const about = await read(desk)
  if (!about) return null
  const { ticket, user } = about
  const message = await told(desk, about)
  const shown = message && messageFacts(desk, message, !user.isContact)
  const facts = { message: shown, closes: closesOf(desk, about) }
  return {
    ...(await ticketLetter(desk, about, facts)),
    origin: message ? 'person' : 'auto-generated',
    files: message ? filesOf(desk, message) : [],
    ...previewOf(shown?.text),
    // An answer is told in any case; only the bare notice can be overtaken.
    isStale: message === null && ticket.status !== TicketStatus.DONE,
  }
}

/** What we asked, once more. Stale as soon as the ticket waits no longer. */
async function reminder(desk: Desk): Promise<Letter | null> {
  const about = await read(desk)
  if (!about) return null
  const { ticket, user } = about
  const message = ticket.requesterProven ? await lastOfTeam(desk, ticket.id) : null
  const facts = {
    message: message && messageFacts(desk, message, !user.isContact),
    when: desk.formats(user.timezone).date(message?.createdAt ?? ticket.lastMessageAt),
    accountUrl: user.isContact ? null : desk.url('/account'),
  }
  return { ...(await ticketLetter(desk, about, facts)), isStale: ticket.status !== TicketStatus.WAITING }
}

/** The message that the mail brings; null where it brings none. */
const told = async (desk: Desk, { ticket }: About): Promise<Message | null> =>
  desk.mail.rows.message ? publicMessage(desk, ticket.id, desk.mail.rows.message) : null

/** When silence closes it (AUTO_CLOSE_DAYS after the last human word), never in the past. */
function closesOf({ config, now, formats }: Desk, { ticket, user }: About): { count: number; date: string } {
  const end = ticket.lastMessageAt.getTime() + config.autoCloseDays * DAY
  return { count: config.autoCloseDays, date: formats(user.timezone).date(Math.max(end, now.getTime())) }
}

const previewOf = (text: string | undefined): { preview?: string } => (text ? { preview: text } : {})
