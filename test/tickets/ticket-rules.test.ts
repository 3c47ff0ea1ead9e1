// Product §2, "Status", word by word, on the entities alone: no database, no request.
import { MikroORM } from '@mikro-orm/postgresql'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import options from '../../mikro-orm.config.ts'
import { Role, User } from '../../src/people/user.ts'
import type { Message } from '../../src/tickets/message.ts'
import { Ticket } from '../../src/tickets/ticket.ts'
import { doneStatuses, openStatuses, TicketStatus } from '../../src/tickets/ticket-status.ts'
import { Channel, MessageVisibility, TicketEventType } from '../../src/tickets/vocabulary.ts'

// Collections ask which property they stand for; nothing ever connects.
new MikroORM({ ...options, dbName: 'none' })

const { NEW, OPEN, WAITING, DONE, CLOSED } = TicketStatus
const statuses = Object.values(TicketStatus)
const start = Date.UTC(2026, 10, 22, 9)
const at = (minute: number) => new Date(start + minute * 60_000)
const words = (minute: number) => ({ channel: Channel.WEB, now: at(minute) })

const ann = new User('ann@acme.example', 'Ann', at(0))
const bo = new User('bo@acme.example', 'Bo', at(0))
const dana = Object.assign(new User('dana@plaindesk.example', 'Dana', at(0)), { role: Role.AGENT })

const opened = () => Ticket.open(ann, 'No beep', 'Since Monday.', { ...words(0), proven: true })

/** A ticket that came to a status as tickets do, in the first nine minutes. */
function ticketIn(status: TicketStatus): Ticket {
  const ticket = opened()
  if (status === OPEN || status === WAITING) ticket.answer(dana, 'We are looking.', status, words(1))
  if (status === DONE || status === CLOSED) ticket.answer(dana, 'Solved.', DONE, words(1))
  if (status === CLOSED) ticket.moveTo(CLOSED, null, at(2))
  return ticket
}

const texts = (ticket: Ticket) => ticket.messages.getItems().map(({ text }) => text)
const moves = (ticket: Ticket) =>
  ticket.events
    .getItems()
    .filter(({ type }) => type === TicketEventType.STATUS)
    .map(({ actor, createdAt, from, to }) => ({ who: actor?.name ?? null, when: createdAt, from, to }))
const kinds = (ticket: Ticket) => ticket.events.getItems().map(({ type }) => type)
/** What a refused or empty word must leave as it was. */
const facts = (ticket: Ticket) => ({
  status: ticket.status,
  texts: texts(ticket),
  events: kinds(ticket),
  updatedAt: ticket.updatedAt,
  closedAt: ticket.closedAt,
  followUps: ticket.followUps.length,
})
const refused = (code: string) => expect.objectContaining({ code })

describe('a new request', () => {
  test('§2: is NEW, holds its first text, and knows who wrote it', () => {
    const ticket = opened()
    const [message] = ticket.messages
    expect(ticket.status).toBe(NEW)
    expect([message?.text, message?.author, message?.visibility]).toEqual([
      'Since Monday.',
      ann,
      MessageVisibility.PUBLIC,
    ])
    expect(kinds(ticket)).toEqual([TicketEventType.CREATED])
    expect(ticket.unansweredSince).toEqual(at(0))
  })

  test('§5: an agent writes it down for a caller: the caller’s words, the agent’s deed', () => {
    const ticket = Ticket.open(ann, 'Called', 'Help!', { channel: Channel.PHONE, now: at(0), by: dana, proven: false })
    expect(ticket.messages.getItems()[0]?.author).toBe(ann)
    expect(ticket.events.getItems()[0]?.actor).toBe(dana)
    expect(ticket.requesterProven).toBe(false)
  })
})

describe('a customer comments', () => {
  test.each([
    [NEW, NEW],
    [OPEN, OPEN],
    [WAITING, OPEN],
    [DONE, OPEN],
  ])('§2: on %s it is %s then', (before, after) => {
    const ticket = ticketIn(before)
    const movesBefore = moves(ticket)
    const message = ticket.comment(ann, 'One more thing.', words(10))
    expect(message.ticket).toBe(ticket)
    expect(ticket.status).toBe(after)
    expect(texts(ticket).at(-1)).toBe('One more thing.')
    const moved = before === after ? [] : [{ who: 'Ann', when: at(10), from: before, to: after }]
    expect(moves(ticket)).toEqual([...movesBefore, ...moved])
    expect(kinds(ticket)).toContain(TicketEventType.MESSAGE)
    expect([ticket.updatedAt, ticket.lastMessageAt]).toEqual([at(10), at(10)])
  })

  test('§2: on CLOSED a new ticket begins, linked both ways, and the comment is on it', () => {
    const closed = ticketIn(CLOSED)
    const before = texts(closed)
    const message = closed.comment(ann, 'It is back.', words(10))
    const followUp = message.ticket
    expect([closed.status, texts(closed)]).toEqual([CLOSED, before])
    expect([followUp.status, texts(followUp)]).toEqual([NEW, ['It is back.']])
    expect(followUp.followUpOf).toBe(closed)
    expect(closed.followUps.getItems()).toEqual([followUp])
    expect(kinds(closed).at(-1)).toBe(TicketEventType.FOLLOW_UP)
    expect([followUp.subject, followUp.requester, followUp.requesterProven]).toEqual(['No beep', ann, true])
    expect(followUp.unansweredSince).toEqual(at(10))
  })

  test('§2: a participant’s comment on CLOSED begins a ticket of the same requester with the same participants', () => {
    const closed = ticketIn(CLOSED)
    closed.participants.add(bo)
    const { ticket, author } = closed.comment(bo, 'I have it too.', words(10))
    expect([author, ticket.requester, ticket.participants.getItems()]).toEqual([bo, ann, [bo]])
  })

  test('the one who waits, waits since their first unanswered word', () => {
    const ticket = ticketIn(WAITING)
    expect(ticket.unansweredSince).toBeNull()
    ticket.comment(ann, 'Here it is.', words(10))
    ticket.comment(ann, 'Hello?', words(20))
    expect(ticket.unansweredSince).toEqual(at(10))
    ticket.answer(dana, 'Thank you.', OPEN, words(30))
    expect(ticket.unansweredSince).toBeNull()
  })
})

describe('an agent answers', () => {
  const onOpenOnes = [NEW, OPEN, WAITING, DONE].flatMap(before => [WAITING, OPEN, DONE].map(after => [before, after]))

  test.each(onOpenOnes as [TicketStatus, TicketStatus][])('§2: on %s with %s', (before, after) => {
    const ticket = ticketIn(before)
    const movesBefore = moves(ticket)
    const message = ticket.answer(dana, 'Please try again.', after, words(10))
    expect([message.ticket, message.visibility]).toEqual([ticket, MessageVisibility.PUBLIC])
    expect(ticket.status).toBe(after)
    const moved = before === after ? [] : [{ who: 'Dana', when: at(10), from: before, to: after }]
    expect(moves(ticket)).toEqual([...movesBefore, ...moved])
    expect(ticket.doneAt !== null).toBe(before === DONE || after === DONE)
  })

  test.each([WAITING, OPEN, DONE])('§2: on CLOSED with %s a follow-up begins in that status', status => {
    const closed = ticketIn(CLOSED)
    const before = texts(closed)
    const { ticket } = closed.answer(dana, 'We found the cause.', status, words(10))
    expect([closed.status, texts(closed)]).toEqual([CLOSED, before])
    expect([ticket.status, texts(ticket), ticket.followUpOf]).toEqual([status, ['We found the cause.'], closed])
    expect(moves(ticket)).toEqual([{ who: 'Dana', when: at(10), from: NEW, to: status }])
    expect(ticket.requester).toBe(ann)
  })

  test.each(statuses.flatMap(before => [[before, NEW] as const, [before, CLOSED] as const]))(
    '§2: on %s, an answer cannot choose %s, and nothing is written',
    (before, chosen) => {
      const ticket = ticketIn(before)
      const untouched = facts(ticket)
      expect(() => ticket.answer(dana, 'No.', chosen, words(10))).toThrow(refused('INVALID_STATUS'))
      expect(facts(ticket)).toEqual(untouched)
    },
  )

  test('§8: the first answer is remembered, later ones do not move it; a comment or a note is none', () => {
    const ticket = opened()
    ticket.comment(ann, 'Anybody?', words(5))
    ticket.note(dana, 'Mine.', words(6))
    expect(ticket.firstResponseAt).toBeNull()
    ticket.answer(dana, 'Yes.', OPEN, words(10))
    ticket.answer(dana, 'More.', DONE, words(20))
    expect(ticket.firstResponseAt).toEqual(at(10))
  })
})

describe('a note', () => {
  test.each(statuses)('§2 §8: on %s it stays on the ticket and moves nothing that a customer sees', status => {
    const ticket = ticketIn(status)
    const { updatedAt, lastMessageAt, unansweredSince } = ticket
    const movesBefore = moves(ticket)
    const note = ticket.note(dana, 'Between us.', words(10))
    expect([note.ticket, note.visibility, note.isNote]).toEqual([ticket, MessageVisibility.INTERNAL, true])
    expect([ticket.status, moves(ticket), ticket.followUps.length]).toEqual([status, movesBefore, 0])
    expect([ticket.updatedAt, ticket.lastMessageAt, ticket.unansweredSince]).toEqual([
      updatedAt,
      lastMessageAt,
      unansweredSince,
    ])
    expect(ticket.touchedAt).toEqual(at(10))
  })
})

describe('the customer’s own word', () => {
  test.each([NEW, OPEN, WAITING])('§2 H17: marks %s done', status => {
    const ticket = ticketIn(status)
    expect(ticket.markDone(ann, at(10))).toBe(true)
    expect([ticket.status, ticket.doneAt, ticket.unansweredSince]).toEqual([DONE, at(10), null])
    expect(moves(ticket).at(-1)).toEqual({ who: 'Ann', when: at(10), from: status, to: DONE })
  })

  test('§2: reopens DONE', () => {
    const ticket = ticketIn(DONE)
    expect(ticket.reopen(ann, at(10))).toBe(true)
    expect([ticket.status, ticket.unansweredSince]).toEqual([OPEN, at(10)])
    expect(moves(ticket).at(-1)).toEqual({ who: 'Ann', when: at(10), from: DONE, to: OPEN })
  })

  test.each([
    ['markDone', DONE],
    ['reopen', NEW],
    ['reopen', OPEN],
    ['reopen', WAITING],
  ] as const)('§2: %s on %s is already so: no change, and no fault', (word, status) => {
    const ticket = ticketIn(status)
    const untouched = facts(ticket)
    const since = ticket.unansweredSince
    expect(ticket[word](ann, at(10))).toBe(false)
    expect([facts(ticket), ticket.unansweredSince]).toEqual([untouched, since])
  })

  test.each(['markDone', 'reopen'] as const)('§2: %s on CLOSED is refused', word => {
    const ticket = ticketIn(CLOSED)
    const untouched = facts(ticket)
    expect(() => ticket[word](ann, at(10))).toThrow(refused('TICKET_CLOSED'))
    expect(facts(ticket)).toEqual(untouched)
  })
})

describe('the team or the clock moves a ticket', () => {
  test.each(statuses.flatMap(before => statuses.slice(1).map(after => [before, after] as const)))(
    '§2: from %s to %s',
    (before, after) => {
      const ticket = ticketIn(before)
      const movesBefore = moves(ticket)
      expect(ticket.moveTo(after, dana, at(10))).toBe(before !== after)
      expect(ticket.status).toBe(after)
      expect(ticket.closedAt !== null).toBe(after === CLOSED)
      expect(moves(ticket).slice(movesBefore.length)).toEqual(
        before === after ? [] : [{ who: 'Dana', when: at(10), from: before, to: after }],
      )
      if (doneStatuses.includes(after)) expect(ticket.unansweredSince).toBeNull()
    },
  )

  test('§2: where nobody did it, the clock is nobody', () => {
    const ticket = ticketIn(DONE)
    ticket.moveTo(CLOSED, null, at(10))
    expect(moves(ticket).at(-1)).toEqual({ who: null, when: at(10), from: DONE, to: CLOSED })
    expect(ticket.isClosed).toBe(true)
  })

  test('§2: open and done are all there is', () => {
    expect([...openStatuses, ...doneStatuses].sort()).toEqual([...statuses].sort())
  })
})

describe('whatever is said in whatever order', () => {
  type Word =
    | { word: 'comment' | 'note' | 'markDone' | 'reopen' | 'close'; on: number }
    | { word: 'answer' | 'update'; on: number; status: TicketStatus }

  const on = fc.nat(5)
  const anyWord: fc.Arbitrary<Word> = fc.oneof(
    fc.record({ word: fc.constantFrom('comment', 'note', 'markDone', 'reopen', 'close'), on }),
    fc.record({ word: fc.constantFrom('answer', 'update'), on, status: fc.constantFrom(...statuses) }),
  )

  interface Told {
    tickets: Ticket[]
    said: string[]
    /** Every change of status that happened, as seen from outside. */
    moved: { ticket: Ticket; who: string | null; when: Date; from: string; to: string }[]
  }

  /** Who says a word; the clock is nobody. */
  const speaker = { comment: ann, markDone: ann, reopen: ann, close: null, note: dana, answer: dana, update: dana }

  /** Says a word on a ticket, and answers the message that it made. */
  function utter(ticket: Ticket, spoken: Word, minute: number): Message | null {
    const text = `${spoken.word} at ${minute}`
    switch (spoken.word) {
      case 'comment':
        return ticket.comment(ann, text, words(minute))
      case 'note':
        return ticket.note(dana, text, words(minute))
      case 'answer':
        return ticket.answer(dana, text, spoken.status, words(minute))
      case 'update':
        // `updateTicket` refuses NEW before it comes to the entity.
        if (spoken.status !== NEW) ticket.moveTo(spoken.status, dana, at(minute))
        return null
      case 'close':
        ticket.moveTo(CLOSED, null, at(minute))
        return null
      default:
        ticket[spoken.word](ann, at(minute))
        return null
    }
  }

  /** One step of a conversation, on one of the tickets that there are by now. */
  function say(told: Told, spoken: Word, minute: number): void {
    const ticket = told.tickets[spoken.on % told.tickets.length] as Ticket
    const { status: from } = ticket
    const deed = { who: speaker[spoken.word]?.name ?? null, when: at(minute) }
    let message: Message | null = null
    try {
      message = utter(ticket, spoken, minute)
    } catch (refusal) {
      expect(refusal).toMatchObject({ code: expect.stringMatching(/^(TICKET_CLOSED|INVALID_STATUS)$/) })
      expect(ticket.status).toBe(from)
    }
    if (message) told.said.push(message.text)
    if (message && !told.tickets.includes(message.ticket)) {
      told.tickets.push(message.ticket)
      const { status: to } = message.ticket
      if (to !== NEW) told.moved.push({ ticket: message.ticket, ...deed, from: NEW, to })
    }
    if (ticket.status !== from) told.moved.push({ ticket, ...deed, from, to: ticket.status })
  }

  function conversation(sequence: Word[]): Told {
    const ticket = opened()
    const told: Told = { tickets: [ticket], said: texts(ticket), moved: [] }
    for (const [index, spoken] of sequence.entries()) say(told, spoken, index + 1)
    return told
  }

  const always = (holds: (told: Told) => void) =>
    fc.assert(
      fc.property(fc.array(anyWord, { maxLength: 25 }), sequence => {
        holds(conversation(sequence))
      }),
    )

  test('§2 H1 H3: no message is lost, doubled or moved', () => {
    always(({ tickets, said }) => expect(tickets.flatMap(texts).sort()).toEqual([...said].sort()))
  })

  test('§2 H6: every change of status is an event with who, when, from, to, and no event without a change', () => {
    always(({ tickets, moved }) => {
      for (const ticket of tickets) {
        const own = moved.filter(each => each.ticket === ticket).map(({ ticket: _ticket, ...move }) => move)
        expect(moves(ticket)).toEqual(own)
        expect(own.at(-1)?.to ?? NEW).toBe(ticket.status)
      }
    })
  })

  test('§2: a ticket has a time of closing exactly while it is closed, and every message has its event', () => {
    always(({ tickets }) => {
      for (const ticket of tickets) {
        expect(ticket.closedAt !== null).toBe(ticket.isClosed)
        const written = kinds(ticket).filter(kind => kind === TicketEventType.MESSAGE || kind === TicketEventType.NOTE)
        const isFollowUp = ticket.followUpOf !== null
        expect(written.length).toBe(ticket.messages.length - (isFollowUp ? 0 : 1))
        expect(ticket.followUps.getItems().every(({ followUpOf }) => followUpOf === ticket)).toBe(true)
      }
    })
  })

  test('§2: nothing makes a ticket NEW again, and a done one waits for nobody', () => {
    always(({ tickets, moved }) => {
      expect(moved.filter(({ to }) => to === NEW)).toEqual([])
      for (const ticket of tickets) if (doneStatuses.includes(ticket.status)) expect(ticket.unansweredSince).toBeNull()
    })
  })
})
