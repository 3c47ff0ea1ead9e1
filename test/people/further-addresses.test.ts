// Several proven addresses: one logs in and writes with any of them, mails go to the main one.
import { beforeEach, describe, expect, test } from 'vitest'
import { personPage } from '../desk/people.ts'
import type { Browser } from '../kit/browser.ts'
import { password, people } from '../kit/cast.ts'
import { expectGoodPage } from '../kit/good-page.ts'
import { world } from '../world.ts'

const here = await world()
const { as, stranger, sql, mailTo, mailsTo, newcomer, plaindesk, settled } = here

beforeEach(() => sql('delete from rate_limit'))

const ask = async (browser: Browser, email: string, currentPassword = password) =>
  (await browser.visit('/account/addresses')).form(/.*/, '/account/addresses').fill({ email, currentPassword }).submit()
const linkTo = async (email: string) => (await mailTo(email, /\/account\/address\//)).link(/\/account\/address\//)
async function confirm(browser: Browser, email: string) {
  const link = await linkTo(email)
  return (await browser.visit(link)).form(/.*/, new URL(link).pathname).submit()
}
async function withMore(more: string, name = 'Vera Viel') {
  const owner = await newcomer(name)
  await ask(owner.browser, more)
  await confirm(owner.browser, more)
  return owner
}
const further = async (browser: Browser) =>
  (await browser.graphql('{ viewer { email furtherAddresses } }')).data.viewer as object

describe('adding', () => {
  test('§3: counts once the mailed link is confirmed, and the main address is told', async () => {
    const { browser, email } = await newcomer('Anton Adder')
    const sent = await ask(browser, 'anton@more.test')
    expect(sent.main).toContain('yours as soon as you confirm')
    expect((await stranger().logIn('anton@more.test', password)).status).toBe(422)
    expect(await further(browser)).toEqual({ email, furtherAddresses: [] })
    const page = await browser.visit(await linkTo('anton@more.test'))
    expect(page.main).toContain('also log in with anton@more.test')
    await confirm(browser, 'anton@more.test')
    expect(await further(browser)).toEqual({ email, furtherAddresses: ['anton@more.test'] })
    await mailTo(email, /addresses of your account/)
    await expectGoodPage(await browser.visit('/account/addresses'))
    expect((await as('dana').visit(await personPage(here, email))).main).toContain('anton@more.test')
    expect((await as('dana').visit('/agent/people?q=anton@more.test')).main).toContain(email)
  })

  test('§3: needs the password, and its owner signed in', async () => {
    const { browser } = await newcomer('Paula Password')
    expect((await ask(browser, 'paula@more.test', 'wrong password')).status).toBe(422)
    await ask(browser, 'paula@more.test')
    const other = await newcomer('Otto Other')
    expect((await confirm(other.browser, 'paula@more.test')).status).not.toBe(200)
    expect(await further(other.browser)).toMatchObject({ furtherAddresses: [] })
  })

  test('§3: who has an account is not told; its owner is', async () => {
    const { browser } = await newcomer('Theo Taker')
    expect((await ask(browser, people.eve.email)).main).toContain('yours as soon as you confirm')
    expect((await mailsTo(people.eve.email)).at(-1)?.hasLink(/\/account\/address\//)).toBe(false)
    await withMore('one@owner.test')
    await ask(browser, 'one@owner.test')
    const mails = await mailsTo('one@owner.test')
    expect(mails.filter(mail => mail.hasLink(/\/account\/address\//))).toHaveLength(1) // the owner's own
  })

  test('§3: whom the address came to belong meanwhile keeps it', async () => {
    const [one, two] = [await newcomer('Ina'), await newcomer('Udo')]
    await ask(one.browser, 'race@more.test')
    const link = await linkTo('race@more.test')
    await ask(two.browser, 'race@more.test')
    await confirm(two.browser, 'race@more.test')
    expect((await (await one.browser.visit(link)).form(/.*/, new URL(link).pathname).submit()).status).toBe(422)
    expect(await further(one.browser)).toMatchObject({ furtherAddresses: [] })
  })
})

describe('using', () => {
  test('§3: logs in with any, resets the password by any; mails go to the main one', async () => {
    const { email } = await withMore('login@more.test')
    expect((await stranger().logIn('LOGIN@more.test', password)).path).toBe('/tickets')
    const form = (await stranger().visit('/password/forgot')).form(/.*/, '/password/forgot')
    await form.fill({ email: 'login@more.test' }).submit()
    const link = (await mailTo('login@more.test', /\/password\/reset\//)).link(/\/password\/reset\//)
    await (await stranger().visit(link))
      .form('Save password')
      .fill({ password: 'a brand new password', passwordConfirm: 'a brand new password' })
      .submit()
    expect((await stranger().logIn(email, 'a brand new password')).path).toBe('/tickets')
  })

  test('H8: a request from a further address is the owner’s, unproven until they open it; nobody new comes to be', async () => {
    const { email } = await withMore('form@more.test')
    const page = (await stranger().visit('/tickets/new')).form('Send request')
    await page.fill({ name: 'Whoever', email: 'form@more.test', subject: 'By the form', message: 'x' }).submit()
    const [row] = await sql(
      `select p.email, t.requester_proven as proven from ticket t join person p on p.id = t.requester_id where t.subject = 'By the form'`,
    )
    expect(row).toEqual({ email, proven: false })
    expect(await sql(`select 1 from person where email = 'form@more.test'`)).toEqual([])
    await mailTo(email, /By the form/)
    expect(await mailsTo('form@more.test')).toHaveLength(1) // the link that proved it
  })

  test('H13: mail from a further address is the owner’s', async () => {
    const { email } = await withMore('mail@more.test')
    const raw =
      'From: Vera <mail@more.test>\r\nTo: support@plaindesk.example\r\nMessage-ID: <more1@more.test>\r\nSubject: By mail\r\n\r\nHello\r\n'
    await plaindesk.reception.receive(Buffer.from(raw), {
      door: 'COMMAND',
      from: 'mail@more.test',
      to: [],
      client: null,
    })
    await settled()
    const [row] = await sql(
      `select p.email from ticket t join person p on p.id = t.requester_id where t.subject = 'By mail'`,
    )
    expect(row).toEqual({ email })
  })

  test('§3: staff cannot be added under a further address of somebody', async () => {
    await withMore('staff@more.test')
    const { data } = await as('ada').graphql(
      `mutation { createStaff(input: { name: "X", email: "staff@more.test", role: AGENT, currentPassword: "${password}" }) { userErrors { code } } }`,
    )
    expect(data?.createStaff.userErrors).toEqual([{ code: 'ADDRESS_TAKEN' }])
  })
})

describe('changing', () => {
  test('§3: a further address becomes the main one with the password; the main one until now is told and stays', async () => {
    const { browser, email } = await withMore('main@more.test')
    const form = () => browser.visit('/account/addresses').then(page => page.form(/^Send mails here/))
    const wrong = await (await form()).fill({ currentPassword: 'wrong password' }).submit()
    expect(wrong.status).toBe(422)
    await expectGoodPage(wrong)
    await (await form()).fill({ currentPassword: password }).submit()
    expect(await further(browser)).toEqual({ email: 'main@more.test', furtherAddresses: [email] })
    await mailTo(email, /addresses of your account/)
    await (await browser.visit('/tickets/new')).form('Send request').fill({ subject: 'To main', message: 'x' }).submit()
    await mailTo('main@more.test', /To main/)
    expect((await stranger().logIn(email, password)).path).toBe('/tickets')
  })

  test('§3: a removed address opens nothing any more, and may be anybody’s', async () => {
    const { browser } = await withMore('gone@more.test')
    const form = (await stranger().visit('/password/forgot')).form(/.*/, '/password/forgot')
    await form.fill({ email: 'gone@more.test' }).submit()
    const link = (await mailTo('gone@more.test', /\/password\/reset\//)).link(/\/password\/reset\//)
    const removed = await (await browser.visit('/account/addresses')).form(/^Remove/).submit()
    expect(removed.main).toContain('has been removed')
    expect((await stranger().logIn('gone@more.test', password)).status).toBe(422)
    expect((await stranger().visit(link)).status).toBe(410)
    const { browser: other } = await newcomer('Nora Next')
    await ask(other, 'gone@more.test')
    await confirm(other, 'gone@more.test')
    expect(await further(other)).toMatchObject({ furtherAddresses: ['gone@more.test'] })
  })

  test('§3: nobody changes another’s; closing the account gives all up', async () => {
    const { browser } = await withMore('close@more.test')
    const { data } = await (await newcomer('Mallory')).browser.graphql(
      `mutation { removeAddress(input: { address: "close@more.test" }) { userErrors { code } } }`,
    )
    expect(data.removeAddress.userErrors).toEqual([{ code: 'UNKNOWN_ADDRESS' }])
    expect((await as('ann').graphql('{ node(id: "x") { id } viewer { furtherAddresses } }')).data.viewer).toEqual({
      furtherAddresses: [],
    })
    await (await browser.visit('/account')).form(/.*/, '/account/close').fill({ currentPassword: password }).submit()
    expect(await sql(`select 1 from person_address where address = 'close@more.test'`)).toEqual([])
  })
})
