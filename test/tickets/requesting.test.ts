// The first request: by a stranger, by somebody signed in, by somebody without access, and with somebody else's address.
import { describe, expect, test } from 'vitest'
import type { Browser } from '../kit/browser.ts'
import { password, people } from '../kit/cast.ts'
import { expectGoodPage } from '../kit/good-page.ts'
import type { Page } from '../kit/page.ts'
import { world } from '../world.ts'
import { answer, read } from './deeds.ts'
import { type Asked, byApi, byForm } from './doors.ts'

const { as, stranger, sql, clock, mailsTo, mailTo, newcomer } = await world()

const dana = as('dana')
const SET = /\/password\/set\//
const secret = { filename: 'buy-now.txt', content: 'cheap-offer.example' }
let addresses = 0
const newAddress = () => `stranger${++addresses}@first.example`
const asked = (more: Asked = {}): Asked => ({
  name: 'Rosa Request',
  email: newAddress(),
  subject: 'The lamp flickers',
  message: 'Every ten seconds.',
  ...more,
})
const mailsAbout = async (address: string, number: number | null) =>
  (await mailsTo(address)).filter(mail => mail.subject.includes(`[#${number}]`))
const person = async (email: string) =>
  (await sql('select name, role, confirmed_at from person where email = $1', [email]))[0]
/** A page without what differs in any case: tokens, numbers and the typed address. */
const anonymous = ({ html }: Page, ...words: string[]) =>
  words
    .reduce((text, word) => text.replaceAll(word, 'X'), html)
    .replace(/(name="(_csrf|idempotencyKey)" value)="[^"]*"/g, '$1')
    .replace(/\d{5,}/g, 'N')

describe.each([byForm, byApi])('a request $name', door => {
  test('V9 H2 H8: a stranger’s makes ticket and contact; the receipt tells the number and shows the way to an account', async () => {
    const typed = asked()
    const { number, refusals } = await door.request(stranger(), typed)
    expect(refusals).toEqual([])
    expect(await read(dana, Number(number))).toMatchObject({
      subject: 'The lamp flickers',
      status: 'NEW',
      requesterProven: false,
      requester: { name: 'Rosa Request' },
      messages: { nodes: [{ text: 'Every ten seconds.', author: { name: 'Rosa Request' } }] },
    })
    expect(await person(typed.email ?? '')).toEqual({ name: 'Rosa Request', role: 'CUSTOMER', confirmed_at: null })
    const [receipt, ...more] = await mailsTo(typed.email ?? '')
    expect(more).toEqual([])
    expect(receipt?.subject).toContain(`[#${number}]`)
    expect(receipt?.hasLink(/\/register$/)).toBe(true)
    expect(receipt?.header('Auto-Submitted')).toBe('auto-replied')
    const [told] = await mailsAbout(people.dana.email, number)
    expect(told?.text).toContain('Every ten seconds.')
    expect(told?.text).toContain(typed.email)
  })

  test('H8: the same address again is the same contact, with the name it had', async () => {
    const email = newAddress()
    await door.request(stranger(), asked({ email }))
    const { number } = await door.request(stranger(), asked({ email: email.toUpperCase(), name: 'Somebody Else' }))
    expect((await read(dana, Number(number))).requester.name).toBe('Rosa Request')
    expect(
      await sql('select count(*) from ticket t join person p on p.id = requester_id where email = $1', [email]),
    ).toEqual([{ count: '2' }])
  })

  test('V8 V10: the box brings the invitation, and only the box', async () => {
    const [with_, without] = [asked({ subscribe: true }), asked()]
    await door.request(stranger(), with_)
    await door.request(stranger(), without)
    expect((await mailsTo(with_.email ?? '')).filter(mail => mail.hasLink(SET))).toHaveLength(1)
    expect((await mailsTo(without.email ?? '')).filter(mail => mail.hasLink(SET))).toHaveLength(0)
  })

  test('§3: mail to an unproven address never carries the typed name, message or files, and little of the subject', async () => {
    const typed = asked({
      name: 'Win a car at win-a-car.example',
      message: 'Visit https://cheap-offer.example/now',
      subject: `Visit https://cheap-offer.example/now or write to x@cheap-offer.example or call ${'very '.repeat(20)}soon`,
      subscribe: true,
      ...(door === byForm && { files: [secret] }),
    })
    const { number } = await door.request(stranger(), typed)
    const mails = await mailsTo(typed.email ?? '')
    expect(mails).toHaveLength(2)
    for (const mail of mails) {
      expect(mail.content).not.toMatch(/win-a-car|cheap-offer|buy-now|Win a car/)
      expect(mail.raw.toString()).not.toMatch(/win-a-car|cheap-offer|buy-now/)
    }
    const [receipt] = await mailsAbout(typed.email ?? '', number)
    expect(receipt?.subject.replace(/^\[#\d+\] /, '').length).toBeLessThanOrEqual(60)
    // The team reads all of it.
    expect((await mailsAbout(people.dana.email, number))[0]?.text).toContain('https://cheap-offer.example/now')
  })

  test('§3: with the address of an account nothing of that account is shown, and it can be read by its owner alone', async () => {
    const { browser: owner, email } = await newcomer('Olga Owner')
    const before = await owner.graphql('{ viewer { name } ticketCounts { all } }')
    const intruder = stranger()
    const message = 'I am not Olga.'
    const { number, page } = await door.request(intruder, asked({ email, name: 'Ivan Intruder', message }))
    const unknown = asked()
    const other = await door.request(stranger(), unknown)
    if (page && other.page) expect(anonymous(page, email)).toBe(anonymous(other.page, unknown.email ?? ''))
    expect(before.data.ticketCounts.all).toBe(0)
    expect((await person(email))?.name).toBe('Olga Owner')
    expect((await intruder.visit(`/tickets/${number}`)).path).toMatch(/^\/login/)
    expect((await as('eve').visit(`/tickets/${number}`)).status).toBe(404)
    const [receipt] = await mailsAbout(email, number)
    expect(receipt?.content).not.toMatch(/not Olga|Ivan/)
    expect((await mailsTo(email)).filter(mail => mail.hasLink(SET))).toHaveLength(1) // of the registration, long before
  })

  test('§3: "address not proven" until its owner has opened it signed in; the mails grow longer then', async () => {
    const { browser: owner, email } = await newcomer('Petra Proven')
    const subject = 'Please see https://docs.example/lamp'
    const { number } = await door.request(stranger(), asked({ email, subject }))
    const proven = async () => (await read(dana, Number(number))).requesterProven
    expect((await dana.visit(`/agent/tickets/${number}`)).main).toMatch(/not (yet )?(been )?proven/i)
    await owner.visit('/tickets')
    expect(await proven()).toBe(false)
    await answer(dana, Number(number), 'Which lamp?')
    expect((await mailTo(email, /Which lamp/)).subject).toBe(`Re: [#${number}] Please see …`)
    expect((await owner.visit(`/tickets/${number}`)).main).toContain('Every ten seconds.')
    expect(await proven()).toBe(true)
    const { events } = await read(dana, Number(number))
    expect(events.nodes.at(-1)).toMatchObject({ type: 'ADDRESS_PROVEN', actor: { name: 'Petra Proven' } })
    expect((await dana.visit(`/agent/tickets/${number}`)).main).not.toMatch(/address not proven/i)
    await answer(dana, Number(number), 'That lamp?')
    expect((await mailTo(email, /That lamp/)).subject).toBe(`Re: [#${number}] ${subject}`)
  })

  test('§3: writing to it signed in proves the address as well', async () => {
    const { browser, email } = await newcomer('Pia Program')
    const { number } = await door.request(stranger(), asked({ email }))
    await byApi.comment(browser, Number(number), { message: 'It is mine.' })
    expect((await read(dana, Number(number))).requesterProven).toBe(true)
  })

  test('§5: signed in it is one’s own; a smuggled name and address are not looked at', async () => {
    const email = newAddress()
    const browser = as('bo')
    const number =
      door === byApi
        ? (await door.request(browser, asked({ email, name: 'Not Bo' }))).number
        : await smuggled(browser, { email, name: 'Not Bo' })
    expect(await read(browser, Number(number))).toMatchObject({ requester: { name: 'Bo Berg' }, requesterProven: true })
    expect(await person(email)).toBeUndefined()
    expect(await mailsTo(email)).toEqual([])
    const [receipt] = await mailsAbout(people.bo.email, number)
    expect(receipt?.text).toContain('Every ten seconds.')
    expect(receipt?.link(/\/tickets\/\d+$/)).toContain(`/tickets/${number}`)
  })

  test('§3 V9: signed in without access one can still send, and gets number and receipt', async () => {
    const { number, page } = await door.request(as('cem'), { subject: 'Let me back in', message: 'Please.' })
    expect(await read(dana, Number(number))).toMatchObject({ requester: { name: 'Cem Can' }, requesterProven: true })
    expect(await mailsAbout(people.cem.email, number)).toHaveLength(1)
    if (!page) return
    expect(page.path).toBe(`/tickets/received/${number}`)
    expect(page.main).toContain(people.cem.email)
    expect((await as('cem').visit(`/tickets/${number}`)).status).toBe(403)
  })

  test('§9: a category is one of those offered, or none', async () => {
    const { data } = await as('bo').graphql('{ categories { id name } }')
    const [first] = data.categories
    const chosen = await door.request(stranger(), asked({ category: first.id }))
    const none = await door.request(stranger(), asked({ category: '' }))
    const category = async (number: number | null) =>
      (
        await sql('select c.name_en from ticket t left join category c on c.id = category_id where number = $1', [
          number,
        ])
      )[0]?.name_en
    expect([await category(chosen.number), await category(none.number)]).toEqual([first.name, null])
  })

  test('§5: what is missing is named, nothing is made, and nobody is written to', async () => {
    const email = newAddress()
    const { number, refusals } = await door.request(stranger(), { name: '', email, subject: ' ', message: '' })
    expect(number).toBeNull()
    expect(refusals).toHaveLength(3)
    expect([await person(email), await mailsTo(email)]).toEqual([undefined, []])
  })
})

/** Posts the form of somebody signed in with fields that it does not have. */
async function smuggled(browser: Browser, fields: Record<string, string>): Promise<number> {
  const form = (await browser.visit('/tickets/new')).form('Send request')
  const { subject = '', message = '' } = asked()
  const page = await form.fill({ subject, message }).smuggle(fields).submit()
  return Number(page.path.split('/').at(-1))
}

describe('the form', () => {
  test('H8 V8: asks a stranger who they are, and does not tick the box for them', async () => {
    const page = await stranger().visit('/tickets/new')
    const form = page.form('Send request')
    expect(form.fields.sort()).toEqual(
      ['attachments', 'category', 'email', 'message', 'name', 'subject', 'subscribe', 'website'].sort(),
    )
    expect(page.$('input[name=subscribe]').attr('checked')).toBeUndefined()
    expect(page.$('input[name=email]').attr('autocomplete')).toBe('email')
    // The trap for programs: out of everybody's way.
    expect(page.$('input[name=website]').attr('tabindex')).toBe('-1')
    expect(page.$('input[name=website]').closest('[aria-hidden=true]').length).toBe(1)
    await expectGoodPage(page)
  })

  test.each(['bo', 'cem'] as const)('§5: knows %s, and asks neither name nor address', async name => {
    const page = await as(name).visit('/tickets/new')
    expect(page.form('Send request').fields.sort()).toEqual([
      'attachments',
      'category',
      'message',
      'private',
      'subject',
    ])
    expect(page.main).toContain(people[name].email)
  })

  test('H11: speaks the reader’s language, and so do the page after it, the categories and the receipt', async () => {
    const browser = stranger()
    browser.languages = 'de-AT,de;q=0.9,en;q=0.5'
    const page = await browser.visit('/tickets/new')
    const form = page.form('Anfrage senden')
    const [german] = await sql('select id, name_de, name_en from category where position = 2')
    expect(Object.values(form.options('category'))).toContain(german?.name_de)
    const email = newAddress()
    const received = await form
      .fill({ name: 'Rosa', email, subject: 'Lampe', message: 'Sie flackert.', category: String(german?.name_de) })
      .submit()
    expect(received.main).toContain('Spam')
    expect(received.$('html').attr('lang')).toBe('de')
    const [receipt] = await mailsTo(email)
    expect(receipt?.header('Content-Language')).toBe('de')
    expect(receipt?.html).toContain('<html lang="de">')
  })

  test('§9: a category that was put away meanwhile is refused, and the text is kept', async () => {
    const [category] = await sql('select id, name_en from category where position = 3')
    const form = (await stranger().visit('/tickets/new')).form('Send request')
    await sql('update category set archived_at = now() where id = $1', [category?.id])
    try {
      const typed = asked()
      const page = await form
        .fill({ ...(typed as Record<string, string>), category: String(category?.name_en) })
        .submit()
      expect([page.status, page.errors.length]).toEqual([422, 1])
      const again = page.form('Send request')
      expect([again.value('message'), again.value('email')]).toEqual([typed.message, typed.email])
      expect(Object.values(again.options('category'))).not.toContain(category?.name_en)
      expect(await person(typed.email ?? '')).toBeUndefined()
    } finally {
      await sql('update category set archived_at = null where id = $1', [category?.id])
    }
  })
})

test('H11: a program says by `locale` which language the receipt is in; else it is the one asked in', async () => {
  const language = async (locale: string | undefined, accepted: string) => {
    const typed = { ...asked(), locale }
    await stranger().graphql(
      'mutation ($input: RequestTicketInput!) { requestTicket(input: $input) { number userErrors { code } } }',
      { input: typed },
      { 'accept-language': accepted },
    )
    return (await mailsTo(typed.email ?? ''))[0]?.header('Content-Language')
  }
  expect([await language('de', 'en'), await language('en', 'de'), await language(undefined, 'de')]).toEqual([
    'de',
    'en',
    'de',
  ])
})

describe('the received page', () => {
  test('H18: says the number, where the receipt went, and what to do where it does not come', async () => {
    const typed = asked()
    const { page, number } = await byForm.request(stranger(), typed)
    expect(page?.redirects).toEqual([{ status: 303, location: `/tickets/received/${number}` }])
    expect(page?.main).toContain(`#${number}`)
    expect(page?.main).toContain(typed.email)
    expect(page?.main).toMatch(/spam/i)
    expect(page?.main).toContain('support@plaindesk.example')
    expect(page?.main).toMatch(/typed right/)
    expect(page?.main).not.toContain('Every ten seconds.')
    expect(page?.header('cache-control')).toContain('no-store')
    if (page) await expectGoodPage(page)
  })

  test('§5: is only for the browser that sent it; for others any number is the same neutral 404', async () => {
    const browser = stranger()
    const { number } = await byForm.request(browser, asked())
    const second = await byForm.request(browser, asked())
    for (const own of [number, second.number])
      expect((await browser.visit(`/tickets/received/${own}`)).status).toBe(200)
    const [oldest] = await sql('select number from ticket order by number limit 1')
    const existing = [number, oldest?.number]
    const pages: Page[] = []
    for (const each of [...existing, 99_999_999, 1, -1, 'x', '10001x', '9'.repeat(30)])
      pages.push(await stranger().visit(`/tickets/received/${each}`))
    expect(pages.map(page => page.status)).toEqual(pages.map(() => 404))
    const numberless = (page: Page) => anonymous(page).replace(/\/tickets\/received\/[^?"]*/g, '')
    expect(new Set(pages.map(numberless)).size).toBe(1)
    expect((await browser.visit('/tickets/received/99999999')).status).toBe(404)
    const [foreign] = await sql(
      `select t.number from ticket t join person p on p.id = t.requester_id where p.email = $1`,
      [people.eve.email],
    )
    expect((await browser.visit(`/tickets/received/${foreign?.number}`)).status).toBe(404)
  })

  test('§5: for an hour', async () => {
    const browser = stranger()
    const { number } = await byForm.request(browser, asked())
    const status = async () => (await browser.visit(`/tickets/received/${number}`)).status
    clock.forward({ minutes: 59 })
    try {
      expect(await status()).toBe(200)
      clock.forward({ minutes: 2 })
      expect(await status()).toBe(404)
    } finally {
      clock.reset()
    }
  })

  test('§5: a cookie that somebody made up opens nothing', async () => {
    const browser = stranger()
    const { number } = await byForm.request(browser, asked())
    const cookie = browser.jar.header(new URL(browser.origin))
    const [, text = '', mac = ''] = /received=([^.;]*)\.([^;]*)/.exec(cookie) ?? []
    expect(mac).not.toBe('')
    const forged = JSON.parse(Buffer.from(text, 'base64url').toString())
    forged[0].number = '10001'
    const forgedText = Buffer.from(JSON.stringify(forged)).toString('base64url')
    for (const made of [`${forgedText}.${mac}`, `${forgedText}.`, `${text}.${mac}x`, text, '.', 'x.y', '[].x'])
      for (const each of ['10001', number])
        expect(
          (await stranger().raw('GET', `/tickets/received/${each}`, { cookie: `received=${made}` })).status,
          made,
        ).toBe(404)
  })

  test('§5: whoever may read the ticket is led to it instead', async () => {
    const { page, number } = await byForm.request(as('bo'), { subject: 'Mine', message: 'Hello' })
    expect(page?.redirects).toEqual([{ status: 303, location: `/tickets/${number}` }])
    expect(page?.main).toContain('Hello')
  })

  test('§3 V15: leads to the ticket whoever sees it, and tells the others how they will', async () => {
    const { email } = await newcomer()
    const before = stranger()
    const own = await byForm.request(before, asked({ email }))
    const foreign = await byForm.request(before, asked())
    const received = (which: number | null) => before.visit(`/tickets/received/${which}`)
    expect((await received(own.number)).hasLink('Create an account')).toBe(true)
    await before.logIn(email, password)
    const leads = await received(own.number)
    await expectGoodPage(leads)
    expect((await leads.follow('Open the request')).path).toBe(`/tickets/${own.number}`)

    const others = await received(foreign.number)
    await expectGoodPage(others)
    expect(others.hasLink('Open the request')).toBe(false)
    expect(others.main).toContain(`logged in as ${email}`)

    await (await before.visit('/account')).form(/.*/, '/list/leave').submit()
    const without = await byForm.request(before, { subject: 'Out', message: 'x' })
    expect(without.page?.path).toBe(`/tickets/received/${without.number}`)
    expect(without.page?.hasLink('Open the request')).toBe(false)
    if (without.page) await expectGoodPage(without.page)
    expect((await without.page?.follow(/how to get it/))?.path).toBe('/no-access')
  })
})
