import { expect, test } from 'vitest'
import { expectGoodPage } from '../kit/good-page.ts'
import { world } from '../world.ts'

const { stranger, as, mailTo, mailsTo, newcomer } = await world()

test('§4.4, V6 V15 V16: a customer leaves the list by the link in a mail, is shown why there is no access, and sales puts them back', async () => {
  const { browser, email } = await newcomer('Lena Leaving')
  await (await browser.visit('/tickets/new'))
    .form('Send request')
    .fill({ subject: 'Before', message: 'I am still here.' })
    .submit()
  const receipt = await mailTo(email, /received your request/i)
  const leaveLink = receipt.link(/\/list\/leave\//)
  expect(receipt.header('list-unsubscribe')).toContain(leaveLink)

  const leave = await stranger().visit(leaveLink)
  expect(leave.main).toMatch(/receipts|answers/i)
  expect((await browser.visit('/tickets')).status).toBe(200) // the GET alone changed nothing
  const left = await leave.form(/^Leave/).submit()
  expect(left.main).toMatch(/you have left/i)
  expect((await mailTo(email, /have left/i)).hasLink(/\/list\/undo\//)).toBe(true)

  const locked = await browser.visit('/tickets')
  expect(locked.status).toBe(403)
  expect(locked.main).toMatch(/list/i)
  expect(locked.hasLink('sales@plaindesk.example')).toBe(true)
  await expectGoodPage(locked)

  const login = await stranger().logIn(email, 'plaindesk-example')
  expect(login.redirects[0]).toMatchObject({ status: 303 })
  expect([login.path, login.status]).toEqual(['/no-access', 403])
  expect(login.hasButton(/join the list/i)).toBe(false)
  expect((await stranger().visit(leaveLink)).main).toMatch(/you have left/i)

  const person = await (await as('sam').visit(`/agent/people?q=${encodeURIComponent(email)}`)).follow('Lena Leaving')
  const back = await person.form('Put back on the list').submit()
  expect(back.redirects).toMatchObject([{ status: 303 }])
  const again = await browser.visit('/tickets')
  expect(again.status).toBe(200)
  expect(again.main).toContain('Before')
  expect((await mailsTo(email)).at(-1)?.subject).toMatch(/list/i)
})

test("§5, V16: the mail program's own button leaves the list without cookie, token or redirect", async () => {
  const { browser, email } = await newcomer()
  await (await browser.visit('/tickets/new')).form('Send request').fill({ subject: 'One click', message: '…' }).submit()
  const link = new URL((await mailTo(email, /received your request/i)).link(/\/list\/leave\//))
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  const answer = await stranger().raw('POST', link.pathname, headers, 'List-Unsubscribe=One-Click')
  expect(answer.status).toBe(200)
  expect((await browser.visit('/tickets')).status).toBe(403)
})
