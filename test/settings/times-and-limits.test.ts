// §7 "Defaults": each a setting. What they change, through the doors that they hold for.
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { post } from '../inbox/post.ts'
import { password, people } from '../kit/cast.ts'
import { expectGoodPage } from '../kit/good-page.ts'
import type { Mail } from '../kit/mailbox.ts'
import { answer, open } from '../tickets/deeds.ts'
import { type Api, world } from '../world.ts'

const here = await world()
const { as, anew, stranger, sql, token, api, clock, mailTo, mailsTo, newcomer, plaindesk } = here
const mails = await post(here)
const dana = as('dana')

let ada: Api
beforeAll(async () => {
  ada = api(await token('ada', ['ADMIN']))
})
afterEach(async () => {
  clock.reset()
  await sql('delete from rate_limit')
  await sql('delete from setting')
  await plaindesk.settings.refresh()
})

const set = async (input: Record<string, string>) => {
  const { data } = await ada.graphql(
    'mutation ($input: SaveSettingsInput!) { saveSettings(input: $input) { userErrors { code field } } }',
    { input },
  )
  expect(data.saveSettings.userErrors).toEqual([])
  await plaindesk.settings.refresh() // a moment before it hears of it
}
const isIn = async (browser: ReturnType<typeof stranger>) =>
  !(await browser.visit('/account')).path.startsWith('/login')

test('§7: an admin changes all of them on the page', async () => {
  const wishes = {
    customerIdleDays: '7',
    staffIdleHours: '8',
    failedLogins: '3',
    passwordLength: '15',
    invitationDays: '30',
    confirmDays: '10',
    resetHours: '2',
    mailsPerHour: '40',
    receiptsPerHour: '3',
    hardBounces: '4',
    maxSentMb: '10',
  }
  const form = (await as('ada').visit('/admin/settings')).form('Save settings')
  const saved = await form.fill({ ...wishes, currentPassword: password }).submit()
  expect(saved.texts('[role=status]')).toEqual(['Your changes have been saved.'])
  await expectGoodPage(saved)
  for (const [name, value] of Object.entries(wishes)) expect(saved.$(`[name=${name}]`).val(), name).toBe(value)
  expect(plaindesk.settings.current).toMatchObject(
    Object.fromEntries(Object.entries(wishes).map(([name, value]) => [name, Number(value)])),
  )
})

describe('signed in without use', () => {
  test('§7: a shorter time ends sessions, also those that began before it', async () => {
    const [agent, customer] = [anew('dirk'), anew('bo')]
    for (const browser of [agent, customer]) await browser.visit('/account')
    clock.forward({ hours: 3 })
    await set({ staffIdleHours: '4' })
    expect([await isIn(agent), await isIn(customer)]).toEqual([true, true])
    clock.forward({ hours: 3 })
    await set({ staffIdleHours: '2' })
    expect([await isIn(agent), await isIn(customer)]).toEqual([false, true])
    expect((await agent.graphql('{ viewer { name } }')).data.viewer).toBeNull()
    clock.forward({ hours: 25 })
    await set({ customerIdleDays: '1' })
    expect(await isIn(customer)).toBe(false)
  })

  test('§5: a session that ended so is no device any more', async () => {
    const { email, browser } = await newcomer()
    const another = stranger()
    await another.logIn(email, password)
    clock.forward({ hours: 20 })
    await browser.visit('/account')
    clock.forward({ hours: 20 })
    const devices = async () => (await browser.graphql('{ devices { lastSeenAt } }')).data.devices.length
    expect(await devices()).toBe(2)
    await set({ customerIdleDays: '1' })
    expect(await devices()).toBe(1)
  })

  test('§7: a longer time holds for the cookie too, and staff log in anew after a week all the same', async () => {
    await set({ customerIdleDays: '30', staffIdleHours: '168' })
    const customer = stranger()
    const page = await customer.logIn(people.eve.email, password)
    expect(page.path).toBe('/tickets')
    clock.forward({ minutes: 11 })
    const [, expires = ''] =
      /Expires=([^;]+)/.exec(String((await customer.visit('/account')).header('set-cookie'))) ?? []
    expect(Date.parse(expires) - Date.now()).toBeGreaterThan(29 * 86_400_000)
    clock.forward({ days: 29 })
    expect(await isIn(customer)).toBe(true)
    const agent = anew('dirk')
    await agent.visit('/agent')
    clock.forward({ days: 6 })
    expect(await isIn(agent)).toBe(true)
    clock.forward({ days: 1, hours: 1 })
    expect(await isIn(agent)).toBe(false)
  })
})

describe('mailed links', () => {
  const RESET = /\/password\/reset\//
  const SET = /\/password\/set\//
  const forget = async (email: string) =>
    (await stranger().visit('/password/forgot')).form(/.*/, '/password/forgot').fill({ email }).submit()
  const register = async (email: string, subscribe = false) =>
    (await stranger().visit('/register')).form(/.*/, '/register').fill({ name: 'Rosa', email, subscribe }).submit()

  test('§7: a reset link works as long as the setting says; page, mail and team read it', async () => {
    const { email } = await newcomer()
    await forget(email)
    const early = await mailTo(email, RESET)
    expect(early.text).toContain('The link works once and for one hour')
    const { email: other } = await newcomer()
    await set({ resetHours: '6' })
    expect((await forget(other)).main).toContain('valid for 6 hours')
    const late = await mailTo(other, RESET)
    expect(late.text).toContain('The link works once and for 6 hours')
    const [row] = await sql('select id from person where email = $1', [other])
    expect((await dana.visit(`/agent/people/user_${row?.id}`)).main).toContain('It works for 6 hours')
    clock.forward({ minutes: 61 })
    expect((await stranger().visit(early.link(RESET))).status).toBe(410)
    clock.forward({ hours: 4, minutes: 50 })
    expect((await stranger().visit(late.link(RESET))).status).toBe(200)
    clock.forward({ minutes: 10 })
    expect((await stranger().visit(late.link(RESET))).status).toBe(410)
  })

  test('§7: so do invitations and registrations', async () => {
    await set({ invitationDays: '3' })
    expect((await register('rosa@short.example')).main).toContain('valid for 3 days')
    const mail = await mailTo('rosa@short.example', SET)
    expect(mail.text).toContain('The link works once and for 3 days')
    clock.forward({ days: 2, hours: 23 })
    expect((await stranger().visit(mail.link(SET))).status).toBe(200)
    clock.forward({ hours: 2 })
    expect((await stranger().visit(mail.link(SET))).status).toBe(410)
  })

  test('§7: and the link that confirms joining the list', async () => {
    const { email } = await newcomer()
    await sql('delete from membership where user_id = (select id from person where email = $1)', [email])
    await set({ confirmDays: '1' })
    await register(email, true)
    const mail = await mailTo(email, /\/list\/confirm\//)
    expect(mail.text).toContain('The link works once and for one day')
    clock.forward({ hours: 23 })
    expect((await stranger().visit(mail.link(/\/list\/confirm\//))).status).toBe(200)
    clock.forward({ hours: 2 })
    expect((await stranger().visit(mail.link(/\/list\/confirm\//))).status).toBe(410)
  })
})

describe('passwords', () => {
  const fail = async () => {
    const form = (await stranger().visit('/login')).form('Log in')
    return form.fill({ email: 'nobody@slow.example', password: 'wrong again and again' }).submit()
  }

  test('§7: logging in gets slow after as many failures as the setting says', async () => {
    await set({ failedLogins: '9' })
    for (let i = 0; i < 9; i++) expect((await fail()).status).toBe(422)
    await sql('delete from rate_limit')
    await set({ failedLogins: '1' })
    const tries = await Promise.all(Array.from({ length: 6 }, fail))
    const slowed = tries.filter(({ status }) => status === 429)
    expect(slowed.length).toBeGreaterThan(0)
    expect(Number(slowed[0]?.header('retry-after'))).toBeGreaterThan(0)
  })

  test('§7: a new one has the length that is asked for, and may never be shorter than 12', async () => {
    const page = await (await stranger().visit('/register'))
      .form(/.*/, '/register')
      .fill({ name: 'Lena', email: 'lena@long.example' })
      .submit()
    expect(page.status).toBe(200)
    const link = (await mailTo('lena@long.example')).link(/\/password\/set\//)
    await set({ passwordLength: '20' })
    const form = await stranger().visit(link)
    expect(form.main).toContain('At least 20 characters')
    const refused = await form.form('Save password').fill({ password, passwordConfirm: password }).submit()
    expect(refused.errors).toEqual(['Choose a longer password: at least 20 characters.'])
    const { data } = await ada.graphql(
      'mutation { saveSettings(input: { passwordLength: "11" }) { userErrors { code field } } }',
    )
    expect(data.saveSettings.userErrors).toEqual([{ code: 'OUT_OF_RANGE', field: 'passwordLength' }])
    expect((await stranger().logIn(people.ann.email, password)).path).toBe('/tickets')
  })
})

describe('mail', () => {
  const write = async (from: string, subject: string) => (await mails.send({ from, subject, text: 'Please help.' })).row

  test('§7: more of one sender than the setting says are held, and the team reads why (ASVS 2.3.2)', async () => {
    const { email } = await newcomer()
    await set({ mailsPerHour: '2' })
    expect((await write(email, 'First of many')).outcome).toBe('CREATED')
    expect((await write(email, 'Second of many')).outcome).toBe('CREATED')
    expect(await write(email, 'Third of many')).toMatchObject({ outcome: 'HELD', reason: 'TOO_MANY' })
    expect((await dana.visit('/agent/mail')).main).toContain('more mails in an hour than the settings allow')
    await set({ mailsPerHour: '4' })
    expect((await write(email, 'Fourth of many')).outcome).toBe('CREATED')
  })

  test('§7: and so many receipts, no more', async () => {
    const { email } = await newcomer()
    await set({ receiptsPerHour: '1' })
    for (const subject of ['Out of paper', 'Out of ink', 'Out of luck']) await write(email, subject)
    expect((await mailsTo(email)).filter(({ subject }) => subject.includes('Out of'))).toHaveLength(1)
    await set({ receiptsPerHour: '20' })
    await write(email, 'Out of words')
    expect((await mailsTo(email)).filter(({ subject }) => subject.includes('Out of'))).toHaveLength(2)
  })

  /** A delivery report, as mail servers write them (RFC 3464). */
  const bounce = (mail: Mail) => {
    const messageId = `<${crypto.randomUUID()}@mx.example>`
    const raw = [
      ...['From: MAILER-DAEMON@mx.example', 'To: support@plaindesk.example', `Message-ID: ${messageId}`],
      ...['Subject: Undelivered Mail Returned to Sender', 'Auto-Submitted: auto-replied', 'MIME-Version: 1.0'],
      ...['Content-Type: multipart/report; report-type=delivery-status; boundary="b"', ''],
      ...['--b', 'Content-Type: text/plain', '', 'It could not be delivered.'],
      ...['--b', 'Content-Type: message/delivery-status', '', 'Reporting-MTA: dns; mx.example', ''],
      ...[`Final-Recipient: rfc822; ${mail.recipients[0]}`, 'Action: failed', 'Status: 5.1.1'],
      ...['Diagnostic-Code: smtp; 550 5.1.1 no such user', ''],
      ...['--b', 'Content-Type: text/rfc822-headers', '', `Message-ID: ${mail.messageId}`, '', '--b--', ''],
    ].join('\r\n')
    return mails.send({ raw, messageId, envelope: { from: '', to: 'support@plaindesk.example' } })
  }

  test('§7: an address is dead after as many hard bounces as the setting says', async () => {
    const { browser, email } = await newcomer()
    await set({ hardBounces: '3' })
    const number = await open(browser, 'Do mails arrive')
    for (const word of ['One', 'Two', 'Three']) {
      await answer(dana, number, `${word} it is.`)
      expect((await bounce(await mailTo(email, new RegExp(`${word} it is`)))).row.outcome).toBe('BOUNCE')
    }
    await answer(dana, number, 'Four it is.')
    expect((await mailsTo(email)).filter(({ text }) => text.includes('Four it is'))).toEqual([])

    const { browser: other, email: single } = await newcomer()
    await set({ hardBounces: '1' })
    const second = await open(other, 'And here')
    await answer(dana, second, 'Once it is.')
    await bounce(await mailTo(single, /Once it is/))
    await answer(dana, second, 'Never again.')
    expect((await mailsTo(single)).filter(({ text }) => text.includes('Never again'))).toEqual([])
  })

  test('§7: files travel in a mail up to the size that is set, larger ones are links', async () => {
    const { browser, email } = await newcomer()
    const number = await open(browser, 'Please send the plan')
    const send = async (message: string) => {
      const form = (await dana.visit(`/agent/tickets/${number}`)).form('Send answer')
      form.attach('attachments', { filename: 'plan.txt', content: 'x'.repeat(1_200_000) })
      await form.fill({ message }).submit()
      return mailTo(email, new RegExp(message))
    }
    expect((await send('With the plan')).parsed.attachments.map(({ filename }) => filename)).toEqual(['plan.txt'])
    await set({ maxSentMb: '1' })
    const mail = await send('Linked plan')
    expect(mail.parsed.attachments).toEqual([])
    expect(mail.text).toMatch(/plan\.txt[\s\S]*\/attachments\//)
  })
})
