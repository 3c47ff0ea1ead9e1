import { expect, test } from 'vitest'
import { expectGoodPage } from '../kit/good-page.ts'
import { world } from '../world.ts'

const { stranger, as, mailTo, newcomer } = await world()

test('§4.2, V1 V2 V3 V4 V5 H1 H3 H4 H6 H7 H10 H12 H14 H16: a customer logs in, finds a request, reads it all, comments with a file, and the answer comes by mail', async () => {
  const { browser: fresh, email } = await newcomer('Nils')
  const form = (await fresh.visit('/tickets/new')).form('Send request')
  expect(form.fields).not.toContain('email')
  const opened = await form.fill({ subject: 'Scanner is silent', message: 'No beep since Monday.' }).submit()
  const number = opened.path.match(/\d+/)?.[0] ?? ''

  const browser = stranger()
  const login = await browser.visit('/tickets')
  expect(login.redirects).toEqual([{ status: 303, location: '/login?next=%2Ftickets' }])
  const list = await login.form('Log in').fill({ email, password: 'plaindesk-example' }).submit()
  expect(list.path).toBe('/tickets')
  expect(list.main).toContain(number)
  expect(list.main).toContain('Received')
  expect(list.texts('main nav a').join(' ')).toMatch(/All 1.*Open 1.*Done 0/)

  const found = await list.form('Search').fill({ q: 'monday' }).submit()
  expect(found.main).toContain('Scanner is silent')
  const missed = await list.form('Search').fill({ q: 'zebra' }).submit()
  expect(missed.main).not.toContain('Scanner is silent')

  const ticket = await list.follow('Scanner is silent')
  expect(ticket.main).toContain('No beep since Monday.')
  const commented = await ticket
    .form('Send comment')
    .fill({ message: 'Here is a picture of it.' })
    .attach('attachments', { filename: 'scanner.png', content: png })
    .submit()
  expect(commented.redirects).toMatchObject([{ status: 303 }])
  expect(commented.main).toContain('Here is a picture of it.')
  expect(commented.hasLink('scanner.png')).toBe(true)
  await expectGoodPage(commented)
  const told = await mailTo('dana@plaindesk.example', /Here is a picture of it/)
  expect(told.subject).toContain(`[#${number}]`)

  const agent = await as('dana').visit(told.link(/\/agent\/tickets\//))
  expect(agent.main).toContain('No beep since Monday.')
  await agent
    .form(/Send answer|Answer/)
    .fill({ message: 'Please hold the button for ten seconds.', status: 'WAITING' })
    .submit()
  const answer = await mailTo(email, /ten seconds/)
  expect(answer.subject).toContain(`[#${number}]`)

  const read = await browser.visit(answer.link(/\/tickets\/\d+/))
  expect(read.main).toContain('Please hold the button for ten seconds.')
  expect(read.main).toContain('Waiting for you')
  const back = await read.form('Send comment').fill({ message: 'That did it!' }).submit()
  expect(back.main).toContain('In progress')

  const done = await back.form('Mark as done').submit()
  expect(done.main).toContain('Done')
  const listed = await browser.visit('/tickets?status=done')
  expect(listed.main).toContain('Scanner is silent')
  expect((await browser.visit('/tickets?status=open')).main).not.toContain('Scanner is silent')
})

const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)
