import { newId } from '../lib/ids.ts'
import type { BulkPerson } from './bulk-people.ts'
import { type Dice, oneOf, type Texts } from './bulk-texts.ts'

/** Rows by table, their properties named as the columns. */
export type Rows = Record<'ticket' | 'ticket_participant' | 'message' | 'ticket_event' | 'attachment', object[]>

interface Plot {
  number: number
  /** Only what is recent is open, as where tickets are worked. */
  isRecent: boolean
  createdAt: Date
  now: Date
  requester: BulkPerson
  agent: string | null
  category: string | null
  friend: BulkPerson | null
  texts: Texts
  dice: Dice
}

const HOUR = 3_600_000
const MESSAGES = 4

/** Adds a ticket with its four messages, history and now and then a file. */
export function conversation(rows: Rows, plot: Plot): void {
  const { number, requester, agent, texts, dice } = plot
  const id = newId()
  const status = plot.isRecent
    ? oneOf(['NEW', 'OPEN', 'WAITING', 'DONE'], dice)
    : oneOf(['DONE', 'CLOSED', 'CLOSED', 'CLOSED'], dice)
  const step = Math.min(20 * HOUR, (plot.now.getTime() - plot.createdAt.getTime()) / (MESSAGES + 1))
  const at = (turn: number) => new Date(plot.createdAt.getTime() + turn * step)
  const isAnswered = status !== 'NEW'
  const messages = Array.from({ length: MESSAGES }, (_, turn) => ({
    id: newId(),
    ticket_id: id,
    author_id: isAnswered && turn % 2 === 1 ? agent : requester.id,
    text: texts.message(),
    visibility: isAnswered && turn === 1 && number % 5 === 0 ? 'INTERNAL' : 'PUBLIC',
    channel: 'WEB',
    created_at: at(turn),
  }))
  const last = at(MESSAGES - 1)
  const changed = status === 'CLOSED' ? at(MESSAGES) : last
  const words = (visibility: string) =>
    messages
      .filter(message => message.visibility === visibility)
      .map(({ text }) => text)
      .join('\n')
  const subject = texts.subject()
  rows.message.push(...messages)
  rows.ticket.push({
    id,
    number,
    subject,
    status,
    priority: number % 10 === 0 ? 'HIGH' : 'NORMAL',
    category_id: plot.category,
    requester_id: requester.id,
    assignee_id: isAnswered ? agent : null,
    organization_id: requester.organization,
    tags: [],
    requester_proven: true,
    created_at: plot.createdAt,
    updated_at: changed,
    touched_at: changed,
    first_response_at: isAnswered ? at(1) : null,
    done_at: status === 'DONE' || status === 'CLOSED' ? last : null,
    closed_at: status === 'CLOSED' ? changed : null,
    unanswered_since: status === 'NEW' ? plot.createdAt : status === 'OPEN' ? last : null,
    last_message_at: last,
    search_public: `${number} ${subject} ${requester.name} ${requester.email}\n${words('PUBLIC')}`,
    search_notes: words('INTERNAL'),
  })
  if (plot.friend && plot.friend !== requester) rows.ticket_participant.push({ ticket_id: id, user_id: plot.friend.id })
  rows.ticket_event.push(...history(id, status, messages, plot, changed))
  if (number % 10 === 0) rows.attachment.push(file(messages[0]?.id ?? '', requester.id, plot.createdAt))
}

interface WrittenMessage {
  author_id: string | null
  visibility: string
  created_at: Date
}

function history(
  ticket: string,
  status: string,
  messages: readonly WrittenMessage[],
  plot: Plot,
  changed: Date,
): object[] {
  const event = (
    type: string,
    actor: string | null,
    at: Date,
    from: string | null = null,
    to: string | null = null,
  ) => ({
    id: newId(),
    ticket_id: ticket,
    type,
    actor_id: actor,
    from,
    to,
    created_at: at,
  })
  const [first, ...further] = messages
  const last = messages.at(-1)?.created_at ?? plot.createdAt
  return [
    event('CREATED', first?.author_id ?? null, plot.createdAt),
    ...further.map(({ visibility, author_id, created_at }) =>
      event(visibility === 'INTERNAL' ? 'NOTE' : 'MESSAGE', author_id, created_at),
    ),
    ...(status === 'NEW' ? [] : [event('STATUS', plot.agent, last, 'NEW', status === 'CLOSED' ? 'DONE' : status)]),
    ...(status === 'CLOSED' ? [event('STATUS', null, changed, 'DONE', 'CLOSED')] : []),
  ]
}

/** Waits for the virus scanner for good, since there are no bytes to download. */
const file = (message: string, uploader: string, at: Date): object => {
  const id = newId()
  return {
    id,
    message_id: message,
    uploader_id: uploader,
    filename: 'scan.pdf',
    content_type: 'application/pdf',
    size: 48_000,
    sha256: '0'.repeat(64),
    storage_key: `bulk/${id}`,
    scan: 'PENDING',
    created_at: at,
  }
}
