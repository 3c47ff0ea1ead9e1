// Where sqlmap tries: the queries of lists, every form of some pages as the page itself fills it in, and variables of the API.
import type { Browser } from '../../kit/browser.ts'
import type { Page } from '../../kit/page.ts'

export interface Target {
  name: string
  path: string
  /** The body of a post. */
  data?: string
  json?: boolean
}

export type Who = 'stranger' | 'ann' | 'dana' | 'ada'

const pages: Readonly<Record<Who, readonly string[]>> = {
  stranger: ['/tickets/new', '/login', '/register', '/password/forgot'],
  ann: ['/tickets', '/tickets/{own}', '/tickets/new', '/account', '/account/addresses', '/account/tokens'],
  dana: ['/agent', '/agent/tickets/{own}', '/agent/tickets/new', '/agent/people', '/agent/mail', '/agent/blocked'],
  ada: [
    '/admin/log',
    '/agent/list',
    '/admin/categories',
    '/admin/canned-texts',
    '/admin/webhooks',
    '/agent/organizations',
  ],
}

/** What the addresses of lists take, whatever their forms offer. */
const lists: Readonly<Record<Who, readonly string[]>> = {
  stranger: ['/password/reset/a*', '/password/set/a*', '/list/leave/a*', '/tickets/received/1*', '/rating/a*'],
  ann: ['/tickets?status=open&q=a&after=b&before=c', '/tickets/1*', '/attachments/attachment_a*/b*'],
  dana: [
    '/agent?tab=all&q=a&tag=b&requester=c&assignee=d&category=e&organization=f&status=OPEN&after=g',
    '/agent/people?q=a&after=b',
    '/agent/people/user_a*',
    '/agent/mail?tab=all&q=a&after=b',
    '/agent/tickets/1*?before=a',
  ],
  ada: ['/admin/log?kind=a&who=b&from=c&to=d&after=e', '/agent/list?tab=left&q=a&after=b', '/admin/people/user_a*'],
}

export async function targetsOf(who: Who, browser: Browser): Promise<Target[]> {
  const targets: Target[] = lists[who].map(path => ({ name: path, path }))
  for (const path of await pagesOf(who, browser)) targets.push(...formsOf(await browser.visit(path)))
  const unlike = new Map([...targets, ...(who === 'stranger' ? [] : [ofTheApi()])].map(each => [each.name, each]))
  return [...unlike.values()]
}

/** Addresses of pages with forms, which a crawl would come to after all pages and filters of the lists above them. */
export async function pagesOf(who: Who, browser: Browser): Promise<string[]> {
  const own = await ownTicket(who, browser)
  return pages[who].map(path => path.replace('{own}', own))
}

async function ownTicket(who: Who, browser: Browser): Promise<string> {
  if (who === 'stranger') return ''
  const { data } = await browser.graphql('{ tickets(first: 1) { nodes { number } } }')
  return String(data.tickets.nodes[0].number)
}

/** Each form once, by the shape of its address. */
function formsOf(page: Page): Target[] {
  return page
    .$('main form')
    .toArray()
    .flatMap(form => {
      const action = page.$(form).attr('action') || page.url.pathname
      if (/^\/(?:logout|list\/|account\/(?:close|devices))/.test(action)) return []
      const fields = fieldsOf(page, form)
      const name = `${action.replace(/\w+_[\w-]{20,}|\d+/g, '…')} ${[...fields.keys()]}`
      const isPost = page.$(form).attr('method')?.toLowerCase() === 'post'
      return [isPost ? { name, path: action, data: String(fields) } : { name, path: `${action}?${fields}` }]
    })
}

function fieldsOf({ $ }: Page, form: Parameters<Page['$']>[0]): URLSearchParams {
  const fields = new URLSearchParams()
  for (const element of $(form).find('[name]').toArray()) {
    const [field, name] = [$(element), $(element).attr('name') ?? '']
    if (name === 'idempotencyKey' || name === 'website' || field.is('[type=file]') || fields.has(name)) continue
    const value = field.is('select') ? field.find('option').last().attr('value') : field.attr('value')
    fields.set(name, value || (samples[field.attr('type') ?? ''] ?? 'a'))
  }
  return fields
}

const samples: Readonly<Record<string, string>> = {
  email: 'sample@acme.example',
  number: '1',
  date: '2026-01-01',
  url: 'https://hooks.example/',
  password: 'not the password',
}

function ofTheApi(): Target {
  const query = `query($s: String, $a: String, $t: [String!], $r: ID, $u: DateTime, $i: ID!) { node(id: $i) { id } people(first: 1, search: $s) { nodes { id } }
    tickets(first: 2, after: $a, filter: { search: $s, tag: $t, requester: $r, updatedSince: $u }) { nodes { number } } }`
  const variables = { s: 'a', a: null, t: ['b'], r: 'user_c', u: '2026-01-01T00:00:00Z', i: 'ticket_d' }
  return { name: '/graphql', path: '/graphql', data: JSON.stringify({ query, variables }), json: true }
}
