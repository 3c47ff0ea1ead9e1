import { Webhook as Verifier } from 'standardwebhooks'
import { beforeEach, describe, expect, test } from 'vitest'
import { password, people } from '../kit/cast.ts'
import { world } from '../world.ts'
import { type Post, receiver } from './receiver.ts'

const opened = await world({ WEBHOOKS_LOCAL: 'true' })
const { as, sql, settled, plaindesk, clock, mailTo, mailsTo, newcomer, token, api } = opened
const { url, posts, answers } = await receiver()

const ALL = ['TICKET_CREATED', 'TICKET_UPDATED', 'MESSAGE_CREATED', 'MEMBERSHIP_CHANGED']
const run = async (who: Parameters<typeof as>[0], name: string, input: object, selected = '') => {
  const type = `${name[0]?.toUpperCase()}${name.slice(1)}Input`
  const query = `mutation ($input: ${type}!) { ${name}(input: $input) { ${selected} userErrors { code field } } }`
  const { data, code, text } = await as(who).graphql(query, { input })
  if (!data?.[name]) throw new Error(`${name}: ${code} ${text}`)
  return data[name]
}
const made = async (input: object = {}) => {
  const all = { url, events: ALL, currentPassword: password, ...input }
  const { webhook, secret, userErrors } = await run('ada', 'createWebhook', all, 'webhook { id } secret')
  expect(userErrors).toEqual([])
  return { id: String(webhook.id), row: String(webhook.id).replace('webhook_', ''), secret: String(secret) }
}
const ticket = async (subject = 'Of a webhook') => {
  const created = await run('ann', 'createTicket', { subject, message: 'Secret words' }, 'ticket { id number }')
  return created.ticket as { id: string; number: number }
}
/** What is due by now, sent at once. */
const deliver = async (webhook: string) =>
  plaindesk.tasks.list['deliver-webhook']?.({ webhook }, { now: clock.now(), isLastTry: false })
const told = () => posts.map(({ event: { type, data } }) => `${type} ${data.visibility ?? data.state ?? ''}`.trim())
const verified = (secret: string, { body, headers }: Post) => new Verifier(secret).verify(body, headers)
const deliveries = async (id: string) =>
  (
    await as('ada').graphql(
      'query ($id: ID!) { node(id: $id) { ... on Webhook { isActive failingSince deliveries(first: 50) { nodes { id event state tries body nextTryAt attempts { status error answer milliseconds } } } } } }',
      { id },
    )
  ).data.node

beforeEach(async () => {
  await settled()
  await sql('delete from webhook')
  answers((_, response) => void response.writeHead(204).end())
  posts.length = 0
  clock.reset()
})

describe('an event', () => {
  test('§8: ticket and first message arrive, signed so that standardwebhooks’ own verifier takes them', async () => {
    const { secret } = await made()
    const { id, number } = await ticket()
    await settled()
    expect(told()).toEqual(['ticket.created', 'message.created PUBLIC'])
    for (const post of posts) expect(verified(secret, post)).toEqual(post.event)
    expect(posts[0]?.event.data).toMatchObject({ ticket: id, number })
    expect(posts[0]?.headers).toMatchObject({ 'content-type': 'application/json' })
    expect(new Set(posts.map(({ headers }) => headers['webhook-id'])).size).toBe(2)
    expect(() => verified(secret, { ...(posts[0] as Post), body: '{}' })).toThrow()
    expect(() => verified(`whsec_${Buffer.alloc(32).toString('base64')}`, posts[0] as Post)).toThrow()
  })

  test('§8: its ids are read by the API, and its cursor finds the ticket and what changed after it', async () => {
    await made()
    const { number } = await ticket()
    await ticket('Later')
    await settled()
    const program = api(await token('dana', ['TICKETS_READ']))
    const { message, cursor } = posts.find(({ event }) => event.type === 'message.created')?.event.data ?? {}
    const read = await program.graphql('query ($id: ID!) { node(id: $id) { ... on Message { text } } }', {
      id: message,
    })
    expect(read.data.node.text).toBe('Secret words')
    const list = await program.graphql(
      'query ($since: DateTime) { tickets(first: 50, filter: { updatedSince: $since }, orderBy: UPDATED_AT_ASC) { nodes { number subject } } }',
      { since: cursor },
    )
    expect(list.data.tickets.nodes[0].number).toBe(number)
    expect(list.data.tickets.nodes.at(-1).subject).toBe('Later')
  })

  test('§8: an answer is a message and what changed; several changes at once are one event; of names and tags only that', async () => {
    await made()
    const { number } = await ticket('The subject')
    await settled()
    posts.length = 0
    await run('dana', 'commentOnTicket', { number, message: 'Words of Dana', status: 'WAITING' })
    await settled()
    expect(told().sort()).toEqual(['message.created PUBLIC', 'ticket.updated'])
    const changes = () => posts.findLast(({ event }) => event.type === 'ticket.updated')?.event.data.changes
    expect(changes()).toEqual([{ type: 'STATUS', from: 'NEW', to: 'WAITING' }])
    posts.length = 0
    const assignee = (await as('dana').graphql('{ viewer { id } }')).data.viewer.id
    await run('dana', 'updateTicket', { number, priority: 'URGENT', tags: ['hush'], assignee })
    await settled()
    expect(told()).toEqual(['ticket.updated'])
    expect(changes()).toHaveLength(3)
    expect(changes()).toEqual(
      expect.arrayContaining([
        { type: 'PRIORITY', from: 'NORMAL', to: 'URGENT' },
        { type: 'ASSIGNEE' },
        { type: 'TAGS' },
      ]),
    )
  })

  test('§8: of an internal note that there is one, of nothing a word or a name', async () => {
    await made()
    const { number } = await ticket('The subject')
    await run('dana', 'noteOnTicket', { number, message: 'Between us' })
    await settled()
    expect(told()).toContain('message.created INTERNAL')
    expect(posts.map(({ body }) => body).join()).not.toMatch(/Between us|Secret words|The subject|Ann|Dana|acme/)
  })

  test('§8: a mutation that is refused tells nothing, and neither does what a webhook does not want', async () => {
    const { id } = await made({ events: ['TICKET_UPDATED'] })
    const { number } = await ticket()
    const refused = await run('ann', 'commentOnTicket', {
      number,
      message: 'x',
      attachments: ['attachment_0199aaaa-0000-7000-8000-00000000000f'],
    })
    expect(refused.userErrors).toHaveLength(1)
    await settled()
    expect(posts).toEqual([])
    expect((await deliveries(id)).deliveries.nodes).toEqual([])
  })

  test('§3: what is held is no news until it is released', async () => {
    await made()
    await sql(`insert into blocked_sender (id, sender, blocked_at) values (gen_random_uuid(), 'held.example', now())`)
    const page = await opened.stranger().visit('/tickets/new')
    await page
      .form('Send request')
      .fill({ name: 'H', email: 'x@held.example', subject: 'Held', message: 'Hm' })
      .submit()
    await settled()
    const [row] = await sql<{ number: number; hold: string }>(`select number, hold from ticket where subject = 'Held'`)
    expect(row?.hold).toBe('BLOCKED')
    expect(posts).toEqual([])
    await run('dana', 'releaseRequest', { number: row?.number })
    await settled()
    expect(told()).toContain('ticket.created')
    expect(posts[0]?.event.data.number).toBe(row?.number)
  })

  test('§8: the support list: a wish, joining, leaving', async () => {
    await made({ events: ['MEMBERSHIP_CHANGED'] })
    const { email, browser } = await newcomer()
    await browser.graphql('mutation { leaveList(input: {}) { userErrors { code } } }')
    await settled()
    expect(told()).toEqual(['PENDING', 'MEMBER', 'LEFT'].map(state => `membership.changed ${state}`))
    const [person] = await sql('select id from person where email = $1', [email])
    expect(posts.map(({ event }) => event.data.user)).toEqual(Array(3).fill(`user_${person?.id}`))
  })
})

describe('the order', () => {
  test('§8: of one ticket holds while its first event fails, and others do not wait', async () => {
    const { row } = await made({ events: ['MESSAGE_CREATED'] })
    const first = await ticket('First')
    await settled()
    posts.length = 0
    const isFirst = ({ event }: Post) => event.data.number === first.number
    answers((post, response) => void response.writeHead(isFirst(post) ? 503 : 200).end('busy'))
    await run('ann', 'commentOnTicket', { number: first.number, message: 'one' })
    await run('ann', 'commentOnTicket', { number: first.number, message: 'two' })
    const second = await ticket('Second')
    await settled()
    const ids = async () =>
      (await sql(`select id from message where text in ('one', 'two') order by created_at`)).map(
        each => `message_${each.id}`,
      )
    const [one, two] = await ids()
    expect(posts.some(({ event }) => event.data.number === second.number)).toBe(true)
    expect(new Set(posts.filter(isFirst).map(({ event }) => event.data.message))).toEqual(new Set([one]))
    answers((_, response) => void response.writeHead(200).end())
    clock.forward({ hours: 1 })
    await deliver(row)
    expect(
      posts
        .filter(isFirst)
        .slice(-2)
        .map(({ event }) => event.data.message),
    ).toEqual([one, two])
  })

  test('§8: is that of the commits, whoever began first', async () => {
    const { row } = await made({ events: ['TICKET_UPDATED'] })
    const { number } = await ticket()
    await sql(`update webhook set url = 'http://127.0.0.1:1/' where id = $1`, [row])
    const event = (to: string) =>
      `insert into ticket_event (id, ticket_id, type, "from", "to", created_at) select gen_random_uuid(), id, 'PRIORITY', '', '${to}', now() from ticket where number = ${number}`
    const touch = `update ticket set touched_at = now() where number = ${number}`
    const [slow, quick] = [plaindesk.orm.em.fork(), plaindesk.orm.em.fork()]
    await slow.begin()
    await slow.execute(event('slow'))
    await quick.begin()
    await quick.execute(event('quick'))
    await quick.execute(touch)
    await quick.commit()
    await slow.execute(touch)
    await slow.commit()
    const rows = await sql<{ to: string }>(
      `select changes->0->>'to' as to from webhook_delivery where event = 'ticket.updated' order by position`,
    )
    expect(rows.map(({ to }) => to)).toEqual(['quick', 'slow'])
  })
})

describe('a receiver that does not answer well', () => {
  test('§8: is tried again for a day, with the same id, ever more seldom, and then an admin may send it again', async () => {
    const { id, row } = await made({ events: ['TICKET_CREATED'] })
    answers((_, response) => void response.writeHead(500).end('<p>Oops</p>'))
    await ticket()
    await settled()
    let hours = 0
    const last = async () => (await deliveries(id)).deliveries.nodes[0]
    for (let known = await last(); known.state === 'DUE' && hours < 100; known = await last()) {
      clock.forward({ hours: 1 })
      hours += 1
      await deliver(row)
    }
    expect(hours).toBeGreaterThan(22)
    expect(hours).toBeLessThan(40)
    const { state, attempts, nextTryAt, id: delivery } = await last()
    expect([state, nextTryAt]).toEqual(['FAILED', null])
    expect(attempts.length).toBeGreaterThan(8)
    expect(attempts[0]).toMatchObject({ status: 500, error: 'HTTP 500', answer: '<p>Oops</p>' })
    expect(new Set(posts.map(({ headers }) => headers['webhook-id']))).toEqual(new Set([delivery]))
    answers((_, response) => void response.writeHead(200).end('ok'))
    clock.reset()
    expect((await run('ada', 'resendDelivery', { delivery })).userErrors).toEqual([])
    await settled()
    expect((await last()).state).toBe('DELIVERED')
    expect((await deliveries(id)).failingSince).toBeNull()
    expect(posts.at(-1)?.headers['webhook-id']).toBe(delivery)
  })

  test('§8: after three days without any answer it is switched off and the admins are told, once', async () => {
    const { id, row } = await made({ events: ['TICKET_CREATED'] })
    answers((_, response) => void response.writeHead(302, { location: url }).end())
    await ticket()
    await settled()
    // Staff sessions are shorter than three days, so Ada looks when the clock is set back.
    const asOf = async (hours: number) => {
      clock.forward({ hours })
      await ticket()
      await ticket()
      await deliver(row)
      await settled() // the worker may have tried at the same time
      clock.reset()
      return deliveries(id)
    }
    expect(await asOf(71)).toMatchObject({ isActive: true, failingSince: expect.any(String) })
    const off = await asOf(73)
    expect(off.isActive).toBe(false)
    expect(off.deliveries.nodes.every((each: { state: string }) => each.state === 'FAILED')).toBe(true)
    const mail = await mailTo(people.ada.email, /was switched off/)
    expect(mail.text).toContain(new URL(url).host)
    expect((await mailsTo(people.ada.email)).filter(({ subject }) => /was switched off/.test(subject))).toHaveLength(1)
    const count = posts.length
    await ticket()
    await settled()
    expect(posts).toHaveLength(count)
    const delivery = off.deliveries.nodes[0].id
    expect((await run('ada', 'resendDelivery', { delivery })).userErrors).toMatchObject([{ code: 'WEBHOOK_OFF' }])
    await run('ada', 'updateWebhook', { webhook: id, isActive: true, currentPassword: password })
    expect(await deliveries(id)).toMatchObject({ isActive: true, failingSince: null })
  })
})

describe('a secret', () => {
  test('§8: is told once and kept nowhere', async () => {
    const { secret, row } = await made()
    expect(secret).toMatch(/^whsec_[\w+/]{43}=$/)
    const [kept] = await sql('select row_to_json(w)::text as text from webhook w where id = $1', [row])
    expect(kept?.text).not.toContain(secret.slice(6, 30))
    const key = { url, events: ALL, currentPassword: password, idempotencyKey: 'webhook-once' }
    const [one, two] = [
      await run('ada', 'createWebhook', key, 'webhook { id } secret'),
      await run('ada', 'createWebhook', key, 'webhook { id } secret'),
    ]
    expect([two.webhook, two.secret]).toEqual([one.webhook, null])
    expect(JSON.stringify(await sql('select * from idempotency_key'))).not.toContain(one.secret)
  })

  test('§8: after an exchange both sign for a day', async () => {
    const { id, row, secret } = await made()
    const { secret: next } = await run(
      'ada',
      'rotateWebhookSecret',
      { webhook: id, currentPassword: password },
      'secret',
    )
    expect(next).not.toBe(secret)
    await ticket()
    await settled()
    for (const each of [secret, next]) expect(verified(each, posts[0] as Post)).toEqual(posts[0]?.event)
    await sql('update webhook set previous_until = now() where id = $1', [row])
    posts.length = 0
    await ticket()
    await settled()
    expect(verified(next, posts[0] as Post)).toEqual(posts[0]?.event)
    expect(() => verified(secret, posts[0] as Post)).toThrow()
  })
})

describe('admins', () => {
  test.each([
    ['createWebhook', { url, events: ALL }],
    ['updateWebhook', { isActive: false }],
    ['rotateWebhookSecret', {}],
    ['removeWebhook', {}],
  ])('§7: type their password before %s', async (name, input) => {
    const { id } = await made()
    const which = name === 'createWebhook' ? input : { webhook: id, ...input }
    for (const [currentPassword, code] of [
      ['not hers', 'WRONG_PASSWORD'],
      ['', 'REQUIRED'],
    ]) {
      const { userErrors } = await run('ada', name, { ...which, currentPassword })
      expect(userErrors).toEqual([{ code, field: 'currentPassword' }])
    }
    expect((await as('ada').graphql('{ webhooks { id isActive previousUntil } }')).data.webhooks).toEqual([
      { id, isActive: true, previousUntil: null },
    ])
  })

  test.each([
    [{ url: '' }, 'REQUIRED', 'url'],
    [{ url: 'ftp://x.example' }, 'INVALID_WEB_ADDRESS', 'url'],
    [{ events: [] }, 'REQUIRED', 'events'],
  ])('§9: %j is refused: %s', async (wrong, code, field) => {
    const { userErrors } = await run('ada', 'createWebhook', { url, events: ALL, currentPassword: password, ...wrong })
    expect(userErrors).toEqual([{ code, field }])
  })

  test('§4: the log keeps what they did, with the host alone', async () => {
    const { id } = await made({ url: `${url}/a-secret-path` })
    await run('ada', 'rotateWebhookSecret', { webhook: id, currentPassword: password })
    await run('ada', 'removeWebhook', { webhook: id, currentPassword: password })
    const { nodes } = (await as('ada').graphql('{ adminLog(first: 4) { nodes { type about } } }')).data.adminLog
    const about = new URL(url).host
    const lines = nodes.filter(({ type }: { type: string }) => type !== 'WEBHOOK_SWITCHED_OFF') // above, days ahead
    expect(lines.slice(0, 3)).toEqual(
      ['WEBHOOK_REMOVED', 'WEBHOOK_SECRET_MADE', 'WEBHOOK_SAVED'].map(type => ({ type, about })),
    )
    expect((await as('ada').graphql('{ webhooks { id } }')).data.webhooks).toEqual([])
  })

  test('§5: make one, read its secret, see what was sent and send it again, by the pages', async () => {
    const page = await as('ada').visit('/admin/webhooks')
    const form = page.form('New webhook', '/admin/webhooks')
    const wrong = await form.fill({ url: 'nowhere', events: ['TICKET_CREATED'], currentPassword: password }).submit()
    expect([wrong.status, wrong.$('#url').attr('value')]).toEqual([422, 'nowhere'])
    const done = await wrong.form('New webhook', '/admin/webhooks').fill({ url, currentPassword: password }).submit()
    expect(done.$('#secret').attr('value')).toMatch(/^whsec_/)
    await ticket()
    await settled()
    expect(told()).toEqual(['ticket.created'])
    const own = await (await as('ada').visit('/admin/webhooks')).follow(url)
    expect(own.text).toContain('Ticket opened')
    expect(own.text).toContain('arrived')
    const again = await own.form(/Send again/).submit()
    expect(again.text).toContain('sent again')
    await settled()
    expect(posts).toHaveLength(2)
    const rotated = await (await as('ada').visit(own.path))
      .form('Make new secret')
      .fill({ currentPassword: password })
      .submit()
    expect(rotated.$('#secret').attr('value')).toMatch(/^whsec_/)
    const removed = await (await as('ada').visit(own.path))
      .form('Remove webhook')
      .fill({ currentPassword: password })
      .submit()
    expect(removed.text).toContain('No webhooks')
  })
})
