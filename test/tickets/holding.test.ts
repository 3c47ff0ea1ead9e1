// Product §7, public form: what looks like a program, or comes too often, waits for the team's word. The sender sees no
// difference.
import { describe, expect, test } from 'vitest'
import { people } from '../kit/cast.ts'
import type { Filling } from '../kit/form.ts'
import type { Page } from '../kit/page.ts'
import { world } from '../world.ts'
import { read } from './deeds.ts'
import { byApi } from './doors.ts'

const { as, stranger, sql, clock, mailsTo, settled, newcomer } = await world({
  FORM_LIMIT: '3',
  FORM_MIN_SECONDS: '3',
  TRUST_PROXY: '1',
})

const dana = as('dana')
const SET = /\/password\/set\//
let sent = 0
const newAddress = () => `held${++sent}@form.example`
const newClient = () => `198.51.${100 + Math.floor(++sent / 250)}.${sent % 250}`

interface Sending {
  email?: string
  client?: string
  /** How long somebody types. */
  seconds?: number
  website?: string
  fill?: Filling
}

/** Sends the public form as somebody anywhere in the world. */
async function send({ email = newAddress(), client = newClient(), seconds = 5, website = '', fill }: Sending = {}) {
  const page = await stranger().visit('/tickets/new')
  const form = page.form('Send request')
  form.fill({ name: 'Hedda Held', email, subject: 'A question', message: 'How does it work?', website, ...fill })
  clock.forward({ seconds })
  const received = await page.browser.send(form.submission(), page, { headers: { 'x-forwarded-for': client } })
  return { page: received, email, number: numberOf(received) }
}
const numberOf = (page: Page): number => Number(/^\/tickets\/received\/(\d+)$/.exec(page.path)?.[1])
const holdOf = async (number: number): Promise<unknown> =>
  (await sql('select hold from ticket where number = $1', [number]))[0]?.hold
const teamMails = async (number: number) =>
  (await mailsTo(people.dana.email)).filter(mail => mail.subject.includes(`[#${number}]`))
const decide = (name: 'dana' | 'sam' | 'bo', word: 'releaseRequest' | 'markAsSpam', number: number) =>
  as(name).graphql(
    `mutation ($number: Int!) { ${word}(input: { number: $number }) { ticket { number isHeld } userErrors { code } } }`,
    { number },
  )
const anonymous = ({ html }: Page, email: string) =>
  html
    .replaceAll(email, 'X')
    .replace(/(name="(_csrf|idempotencyKey)" value)="[^"]*"/g, '$1')
    .replace(/\d{5,}/g, 'N')

describe('what is held', () => {
  test('§7: nothing of what people send at their pace', async () => {
    const { number } = await send()
    expect(await holdOf(number)).toBeNull()
    expect(await teamMails(number)).toHaveLength(1)
  })

  test('§7: the fourth request within an hour with one address, from wherever (ASVS 2.3.2)', async () => {
    const email = newAddress()
    const holds: unknown[] = []
    for (let i = 0; i < 4; i++)
      holds.push(await holdOf((await send({ email: i % 2 ? email.toUpperCase() : email })).number))
    expect(holds).toEqual([null, null, null, 'RATE'])
  })

  test('§7: the fourth from one client, with whatever address; of IPv6 a /64 is one client', async () => {
    for (const clients of [
      ['203.0.113.9', '203.0.113.9', '203.0.113.9', '203.0.113.9', '203.0.113.10'],
      ['2001:db8:1:2::1', '2001:db8:1:2::2', '2001:db8:1:2:a:b:c:d', '2001:db8:1:2:ffff::1', '2001:db8:1:3::1'],
    ]) {
      const holds: unknown[] = []
      for (const client of clients) holds.push(await holdOf((await send({ client })).number))
      expect(holds).toEqual([null, null, null, 'RATE', null])
    }
  })

  test('§7: an hour later it is as before', async () => {
    const email = newAddress()
    for (let i = 0; i < 4; i++) await send({ email })
    const rows = await sql(`select key, expire from rate_limit where key like '%' || $1`, [email])
    expect(rows).toHaveLength(1)
    expect(Math.abs(Number(rows[0]?.expire) - Date.now() - 3_600_000)).toBeLessThan(120_000)
    await sql(`update rate_limit set expire = $1 where key like '%' || $2`, [Date.now() - 1, email])
    expect(await holdOf((await send({ email })).number)).toBeNull()
  })

  test('§7: a filled-in trap, and what was typed faster than anybody can', async () => {
    expect(await holdOf((await send({ website: 'https://spam.example' })).number)).toBe('HONEYPOT')
    expect(await holdOf((await send({ seconds: 1 })).number)).toBe('TOO_FAST')
  })

  test('§7: a form that was never shown counts as typed in no time', async () => {
    for (const idempotencyKey of ['', 'made-up', `${(0).toString(36)}-${'0'.repeat(32)}-${'A'.repeat(16)}`]) {
      const page = await stranger().visit('/tickets/new')
      clock.forward({ seconds: 10 })
      const received = await page
        .form('Send request')
        .fill({ name: 'Bot', email: newAddress(), subject: 'S', message: 'M' })
        .smuggle({ idempotencyKey })
        .submit()
      expect(await holdOf(numberOf(received)), idempotencyKey).toBe('TOO_FAST')
    }
  })

  test('§9: whoever is asked to put something right, or to send once more, may do so at once', async () => {
    const [email, client] = [newAddress(), newClient()]
    const { page } = await send({ email, client, fill: { subject: '' } })
    expect(page.status).toBe(422)
    const again = page.form('Send request').fill({ subject: 'Now with one' })
    const received = await page.browser.send(again.submission(), page, { headers: { 'x-forwarded-for': client } })
    expect(await holdOf(numberOf(received))).toBeNull()

    const form = (await stranger().visit('/tickets/new')).form('Send request')
    clock.forward({ seconds: 5 })
    const forged = await form
      .fill({ name: 'Slow', email: newAddress(), subject: 'S', message: 'M' })
      .smuggle({ _csrf: 'lost' })
      .submit()
    expect(forged.status).toBe(403)
    const once = forged.form('Send again').submission()
    const accepted = await forged.browser.send(once, forged, { headers: { 'x-forwarded-for': newClient() } })
    expect(await holdOf(numberOf(accepted))).toBeNull()
  })

  test('§7: only what was accepted counts: neither mistakes nor double clicks', async () => {
    const [email, client] = [newAddress(), newClient()]
    for (let i = 0; i < 4; i++) expect((await send({ email, client, fill: { message: '' } })).page.status).toBe(422)
    const page = await stranger().visit('/tickets/new')
    const form = page.form('Send request').fill({ name: 'D', email, subject: 'S', message: 'M' })
    clock.forward({ seconds: 5 })
    const clicks = [1, 2, 3, 4].map(() =>
      page.browser.send(form.submission(), page, { headers: { 'x-forwarded-for': client } }),
    )
    const numbers = (await Promise.all(clicks)).map(numberOf)
    expect(new Set(numbers).size).toBe(1)
    expect(await holdOf((await send({ email, client })).number)).toBeNull()
    expect(await holdOf((await send({ email, client })).number)).toBeNull()
    expect(await holdOf((await send({ email, client })).number)).toBe('RATE')
  })

  test('§7: whoever is signed in is exempt, with access and without', async () => {
    for (const name of ['bo', 'cem'] as const) {
      for (let i = 0; i < 5; i++) {
        const page = await (await as(name).visit('/tickets/new'))
          .form(/^(Send request|Anfrage senden)$/)
          .fill({ subject: `Again ${i}`, message: 'Quickly typed.' })
          .submit()
        expect(await holdOf(Number(page.path.split('/').at(-1)))).toBeNull()
      }
    }
  })

  test('§7: by the API strangers meet the same limits', async () => {
    const [email, client] = [newAddress(), newClient()]
    const holds: unknown[] = []
    for (let i = 0; i < 4; i++) {
      const { data } = await stranger().graphql(
        'mutation ($input: RequestTicketInput!) { requestTicket(input: $input) { number userErrors { code } } }',
        { input: { name: 'Program', email, subject: 'S', message: 'M' } },
        { 'x-forwarded-for': client },
      )
      holds.push(await holdOf(data.requestTicket.number))
    }
    expect(holds).toEqual([null, null, null, 'RATE'])
  })
})

describe('a held request', () => {
  test('§7: shows its sender the same page, number and receipt; there is no invitation and no word to the team', async () => {
    const free = await send({ fill: { subscribe: true } })
    const held = await send({ website: 'x', fill: { subscribe: true } })
    expect(await holdOf(held.number)).toBe('HONEYPOT')
    expect(held.page.redirects).toEqual([{ status: 303, location: `/tickets/received/${held.number}` }])
    expect(anonymous(held.page, held.email)).toBe(anonymous(free.page, free.email))
    const [receipt, ...more] = await mailsTo(held.email)
    expect(receipt?.subject).toContain(`[#${held.number}]`)
    expect(more).toEqual([])
    expect((await mailsTo(free.email)).filter(mail => mail.hasLink(SET))).toHaveLength(1)
    expect(await teamMails(held.number)).toEqual([])
  })

  test('§7: waits in /agent/held with its reason, and in no queue, count or search', async () => {
    const { number } = await send({ website: 'x', fill: { subject: 'Quetzalcoatl' } })
    const page = await dana.visit('/agent/held')
    expect(page.main).toContain(`#${number}`)
    expect(page.main).toContain('Quetzalcoatl')
    for (const path of ['/agent', '/agent?tab=unanswered', '/agent?q=quetzalcoatl'])
      expect((await dana.visit(path)).main, path).not.toContain(String(number))
    const { data } = await dana.graphql('{ tickets(filter: { search: "quetzalcoatl" }) { totalCount } }')
    expect(data.tickets.totalCount).toBe(0)
  })

  test('§7: its owner, when they have an account, sees no difference', async () => {
    const { browser, email } = await newcomer('Hanno Owner')
    const { number } = await send({ email, website: 'x' })
    expect((await browser.visit('/tickets')).main).toContain(String(number))
    const page = await browser.visit(`/tickets/${number}`)
    expect(page.main).toContain('How does it work?')
    expect(page.main).not.toMatch(/\b(held|spam)\b/i)
    const { data } = await browser.graphql('query ($n: Int!) { ticket(number: $n) { isHeld } }', { n: number })
    expect(data.ticket.isHeld).toBe(false)
  })

  test('§7: released it is a request like others: the team is told, the invitation goes out, once', async () => {
    const { number, email } = await send({ website: 'x', fill: { subscribe: true, subject: 'Ocelot' } })
    const page = await (await dana.visit('/agent/held')).form(/^Release/, `/agent/held/${number}/release`).submit()
    expect(page.path).toBe('/agent/held')
    expect(page.main).not.toContain(String(number))
    expect(await teamMails(number)).toHaveLength(0) // nobody is told of their own deed …
    const dirks = (await mailsTo(people.dirk.email)).filter(mail => mail.subject.includes(`[#${number}]`))
    expect(dirks).toHaveLength(1) // … but the colleagues are
    expect((await mailsTo(email)).filter(mail => mail.hasLink(SET))).toHaveLength(1)
    expect((await dana.visit('/agent?q=ocelot')).main).toContain(String(number))
    expect((await read(dana, number)).events.nodes.at(-1)).toMatchObject({
      type: 'RELEASED',
      actor: { name: 'Dana Dietz' },
    })
    expect((await decide('dana', 'releaseRequest', number)).code).toBe('NOT_FOUND')
    await settled()
    expect((await mailsTo(email)).filter(mail => mail.hasLink(SET))).toHaveLength(1)
  })

  test('§7: without the wish to join, its release invites nobody', async () => {
    const { number, email } = await send({ website: 'x' })
    await decide('dana', 'releaseRequest', number)
    expect(await mailsTo(email)).toHaveLength(1)
  })

  test('§7: as spam it is out of sight, and nobody is told anything', async () => {
    const { number, email } = await send({ website: 'x', fill: { subscribe: true } })
    const page = await (await dana.visit('/agent/held'))
      .form(/^Spam|Mark as spam/, `/agent/held/${number}/spam`)
      .submit()
    expect(page.main).not.toContain(`#${number}`)
    expect(await holdOf(number)).toBe('SPAM')
    expect((await dana.visit('/agent')).main).not.toContain(String(number))
    expect(await teamMails(number)).toEqual([])
    expect(await mailsTo(email)).toHaveLength(1)
  })

  test('§7: what was called spam by mistake can still be released from its own page', async () => {
    const { number } = await send({ website: 'x' })
    await decide('dana', 'markAsSpam', number)
    await (await dana.visit(`/agent/tickets/${number}`)).form(/^Release/).submit()
    expect(await holdOf(number)).toBeNull()
  })

  test('§3: agents and admins decide; sales and customers do not', async () => {
    const { number } = await send({ website: 'x' })
    for (const word of ['releaseRequest', 'markAsSpam'] as const)
      for (const name of ['sam', 'bo'] as const) expect((await decide(name, word, number)).code).toBe('FORBIDDEN')
    expect(await holdOf(number)).toBe('HONEYPOT')
  })
})

test('§9: a refused file does not use up the limit', async () => {
  const email = newAddress()
  for (let i = 0; i < 4; i++) {
    const { data } = await stranger().graphql(
      'mutation ($input: RequestTicketInput!) { requestTicket(input: $input) { number userErrors { code } } }',
      { input: { name: 'P', email, subject: 'S', message: 'M', attachments: ['attachment_x'] } },
      { 'x-forwarded-for': newClient() },
    )
    expect(data.requestTicket.userErrors[0].code).toBe('UNKNOWN_ATTACHMENT')
  }
  expect(await sql(`select points from rate_limit where key like '%' || $1`, [email])).toEqual([])
  expect((await byApi.request(stranger(), { name: 'P', email, subject: 'S', message: 'M' })).refusals).toEqual([])
})
