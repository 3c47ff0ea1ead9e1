// What is posted while things break: each kind is sent again with the same key, or Message-ID, until it is acknowledged, by
// a form as a person does it, by the API as a program does, by mail as a mail server does.
import { randomUUID } from 'node:crypto'
import { createTransport } from 'nodemailer'
import type { Reply } from '../kit/api.ts'
import type { Browser } from '../kit/browser.ts'
import type { Submission } from '../kit/form.ts'
import type { Page } from '../kit/page.ts'

/** As crowd.ts makes them: whose crowd, the how manieth, by which writer. */
export const MARKER = /[a-z0-9-]+x\d+x\d+/g

export type PostKind = 'request' | 'comment' | 'ticket' | 'api-comment' | 'mail' | 'fetched-mail'

/** One thing that must be there exactly once after its acknowledgement. */
export interface Post {
  /** Text that occurs nowhere else. */
  marker: string
  kind: PostKind
  /** Content of the file that goes along; null = none. */
  file: string | null
  attempts: number
  isAcknowledged: boolean
  /** The ticket's number, where the acknowledgement told it. */
  number: number | null
  /** Sends it (again). Throws what must not happen. */
  send(): Promise<void>
}

/** What an attempt came to: taken, with the ticket's number where that is told; null = to be tried again. */
type Attempt = () => Promise<{ number: number | null } | null>

/** Answers of a portal whose database is away, or that is about to stop; everything else must be right. */
const isForNow = (status: number) => status === 503 || status === 429

/** A stranger's request with a file, by the form. */
export async function request(browser: Browser, marker: string): Promise<Post> {
  const page = await shown(browser, '/tickets/new')
  const file = `file of ${marker}`
  const submission = page
    .form('Send request')
    .fill({ name: 'Crash', email: `${marker}@crash.example`, subject: `Subject ${marker}`, message: marker })
    .attach('attachments', { filename: `${marker}.txt`, content: file })
    .submission()
  return post('request', marker, file, byForm(browser, submission, page, /\/tickets\/received\/(\d+)/, marker))
}

/** A customer's comment by the form, every second one with a file. */
export async function comment(browser: Browser, number: number, marker: string, hasFile: boolean): Promise<Post> {
  const page = await shown(browser, `/tickets/${number}`)
  const file = hasFile ? `file of ${marker}` : null
  const form = page.form(/^(Send comment|Kommentar senden)$/).fill({ message: marker })
  if (file !== null) form.attach('attachments', { filename: `${marker}.txt`, content: file })
  return post('comment', marker, file, byForm(browser, form.submission(), page, /\/tickets\/(\d+)/, marker))
}

export function ticket(browser: Browser, marker: string): Post {
  const input = { subject: `Subject ${marker}`, message: marker, idempotencyKey: marker }
  return post('ticket', marker, null, () => byApi(browser, 'createTicket', input))
}

/** By a program, which uploads the file first. */
export function apiComment(browser: Browser, number: number, marker: string): Post {
  const file = `file of ${marker}`
  let upload: string | null = null
  return post('api-comment', marker, file, async () => {
    upload ??= await uploaded(browser, { filename: `${marker}.txt`, content: file })
    if (upload === null) return null
    return byApi(browser, 'commentOnTicket', { number, message: marker, attachments: [upload], idempotencyKey: marker })
  })
}

/** A mail with a file as a mail server hands it on: until the listener has taken it. */
export function mail(port: number, from: string, marker: string): Post {
  const file = `file of ${marker}`
  const message = {
    from,
    to: 'support@plaindesk.example',
    subject: `Subject ${marker}`,
    text: marker,
    messageId: `<${randomUUID()}@crash.example>`,
    attachments: [{ filename: `${marker}.txt`, content: file }],
  }
  return post('mail', marker, file, async () => {
    const transport = createTransport({ host: '127.0.0.1', port, ignoreTLS: true, ...MTA_TIMES })
    try {
      await transport.sendMail(message)
      return { number: null }
    } catch (error) {
      if (Number(Reflect.get(Object(error), 'responseCode')) >= 500) throw error
      return null
    } finally {
      transport.close()
    }
  })
}

const MTA_TIMES = { connectionTimeout: 5_000, greetingTimeout: 10_000, socketTimeout: 30_000 }

/** A mail that lies in the mailbox, from where Plaindesk fetches it. */
export function fetchedMail(deliver: (mail: Buffer) => void, from: string, marker: string): Post {
  const lines = [
    `From: ${from}`,
    'To: support@plaindesk.example',
    `Subject: Subject ${marker}`,
    `Message-ID: <${randomUUID()}@crash.example>`,
    '',
    marker,
    '',
  ]
  return post('fetched-mail', marker, null, async () => {
    deliver(Buffer.from(lines.join('\r\n')))
    return { number: null }
  })
}

/** The portal is not there; nothing was posted yet. */
export class Away extends Error {}

function post(kind: PostKind, marker: string, file: string | null, attempt: Attempt): Post {
  const made: Post = {
    kind,
    marker,
    file,
    attempts: 0,
    isAcknowledged: false,
    number: null,
    async send() {
      made.attempts += 1
      const taken = await attempt().catch(unlessCutOff)
      if (taken === null) return
      made.isAcknowledged = true
      made.number = taken.number
    },
  }
  return made
}

/** A line that breaks off says nothing about what became of the post. */
export function unlessCutOff(error: unknown): null {
  const code = String(
    Reflect.get(Object(error), 'code') ?? Reflect.get(Object(Reflect.get(Object(error), 'cause')), 'code'),
  )
  if (/^(UND_ERR_|ECONN|EPIPE|HPE_)/.test(code)) return null
  throw error
}

async function shown(browser: Browser, path: string): Promise<Page> {
  const page = await browser.visit(path)
  if (page.status === 503) expectCalm(page)
  if (isForNow(page.status)) throw new Away()
  if (page.status !== 200) throw new Error(`${path} answered ${page.status}: ${page.main}`)
  return page
}

/** After a 503 a person goes on from the page that says so; whoever had chosen a file goes back and sends the form again. */
function byForm(browser: Browser, first: Submission, shownOn: Page, target: RegExp, marker: string): Attempt {
  const hasFile = first.body?.content.includes(`filename="${marker}`) ?? false
  let [submission, from] = [first, shownOn]
  return async () => {
    const page = await browser.send(submission, from, { follow: false })
    if (page.status === 503) {
      expectCalm(page)
      if (!page.html.includes(marker)) throw new Error(`the text is not on the page of the 503: ${page.main}`)
      if (!hasFile) [submission, from] = [page.form(/^(Send again|Noch einmal senden)$/).submission(), page]
    }
    if (isForNow(page.status)) return null
    const number = Number(target.exec(page.header('location'))?.[1])
    if (page.status !== 303 || !number)
      throw new Error(`${submission.url.pathname} answered ${page.status}: ${page.main}`)
    return { number }
  }
}

/** Says when to come back, in a sentence, and nothing of what is wrong inside. */
function expectCalm(page: Page): void {
  const isCalm =
    /^\d+$/.test(page.header('retry-after')) && page.heading !== '' && !/\bat \S+ \(|Error:|ECONN/.test(page.text)
  if (!isCalm) throw new Error(`no calm 503: Retry-After “${page.header('retry-after')}”, ${page.text}`)
}

async function uploaded(browser: Browser, file: { filename: string; content: string }): Promise<string | null> {
  const { status, json } = await browser.upload(file)
  if (isForNow(status)) return null
  if (status !== 201) throw new Error(`/uploads answered ${status}: ${JSON.stringify(json)}`)
  return json.id
}

async function byApi(
  browser: Browser,
  mutation: 'createTicket' | 'commentOnTicket',
  input: object,
): Promise<{ number: number } | null> {
  const type = `${mutation[0]?.toUpperCase()}${mutation.slice(1)}Input!`
  const reply = await browser.graphql(
    `mutation ($input: ${type}) { ${mutation}(input: $input) { ticket { number } userErrors { code } } }`,
    { input },
  )
  if (isForNow(reply.status)) return saidWhen(reply)
  const number = reply.data?.[mutation]?.ticket?.number
  if (typeof number !== 'number') throw new Error(`${mutation} answered ${reply.status}: ${reply.text}`)
  return { number }
}

function saidWhen({ status, header }: Reply): null {
  if (!/^\d+$/.test(header('retry-after'))) throw new Error(`the API answered ${status} without Retry-After`)
  return null
}
