// Every GET route of src/routes.ts, an address that opens it, and what everybody is answered there.
import { reportSwitchPath } from '../../src/people/report-switch.ts'
import { ratingPath } from '../../src/tickets/rating-link.ts'
import type { World } from '../world.ts'

export const visitors = ['stranger', 'cem', 'ann', 'dana', 'sam', 'ada'] as const
export type Visitor = (typeof visitors)[number]

/** A status, with the place where a redirect leads: `200`, `404`, `303 /login`. One for each visitor, in their order. */
export type Answers = readonly [string, string, string, string, string, string]

export interface Stop {
  address: string
  answers: Answers
  /** No page of ours to look at: a file, or the development's own. */
  isOther?: boolean
}

const LOGIN = '303 /login'
const everybody: Answers = ['200', '200', '200', '200', '200', '200']
const nobody: Answers = ['404', '404', '404', '404', '404', '404']
const signedIn: Answers = [LOGIN, '200', '200', '200', '200', '200']
const customers: Answers = [LOGIN, '403', '200', '200', '200', '200']
const team: Answers = [LOGIN, '403', '404', '200', '200', '200']
const agents: Answers = [LOGIN, '403', '404', '200', '403', '200']
const sales: Answers = [LOGIN, '403', '404', '403', '200', '200']
const admins: Answers = [LOGIN, '403', '404', '403', '403', '200']

/** The map, with addresses of things that are there in this world. */
export async function siteMap(world: World): Promise<Record<string, Stop>> {
  const { sql } = world
  const id = async (query: string): Promise<string> =>
    String((await sql<{ id: string }>(`select ${query} as id`))[0]?.id)
  const ann = await id(`(select id from person where email = 'ann@acme.example')`)
  const dana = await id(`(select id from person where email = 'dana@plaindesk.example')`)
  const organization = await id(`(select id from organization order by name limit 1)`)
  const ticket = await id(
    `(select number from ticket where requester_id = '${ann}' and hold is null order by number limit 1)`,
  )
  const file = await id(
    `(select 'attachment_' || a.id || '/' || a.filename from attachment a join message m on m.id = a.message_id join ticket t on t.id = m.ticket_id where t.requester_id = '${ann}' and m.visibility = 'PUBLIC' limit 1)`,
  )
  const { mail } = await world.plaindesk.reception.receive(Buffer.from('From: nobody@else.example\r\n\r\nHello\r\n'), {
    door: 'LMTP',
    from: 'nobody@else.example',
    to: [],
    client: null,
  })
  const { data } = await world
    .as('dana')
    .graphql('mutation ($input: ChangeTicketsInput!) { changeTickets(input: $input) { bulkChange { id } } }', {
      input: { tickets: [Number(ticket)], addTags: ['map'] },
    })
  await world.settled()
  const webhook = '0199aaaa-0000-7000-8000-000000000006'
  await sql(`
    insert into webhook (id, url, events, nonce, is_active, failing_since, created_at, previous_until)
      values ('${webhook}', 'https://hooks.example/a/long/address/with-nowhere-to-break', '{ticket.created,message.created}', 'x', true, now(), now(), now() + interval '1 day');
    insert into webhook_delivery (id, webhook_id, event, about, lane, transaction, facts, state, happened_at, since, next_try_at, attempts)
      select gen_random_uuid(), '${webhook}', 'ticket.created', '${ann}', '${ann}', i, '{"number": 10001}', s::webhook_delivery_state, now(), now(), now() + interval '1 day',
        '[{"at": "2026-11-22T09:30:00.000Z", "milliseconds": 1234, "status": 500, "answer": "<b>Not today</b>", "error": "HTTP 500"}]'
      from unnest(array['FAILED', 'DUE', 'DELIVERED']) with ordinality s(s, i)`)
  const links = await mailedLinks(world)

  return {
    '/': { address: '/', answers: ['200', '303 /tickets', '303 /tickets', '303 /agent', '303 /agent', '303 /agent'] },
    '/help': { address: '/help', answers: everybody },
    // The one page with scripts has a test of its own: explorer.test.ts.
    '/graphql': { address: '/graphql', answers: everybody, isOther: true },
    '/explorer/:folder/:file': { address: '/explorer/none/none.js', answers: nobody },
    '/help/api': { address: '/help/api', answers: everybody },
    '/help/api/stability': { address: '/help/api/stability', answers: everybody },
    '/help/api/reference': { address: '/help/api/reference', answers: signedIn },
    '/help/api/reference/:type': { address: '/help/api/reference/Ticket', answers: signedIn },
    '/help/api/schema.graphql': { address: '/help/api/schema.graphql', answers: signedIn, isOther: true },
    '/help/api/:chapter': { address: '/help/api/errors', answers: everybody },
    '/tickets/new': { address: '/tickets/new', answers: everybody },
    '/tickets/received/:number': { address: `/tickets/received/${ticket}`, answers: nobody },
    '/login': {
      address: '/login',
      answers: ['200', '303 /tickets', '303 /tickets', '303 /agent', '303 /agent', '303 /agent'],
    },
    '/register': { address: '/register', answers: everybody },
    '/register/sent': { address: '/register/sent', answers: everybody },
    '/password/forgot': { address: '/password/forgot', answers: everybody },
    '/password/forgot/sent': { address: '/password/forgot/sent', answers: everybody },
    '/password/set/:token': { address: links.invitation, answers: everybody },
    '/password/reset/:token': { address: links.reset, answers: everybody },
    '/account/address/:token': { address: links.address, answers: everybody },
    '/account/weekly-report/:token': {
      address: reportSwitchPath({ id: ann }, world.plaindesk.config),
      answers: everybody,
    },
    '/rating/:token': {
      address: ratingPath(
        { id: await id(`(select id from ticket where requester_id = '${ann}' limit 1)`) },
        world.plaindesk.config,
      ),
      answers: everybody,
    },
    '/agent/ratings': { address: '/agent/ratings', answers: team },
    '/list/confirm/:token': { address: links.confirm, answers: everybody },
    '/list/undo/:token': { address: links.undo, answers: everybody },
    '/list/leave/:token': { address: links.leave, answers: everybody },
    '/list/joined': { address: '/list/joined', answers: everybody },
    '/list/left': { address: '/list/left', answers: everybody },
    '/no-access': {
      address: '/no-access',
      answers: [LOGIN, '403', '303 /tickets', '303 /tickets', '303 /tickets', '303 /tickets'],
    },
    '/account': { address: '/account', answers: signedIn },
    '/account/second-factor': {
      address: '/account/second-factor',
      answers: [LOGIN, '404', '404', '200', '200', '200'],
    },
    '/account/tokens': { address: '/account/tokens', answers: signedIn },
    '/account/addresses': { address: '/account/addresses', answers: signedIn },
    '/tickets': { address: '/tickets', answers: customers },
    '/tickets/:number': { address: `/tickets/${ticket}`, answers: customers },
    '/attachments/:id/:filename': { address: `/attachments/${file}`, answers: customers, isOther: true },
    '/agent': { address: '/agent', answers: team },
    '/agent/next': {
      address: '/agent/next',
      answers: [LOGIN, '403', '404', '303 /agent/tickets', '303 /agent/tickets', '303 /agent/tickets'],
    },
    '/agent/tickets/new': { address: '/agent/tickets/new', answers: agents },
    '/agent/tickets/:number': { address: `/agent/tickets/${ticket}`, answers: team },
    '/agent/tickets/:number/history': { address: `/agent/tickets/${ticket}/history`, answers: team },
    '/agent/bulk': { address: '/agent/bulk', answers: team },
    '/agent/bulk/new': { address: `/agent/bulk/new?tickets=${ticket}`, answers: agents },
    '/agent/bulk/:bulkChange': { address: `/agent/bulk/${data.changeTickets.bulkChange.id}`, answers: team },
    '/agent/help/keys': { address: '/agent/help/keys', answers: team },
    '/agent/held': { address: '/agent/held', answers: agents },
    '/agent/blocked': { address: '/agent/blocked?sender=spam.example', answers: agents },
    '/agent/mail': { address: '/agent/mail?tab=all', answers: agents },
    '/agent/mail/:id': { address: `/agent/mail/incomingMail_${mail}`, answers: agents },
    '/agent/mail/:id/original': {
      address: `/agent/mail/incomingMail_${mail}/original`,
      answers: agents,
      isOther: true,
    },
    '/agent/people': { address: '/agent/people?q=acme', answers: team },
    '/agent/people/:id': { address: `/agent/people/user_${ann}`, answers: team },
    '/agent/people/:id/merging': { address: `/agent/people/user_${ann}/merging?q=acme`, answers: sales },
    '/agent/people/:id/organization': { address: `/agent/people/user_${ann}/organization`, answers: sales },
    '/agent/list': { address: '/agent/list', answers: sales },
    '/agent/organizations': { address: '/agent/organizations', answers: sales },
    '/agent/organizations/:id': { address: `/agent/organizations/organization_${organization}`, answers: sales },
    '/admin': { address: '/admin', answers: admins },
    '/admin/people/:id': { address: `/admin/people/user_${dana}`, answers: admins },
    '/admin/categories': { address: '/admin/categories', answers: admins },
    '/admin/jobs': { address: '/admin/jobs', answers: admins },
    '/admin/log': { address: '/admin/log', answers: admins },
    '/admin/canned-texts': { address: '/admin/canned-texts', answers: admins },
    '/admin/mailboxes': { address: '/admin/mailboxes', answers: admins },
    '/admin/settings': { address: '/admin/settings', answers: admins },
    '/admin/webhooks': { address: '/admin/webhooks', answers: admins },
    '/admin/webhooks/:id': { address: `/admin/webhooks/webhook_${webhook}`, answers: admins },
    '/admin/tokens': { address: '/admin/tokens', answers: admins },
  }
}

/** The addresses that are worth a look as somebody: what is there, and not the same as for a stranger. */
export function addressesIn(map: Record<string, Stop>, visitor: Visitor): string[] {
  const isShown = ({ answers, isOther }: Stop) =>
    !isOther && answers[visitors.indexOf(visitor)] === '200' && (visitor === 'stranger' || answers[0] !== '200')
  const own = Object.values(map).filter(isShown)
  const further: Record<string, string> = { stranger: '/nothing/here', cem: '/no-access', ann: '/tickets/new' }
  return [...own.map(({ address }) => address), ...[further[visitor] ?? []].flat()]
}

/** One open link of each kind, as their mails bring them. */
async function mailedLinks({ stranger, newcomer, mailTo }: World) {
  const path = async (email: string, pattern: RegExp) => new URL((await mailTo(email, pattern)).link(pattern)).pathname
  const contact = (await stranger().visit('/tickets/new')).form('Send request')
  await contact
    .fill({ name: 'Ines', email: 'invited@map.example', subject: 'Map', message: 'Hello', subscribe: true })
    .submit()

  const { browser, email } = await newcomer('Mia Map')
  await (await stranger().visit('/password/forgot')).form(/.*/, '/password/forgot').fill({ email }).submit()
  const account = await browser.visit('/account')
  await account
    .form(/.*/, '/account/address')
    .fill({ email: 'mia@map.example', currentPassword: 'plaindesk-example' })
    .submit()
  await (await browser.visit('/tickets/new'))
    .form('Send request')
    .fill({ subject: 'For its receipt', message: 'Hello' })
    .submit()

  const leaver = await newcomer('Lea Map')
  await (await leaver.browser.visit('/tickets/new'))
    .form('Send request')
    .fill({ subject: 'Leaving', message: 'Hello' })
    .submit()
  const leave = await path(leaver.email, /\/list\/leave\//)
  await (await stranger().visit(leave)).form(/^Leave/).submit()

  const account2 = await registered(stranger, mailTo)
  return {
    invitation: await path('invited@map.example', /\/password\/set\//),
    reset: await path(email, /\/password\/reset\//),
    address: await path('mia@map.example', /\/account\/address\//),
    confirm: await path(account2, /\/list\/confirm\//),
    undo: await path(leaver.email, /\/list\/undo\//),
    leave: await path(email, /\/list\/leave\//),
  }
}

/** An account that never joined the list and then asks to, by the public form. */
async function registered(stranger: World['stranger'], mailTo: World['mailTo']): Promise<string> {
  const email = 'off-the-list@map.example'
  await (await stranger().visit('/register')).form(/.*/, '/register').fill({ name: 'Ole', email }).submit()
  const page = await stranger().visit((await mailTo(email, /\/password\/set\//)).link(/\/password\/set\//))
  await page
    .form('Save password')
    .fill({ password: 'plaindesk-example', passwordConfirm: 'plaindesk-example' })
    .submit()
  const form = (await stranger().visit('/tickets/new')).form('Send request')
  await form.fill({ name: 'Ole', email, subject: 'Please let me in', message: 'Hello', subscribe: true }).submit()
  return email
}
