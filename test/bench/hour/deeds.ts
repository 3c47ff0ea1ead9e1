// What happens in a portal on any day. Each deed is done as often as its share says, and throws where it is answered otherwise
// than it should be.
import { randomBytes, randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { request } from 'undici'
import { EXAMPLE_PASSWORD } from '../../../src/seeds/people.ts'
import { COMMON_WORD, RARE_WORD } from '../../../src/seeds/sentences.ts'
import { oneOf } from '../../faults/random.ts'
import { graphql, type Reply, upload } from '../../kit/api.ts'
import type { Browser } from '../../kit/browser.ts'
import type { Page } from '../../kit/page.ts'
import { deliver, letterOf } from '../mail-writers.ts'
import type { People, Person } from './people.ts'

export interface Deed {
  share: number
  do(people: People): Promise<unknown>
}

/** A portal or machine that is too busy says so, or not even that in time: people and programs try again a little later. */
export class PutOff extends Error {}

const FILE_BYTES = 20_000
/** So many files are remembered, to be read. */
const FILES = 50
const WATCH_MS = 3_000
const TEXT = 'It has not changed since yesterday.'
const words = [COMMON_WORD, RARE_WORD, 'export', 'druck', 'monatsabschluss', '"not found"', 'zugang -import']

export const deeds: Record<string, Deed> = {
  list: { share: 16, do: people => see(customer(people), oneOf(lists, people.random)) },
  'next page': { share: 4, do: nextPage },
  ticket: { share: 20, do: people => seeTicket(people, customer(people), '/tickets') },
  search: { share: 8, do: people => see(customer(people), `/tickets?q=${word(people)}`) },
  comment: { share: 4, do: people => comment(people, null) },
  'comment with file': { share: 3, do: people => comment(people, file()) },
  download: { share: 3, do: download },
  'done or open again': { share: 1, do: turn },
  'log in': { share: 2, do: logIn },
  request: { share: 2, do: people => ask(people, `${randomUUID()}@hour.example`) },
  mistake: { share: 2, do: mistake },
  queue: { share: 6, do: people => see(agent(people), oneOf(queues, people.random)) },
  'team: ticket': { share: 6, do: people => seeTicket(people, agent(people), '/agent/tickets') },
  'team: search': { share: 2, do: people => see(agent(people), `/agent?q=${word(people)}`) },
  'team: people': { share: 1, do: people => see(agent(people), '/agent/people?q=meyer') },
  'team: answer': { share: 3, do: people => write(people, /\/comments$/) },
  'team: note': { share: 1, do: people => write(people, /\/notes$/) },
  'API: list': { share: 5, do: people => call(people, customer(people), listQuery) },
  'API: ticket': { share: 3, do: apiTicket },
  'API: comment with file': { share: 2, do: apiComment },
  'API: stream': { share: 1, do: watch },
  mail: { share: 2, do: sendMail },
  figures: { share: 1, do: people => see({ browser: people.stranger() }, '/metrics') },
}

/** One of them, by its share. */
export function anyDeed(random: () => number): string {
  const all = Object.entries(deeds)
  let left = random() * all.reduce((sum, [, { share }]) => sum + share, 0)
  for (const [name, { share }] of all) {
    left -= share
    if (left <= 0) return name
  }
  return 'list'
}

/** What of all deeds one is. */
export const shareOf = (name: string): number =>
  (deeds[name]?.share ?? 0) / Object.values(deeds).reduce((sum, { share }) => sum + share, 0)

const lists = ['/tickets', '/tickets?status=open', '/tickets?status=done']
const queues = ['/agent', '/agent?tab=waiting', '/agent?tab=unanswered', '/agent?tab=mine']
const listQuery = `query Changed { tickets(first: 25, orderBy: UPDATED_AT_DESC) {
  nodes { id number subject status updatedAt requester { name } } pageInfo { hasNextPage endCursor } } }`
const ticketQuery = `query Ticket($number: Int!) { ticket(number: $number) {
  number subject status messages(first: 20) { nodes { text author { name } attachments { filename url } } } } }`
const commentMutation = `mutation Comment($input: CommentOnTicketInput!) {
  commentOnTicket(input: $input) { message { id } userErrors { code field } } }`
const subscription = 'subscription { ticketChanged { cursor ticket { number subject status } } }'

/** The first button of a form; its words are in the reader's language. */
const any = /(?:)/
const customer = ({ customers, random }: People): Person => oneOf(customers, random)
const agent = ({ team, random }: People): Person => oneOf(team, random)
const word = ({ random }: People): string => encodeURIComponent(oneOf(words, random))
const file = () => ({ filename: 'screenshot.bin', content: randomBytes(FILE_BYTES) })
const numberOf = ({ random }: People, { visitor }: Pick<Person, 'visitor'>): number => oneOf(visitor.tickets, random)

async function see({ browser }: { browser: Browser }, path: string, status = 200): Promise<Page> {
  return expected(await browser.visit(path), status)
}

function expected(page: Page, status = 200): Page {
  if (page.status === status) return page
  if (page.status === 503) throw new PutOff(page.path)
  throw new Error(`${page.path} answered ${page.status}: ${page.main.slice(0, 300)}`)
}

const seeTicket = (people: People, person: Person, below: string): Promise<Page> =>
  see(person, `${below}/${numberOf(people, person)}`)

async function nextPage(people: People): Promise<void> {
  const page = await see(customer(people), '/tickets')
  const next = page.$('.pager a[rel=next]').attr('href')
  if (next) expected(await page.browser.visit(next, { from: page }))
}

async function comment(people: People, attached: ReturnType<typeof file> | null): Promise<void> {
  const person = customer(people)
  const form = (await seeTicket(people, person, '/tickets')).form(any, /\/comments$/).fill({ message: TEXT })
  if (attached) form.attach('attachments', attached)
  const page = expected(await form.submit())
  if (!page.main.includes(TEXT)) throw new Error(`the comment is not on ${page.path}: ${page.errors}`)
  const link = page.$('a[href^="/attachments/"]').last().attr('href')
  if (link) people.files = [...people.files, { browser: person.browser, path: link }].slice(-FILES)
}

async function download(people: People): Promise<void> {
  if (people.files.length === 0) await comment(people, file())
  const { browser, path } = oneOf(people.files, people.random)
  const page = await see({ browser }, path)
  if (page.answer.body.length !== FILE_BYTES) throw new Error(`${path} has ${page.answer.body.length} bytes`)
}

async function turn(people: People): Promise<void> {
  const page = await seeTicket(people, customer(people), '/tickets')
  const isClosed = page.$('form[action$="/done"], form[action$="/reopen"]').length === 0
  if (!isClosed) expected(await page.form(any, /\/(?:done|reopen)$/).submit())
}

/** Half of them stay signed in. */
async function logIn(people: People): Promise<void> {
  const page = expected(await people.stranger().logIn(people.writer().address, EXAMPLE_PASSWORD))
  if (page.path !== '/tickets') throw new Error(`logging in led to ${page.path}: ${page.errors}`)
  if (people.random() < 0.5) expected(await page.form(any, /\/logout$/).submit())
}

async function ask(people: People, email: string, status = 200): Promise<Page> {
  const form = (await see({ browser: people.stranger() }, '/tickets/new')).form(any, /\/tickets\/new$/)
  form.fill({ name: 'Hour', subject: 'The export stops', message: TEXT }) // no file: strangers may send some 500 an hour
  return expected(await form.smuggle({ email }).submit(), status)
}

async function mistake(people: People): Promise<void> {
  await see(customer(people), '/tickets/99999999', 404)
  await ask(people, 'nobody', 422)
}

async function write(people: People, action: RegExp): Promise<void> {
  const page = await seeTicket(people, agent(people), '/agent/tickets')
  const next = expected(await page.form(any, action).fill({ message: TEXT }).submit())
  if (next.errors.length > 0) throw new Error(`${next.path}: ${next.errors}`)
}

const bearer = ({ visitor }: Person) => ({ authorization: `Bearer ${visitor.token}` })

async function call({ wire, url }: People, person: Person, query: string, variables = {}): Promise<Reply> {
  const reply = await graphql(wire, url, query, variables, bearer(person))
  if (reply.status === 200 && reply.errors.length === 0) return reply
  if (reply.status === 503) throw new PutOff('/graphql')
  throw new Error(`the API answered ${reply.status}: ${reply.text.slice(0, 300)}`)
}

function apiTicket(people: People): Promise<Reply> {
  const person = customer(people)
  return call(people, person, ticketQuery, { number: numberOf(people, person) })
}

async function apiComment(people: People): Promise<void> {
  const person = customer(people)
  const { status, json } = await upload(people.wire, people.url, file(), bearer(person))
  if (status === 503) throw new PutOff('/uploads')
  if (status !== 201) throw new Error(`the upload was answered by ${status}: ${JSON.stringify(json)}`)
  const input = { number: numberOf(people, person), message: TEXT, attachments: [json.id] }
  const { data, text } = await call(people, person, commentMutation, {
    input: { ...input, idempotencyKey: randomUUID() },
  })
  if (!data.commentOnTicket.message) throw new Error(text)
}

/** Follows for a moment and goes away, as programs do whose line breaks. */
async function watch(people: People): Promise<void> {
  const { statusCode, headers, body } = await request(`${people.url}/graphql`, {
    method: 'POST',
    headers: { ...bearer(customer(people)), 'content-type': 'application/json', accept: 'text/event-stream' },
    body: JSON.stringify({ query: subscription }),
  })
  await sleep(WATCH_MS)
  body.on('error', () => undefined).destroy()
  if (statusCode === 503) throw new PutOff('/graphql')
  if (statusCode !== 200 || !String(headers['content-type']).startsWith('text/event-stream'))
    throw new Error(`the stream was answered by ${statusCode}`)
}

async function sendMail(people: People): Promise<void> {
  const letter = letterOf(people.writer(), people.secret, people.random() < 0.5 ? randomBytes(FILE_BYTES) : null)
  await deliver(people.mailPort, [letter])
}
