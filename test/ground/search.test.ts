// The search documents that the triggers keep.
import { expect, test } from 'vitest'
import { ScanResult } from '../../src/files/stored-file.ts'
import { searchQuery } from '../../src/lib/search-query.ts'
import { User } from '../../src/people/user.ts'
import { Attachment } from '../../src/tickets/attachment.ts'
import { Message } from '../../src/tickets/message.ts'
import { Ticket } from '../../src/tickets/ticket.ts'
import { Channel, MessageVisibility } from '../../src/tickets/vocabulary.ts'
import { world } from '../world.ts'

const { plaindesk, sql } = await world()
const now = new Date()
const em = () => plaindesk.orm.em.fork({ flushMode: 'commit' })

async function found(words: string, column = 'search_public'): Promise<number[]> {
  const query = `(websearch_to_tsquery('english', $1) || websearch_to_tsquery('german', $1))`
  const rows = await sql<{ number: number }>(`select number from ticket where ${column} @@ ${query} order by number`, [
    searchQuery(words),
  ])
  return rows.map(({ number }) => number)
}

async function open(subject: string, text: string): Promise<Ticket> {
  const fork = em()
  const user = await fork.findOneOrFail(User, { email: 'ann@acme.example' })
  const ticket = Ticket.open(user, subject, text, { channel: Channel.WEB, now, proven: true })
  fork.persist(ticket)
  await fork.flush()
  return ticket
}

test('V3: a ticket is found by number, subject, text, in both languages, and by its requester', async () => {
  const { number } = await open('Zwiebelfische im Ausdruck', 'The wobbling carousel prints Änderungen twice.')
  for (const words of [String(number), 'Zwiebelfisch', 'carousels', 'änderung', '"wobbling carousel"'])
    expect(await found(words), words).toEqual([number])
  expect(await found('albers zwiebelfische')).toEqual([number])
  // A participant must not learn the requester's address by trying: only the team searches by it.
  expect(await found('ann@acme.example')).toEqual([])
  expect(await found('ann@acme.example', 'search_notes')).toContain(number)
})

test('§8: notes are found apart from what customers read', async () => {
  const ticket = await open('Quiet', 'nothing special')
  const fork = em()
  const dana = await fork.findOneOrFail(User, { email: 'dana@plaindesk.example' })
  const again = await fork.findOneOrFail(Ticket, ticket.id)
  fork.persist(again.note(dana, 'the marzipan customer', { channel: Channel.WEB, now }))
  await fork.flush()
  expect(await found('marzipan')).toEqual([])
  expect(await found('marzipan', 'search_notes')).toEqual([ticket.number])
})

test('V5: file names count, whole and in their words, once the file is on a message', async () => {
  const ticket = await open('With a file', 'see there')
  const fork = em()
  const stored = {
    filename: 'pumpernickel_scan-4711.pdf',
    contentType: 'application/pdf',
    size: 1,
    sha256: 'x',
    storageKey: 'search/1',
    scan: ScanResult.CLEAN,
  }
  const upload = new Attachment(null, stored, now)
  fork.persist(upload)
  await fork.flush()
  expect(await found('pumpernickel')).toEqual([])
  upload.message = await fork.findOneOrFail(Message, { ticket: ticket.id })
  await fork.flush()
  expect(await found('pumpernickel')).toEqual([ticket.number])
  expect(await found('pumpernickel_scan-4711.pdf')).toEqual([ticket.number])
})

test('what is changed or erased is found no more, the rest still is', async () => {
  const ticket = await open('Rhubarb', 'rhubarb and gooseberry')
  await sql(`update message set text = 'gooseberry alone' where ticket_id = $1`, [ticket.id])
  await sql(`update ticket set subject = 'Currant' where id = $1`, [ticket.id])
  expect(await found('rhubarb')).toEqual([])
  expect(await found('gooseberry currant')).toEqual([ticket.number])
  await sql(`update person set name = 'Anne Quittenbaum' where email = 'ann@acme.example'`)
  expect(await found('quittenbaum gooseberry')).toEqual([ticket.number])
  await sql('delete from message where ticket_id = $1', [ticket.id])
  expect(await found('gooseberry')).toEqual([])
  expect(await found('currant')).toEqual([ticket.number])
})

test('§9: no text is too long for the search: 1 MB in one word, 1 MB of words, a conversation without end', async () => {
  const ticket = await open('Endless', 'x'.repeat(1_000_000))
  const fork = em()
  const again = await fork.findOneOrFail(Ticket, ticket.id)
  const add = (text: string) => fork.persist(new Message(again, null, text, MessageVisibility.PUBLIC, Channel.WEB, now))
  const words = (from: number) => Array.from({ length: 40_000 }, (_, n) => `wörd${from + n}`).join(' ')
  for (let n = 0; n < 8; n++) add(words(n * 40_000))
  await fork.flush()
  expect(await found('wörd7 endless')).toEqual([ticket.number])
  await sql(`update ticket set subject = 'Endless still' where id = $1`, [ticket.id])
  expect(await found('endless still')).toEqual([ticket.number])
})
