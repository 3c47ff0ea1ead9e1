import { expect, test } from 'vitest'
import { password } from '../kit/cast.ts'
import { expectGoodPage } from '../kit/good-page.ts'
import { world } from '../world.ts'

const { stranger, sql, newcomer, mailTo } = await world()

test('§3: a new address needs its link and its owner: whoever gets a mistyped one’s mail gets no account by it', async () => {
  const { email, browser } = await newcomer()
  const typed = `typo-of-${email}`
  const form = (await browser.visit('/account')).form('Send link', '/account/address')
  await form.fill({ email: typed, currentPassword: password }).submit()
  const link = (await mailTo(typed)).link(/\/account\/address\//)
  const isTheirs = async (address: string) => (await sql('select 1 from person where email = $1', [address])).length > 0

  const other = (await newcomer()).browser
  const refused = await (await other.visit(link)).form('Confirm address').submit()
  expect([refused.status, await isTheirs(typed)]).toEqual([422, false])

  const phone = stranger()
  const page = await phone.visit(link)
  await expectGoodPage(page)
  const login = await page.form('Confirm address').submit()
  expect([login.status, await isTheirs(typed)]).toEqual([422, false])
  const again = await login.form('Log in').fill({ email, password }).submit()
  const done = await again.form('Confirm address').submit()
  expect([done.path, await isTheirs(typed), await isTheirs(email)]).toEqual(['/account', true, false])
})
