// The doors that customers come in by, so that a rule is tested once and holds at each of them.
import type { Data, Reply } from '../kit/api.ts'
import { type Entry, multipart, type TestFile } from '../kit/body.ts'
import type { Browser } from '../kit/browser.ts'
import type { Page } from '../kit/page.ts'

export interface Said {
  message?: string
  files?: readonly TestFile[]
}

export interface Asked extends Said {
  name?: string
  email?: string
  subject?: string
  category?: string
  subscribe?: boolean
}

/** What came of it, as far as both doors tell. */
export interface Outcome {
  /** The ticket that it is on now; null where nothing was written. */
  number: number | null
  /** Why not: codes of `userErrors` or of the error. By a form the sentences, or the status of the page. */
  refusals: string[]
  /** The page that came back, by a form. */
  page: Page | null
}

export interface Door {
  name: string
  /** A request by the public form. */
  request(browser: Browser, asked: Asked): Promise<Outcome>
  comment(browser: Browser, number: number, said: Said): Promise<Outcome>
  markDone(browser: Browser, number: number): Promise<Outcome>
  reopen(browser: Browser, number: number): Promise<Outcome>
}

export const byForm: Door = {
  name: 'by the form',
  async request(browser, { files = [], ...asked }) {
    const form = (await browser.visit('/tickets/new')).form(/./, '/tickets/new').fill(asked as Record<string, string>)
    for (const file of files) form.attach('attachments', file)
    return outcomeOf(await form.submit())
  },
  comment: (browser, number, { message = '', files = [] }) =>
    post(browser, number, 'comments', [
      ['message', message],
      ...files.map(file => ['attachments', file] as const),
      // As browsers send a file field without a file.
      ...(files.length > 0 ? [] : [['attachments', { filename: '', content: '' }] as const]),
    ]),
  markDone: (browser, number) => post(browser, number, 'done', []),
  reopen: (browser, number) => post(browser, number, 'reopen', []),
}

/** Posts to a ticket whether or not its page offers the form: the rule is what is asked for, not the button. */
async function post(browser: Browser, number: number, what: string, entries: readonly Entry[]): Promise<Outcome> {
  const from = await browser.visit('/tickets/new')
  const hidden = ['_csrf', 'idempotencyKey'].map(
    name => [name, from.form(/./, '/tickets/new').value(name) ?? ''] as const,
  )
  return outcomeOf(await browser.post(`/tickets/${number}/${what}`, multipart([...hidden, ...entries]), { from }))
}

function outcomeOf(page: Page): Outcome {
  const [, number = ''] = /^\/tickets\/(?:received\/)?(\d+)$/.exec(page.path) ?? []
  if (page.status === 200 && number !== '') return { number: Number(number), refusals: [], page }
  const isLogin = page.url.pathname === '/login'
  const refusals = page.errors.length > 0 ? page.errors : [isLogin ? '/login' : String(page.status)]
  return { number: null, refusals, page }
}

export const byApi: Door = {
  name: 'by the API',
  async request(browser, { files = [], ...asked }) {
    const attachments = await Promise.all(files.map(async file => (await browser.upload(file)).json?.id))
    const reply = await browser.graphql(
      'mutation ($input: RequestTicketInput!) { payload: requestTicket(input: $input) { number userErrors { code } } }',
      { input: { ...asked, ...(files.length > 0 && { attachments }) } },
    )
    return told(reply, payload => payload.number)
  },
  async comment(browser, number, { message, files = [] }) {
    const attachments: Data[] = []
    for (const file of files) attachments.push((await browser.upload(file)).json?.id)
    return told(await mutate(browser, 'commentOnTicket', { number, message, attachments }))
  },
  markDone: async (browser, number) => told(await mutate(browser, 'markTicketDone', { number })),
  reopen: async (browser, number) => told(await mutate(browser, 'reopenTicket', { number })),
}

/** Runs one of the mutations whose payload has a ticket. */
export function mutate(browser: Browser, mutation: string, input: object): Promise<Reply> {
  const type = `${mutation[0]?.toUpperCase()}${mutation.slice(1)}Input`
  return browser.graphql(
    `mutation ($input: ${type}!) { payload: ${mutation}(input: $input) { ticket { number status } userErrors { code field message } } }`,
    { input },
  )
}

function told({ data, code }: Reply, numberOf = (payload: Data) => payload.ticket?.number): Outcome {
  const payload = data?.payload ?? { userErrors: [] }
  const refusals = code ? [code] : payload.userErrors.map((error: { code: string }) => error.code)
  return { number: numberOf(payload) ?? null, refusals, page: null }
}
