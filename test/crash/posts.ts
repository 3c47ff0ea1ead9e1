// What is posted while the portal is killed: each kind tries again with the same key until it is acknowledged.
import type { Browser } from '../kit/browser.ts'
import type { Submission } from '../kit/form.ts'
import type { Page } from '../kit/page.ts'

/** One thing that must be there exactly once after its acknowledgement. */
export interface Post {
  /** Text that occurs nowhere else. */
  marker: string
  kind: 'request' | 'comment' | 'ticket' | 'api-comment'
  /** Content of the file that goes along; null = none. */
  file: string | null
  attempts: number
  /** The ticket's number, once acknowledged. */
  number: number | null
  /** Sends it (again); answers the number, or null where it has to be tried again. Throws what must not happen. */
  send(): Promise<number | null>
}

/** Answers of a portal whose database is away, or that is about to stop; everything else must be right. */
const isForNow = (status: number) => status === 503 || status === 429

/** A stranger's request with a file, by the form. */
export async function request(browser: Browser, marker: string): Promise<Post> {
  const page = await browser.visit('/tickets/new')
  if (isForNow(page.status)) throw new Away()
  const file = `file of ${marker}`
  const submission = page
    .form('Send request')
    .fill({ name: 'Crash', email: `${marker}@crash.example`, subject: `Subject ${marker}`, message: marker })
    .attach('attachments', { filename: `${marker}.txt`, content: file })
    .submission()
  return post('request', marker, file, () => byForm(browser, submission, page, /\/tickets\/received\/(\d+)/))
}

/** A customer's comment with a file, by the form. */
export async function comment(browser: Browser, number: number, marker: string): Promise<Post> {
  const page = await browser.visit(`/tickets/${number}`)
  if (isForNow(page.status)) throw new Away()
  const file = `file of ${marker}`
  const submission = page
    .form(/^(Send comment|Kommentar senden)$/)
    .fill({ message: marker })
    .attach('attachments', { filename: `${marker}.txt`, content: file })
    .submission()
  return post('comment', marker, file, () => byForm(browser, submission, page, /\/tickets\/(\d+)/))
}

export function ticket(browser: Browser, marker: string): Post {
  const input = { subject: `Subject ${marker}`, message: marker, idempotencyKey: marker }
  return post('ticket', marker, null, () => byApi(browser, 'createTicket', input))
}

export function apiComment(browser: Browser, number: number, marker: string): Post {
  const input = { number, message: marker, idempotencyKey: marker }
  return post('api-comment', marker, null, () => byApi(browser, 'commentOnTicket', input))
}

/** The portal is not there; nothing was posted yet. */
export class Away extends Error {}

function post(kind: Post['kind'], marker: string, file: string | null, attempt: () => Promise<number | null>): Post {
  const made: Post = {
    kind,
    marker,
    file,
    attempts: 0,
    number: null,
    async send() {
      made.attempts += 1
      made.number = await attempt().catch(unlessCutOff)
      return made.number
    },
  }
  return made
}

/** A line that breaks off says nothing about what became of the post. */
function unlessCutOff(error: unknown): null {
  const code = String(
    Reflect.get(Object(error), 'code') ?? Reflect.get(Object(Reflect.get(Object(error), 'cause')), 'code'),
  )
  if (/^(UND_ERR_|ECONN|EPIPE|HPE_)/.test(code)) return null
  throw error
}

async function byForm(browser: Browser, submission: Submission, from: Page, target: RegExp): Promise<number | null> {
  const page = await browser.send(submission, from, { follow: false })
  if (isForNow(page.status)) return null
  const number = Number(target.exec(page.header('location'))?.[1])
  if (page.status !== 303 || !number)
    throw new Error(`${submission.url.pathname} answered ${page.status}: ${page.main}`)
  return number
}

async function byApi(
  browser: Browser,
  mutation: 'createTicket' | 'commentOnTicket',
  input: object,
): Promise<number | null> {
  const type = `${mutation[0]?.toUpperCase()}${mutation.slice(1)}Input!`
  const { status, data, text } = await browser.graphql(
    `mutation ($input: ${type}) { ${mutation}(input: $input) { ticket { number } userErrors { code } } }`,
    { input },
  )
  if (isForNow(status)) return null
  const number = data?.[mutation]?.ticket?.number
  if (typeof number !== 'number') throw new Error(`${mutation} answered ${status}: ${text}`)
  return number
}
