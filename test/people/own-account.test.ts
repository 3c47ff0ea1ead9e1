import { expect, test } from 'vitest'
import { world } from '../world.ts'

const { stranger, mailTo } = await world()

test('V7: the portal account stands for itself: made and opened here alone, and mails and help say so', async () => {
  const browser = stranger()
  const register = await browser.visit('/register')
  await register
    .form(/.*/, '/register')
    .fill({ name: 'Sepp Separate', email: 'sepp@own.example', subscribe: true })
    .submit()
  const mail = await mailTo('sepp@own.example', /\/password\/set\//)
  expect(mail.text).toMatch(/nothing to do with any other account/)

  const login = await browser.visit('/login')
  expect(login.form('Log in').fields).toEqual(['email', 'password'])
  const elsewhere = login
    .$('a[href], form[action]')
    .toArray()
    .map(each => login.$(each).attr('href') ?? login.$(each).attr('action') ?? '')
  expect(elsewhere.filter(address => /^https?:/.test(address) && !address.startsWith(browser.origin))).toEqual([])

  expect((await browser.visit('/help')).main).toMatch(/separate account|account of its own|nothing to do with/i)
  browser.languages = 'de'
  expect((await browser.visit('/help')).main).toMatch(/eigenes Konto|eigenen Account|unabhängig|nichts .*zu tun/i)
})
