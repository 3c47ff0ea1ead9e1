// An empty development database is filled with this, tests are written about it, production never sees it. Made by the
// entities' own methods, with times in the past; no mail is sent.
import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import type { EntityManager } from '@mikro-orm/postgresql'
import { CannedText } from '../desk/canned-text.ts'
import type { FileStore } from '../files/store.ts'
import { ScanResult } from '../files/stored-file.ts'
import type { User } from '../people/user.ts'
import type { Plaindesk } from '../plaindesk.ts'
import { Attachment } from '../tickets/attachment.ts'
import { Category } from '../tickets/category.ts'
import type { Message } from '../tickets/message.ts'
import { Hold, Ticket } from '../tickets/ticket.ts'
import { TicketStatus } from '../tickets/ticket-status.ts'
import { Channel, TicketPriority } from '../tickets/vocabulary.ts'
import { type Ago, ago } from './ago.ts'
import { type Conversation, conversations, type ExampleFile, type Step } from './conversations.ts'
import { type SeededName, seedPeople } from './people.ts'

export { cast, EXAMPLE_PASSWORD } from './people.ts'

const cannedTexts = [
  [
    'Ask for details',
    'Hello {{customer}},\n\nwhich version do you use, and what does the program say?\n\n{{agent}}, {{brand}}',
  ],
  ['Bitte um Rückmeldung', 'Guten Tag {{customer}},\n\nist „{{subject}}“ damit gelöst?\n\n{{agent}}, {{brand}}'],
] as const

interface Stage {
  em: EntityManager
  files: FileStore
  people: Record<SeededName, User>
  now: Date
}

/** Fills an empty, migrated database with the example people and their tickets; times count back from `now`. */
export async function seedCast({ orm, files }: Pick<Plaindesk, 'orm' | 'files'>, now: Date): Promise<void> {
  await orm.em.fork().transactional(async em => {
    const stage = { em, files, people: await seedPeople(em, now), now }
    em.persist(cannedTexts.map(([name, text], at) => new CannedText(name, text, at + 1)))
    await em.flush()
    const categories = await em.find(Category, {}, { orderBy: { position: 'asc' } })
    const acts = conversations.flatMap(conversation => actsOf(stage, conversation, categories))
    for (const act of acts.sort((a, b) => a.at.getTime() - b.at.getTime())) {
      await act.play()
      await em.flush() // one by one, so that the numbers rise with time
    }
  })
}

interface Act {
  at: Date
  play(): Promise<void>
}

/** What happens in a conversation and when, so that all of them can be played in the order of time. */
function actsOf(stage: Stage, conversation: Conversation, categories: Category[]): Act[] {
  let ticket: Ticket
  const opening = async () => {
    ticket = await open(stage, conversation)
    ticket.category = categories[conversation.category - 1] ?? null
  }
  const act = (when: Ago, play: () => Promise<void>): Act => ({ at: ago(when, stage.now), play })
  const further = conversation.steps.map(step =>
    act(step.when, async () => {
      ticket.priority = TicketPriority[conversation.priority ?? 'NORMAL']
      ticket.tags = conversation.tags ?? []
      ticket.assignee = conversation.assignee ? stage.people[conversation.assignee] : null
      ticket = await take(stage, ticket, step)
    }),
  )
  return [act(conversation.first.when, opening), ...further]
}

async function open(stage: Stage, { by, subject, first, hold, unproven }: Conversation): Promise<Ticket> {
  const now = ago(first.when, stage.now)
  const ticket = Ticket.open(stage.people[by], subject, first.says, { channel: Channel.WEB, now, proven: !unproven })
  ticket.hold = hold ? Hold[hold] : null
  stage.em.persist(ticket)
  const [message] = ticket.messages
  if (first.file && message) await attach(stage, first.file, message)
  return ticket
}

/** Takes a step and answers the ticket that the conversation goes on in: another one after a follow-up. */
async function take(stage: Stage, ticket: Ticket, step: Step): Promise<Ticket> {
  const now = ago(step.when, stage.now)
  if ('closes' in step) {
    ticket.moveTo(TicketStatus.CLOSED, null, now)
    return ticket
  }
  const person = stage.people[step.by]
  const details = { channel: Channel.WEB, now }
  if ('marks' in step) step.marks === 'done' ? ticket.markDone(person, now) : ticket.reopen(person, now)
  else if ('notes' in step) ticket.note(person, step.notes, details)
  else if ('answers' in step) ticket.answer(person, step.answers, TicketStatus[step.status], details)
  else return say(stage, ticket.comment(person, step.says, details), step.file)
  return ticket
}

async function say(stage: Stage, message: Message, file: ExampleFile | undefined): Promise<Ticket> {
  stage.em.persist(message.ticket)
  if (file) await attach(stage, file, message)
  return message.ticket
}

async function attach(
  { em, files }: Stage,
  { filename, contentType, content }: ExampleFile,
  message: Message,
): Promise<void> {
  const bytes = Buffer.from(content)
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  const storageKey = await files.put(Readable.from([bytes]))
  const stored = { filename, contentType, size: bytes.length, sha256, storageKey, scan: ScanResult.CLEAN }
  const attachment = new Attachment(message.author, stored, message.createdAt)
  attachment.message = message
  em.persist(attachment)
}
