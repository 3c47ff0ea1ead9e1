import { expect, test } from 'vitest'
import { expectGoodPage } from '../kit/good-page.ts'
import { world } from '../world.ts'

const { stranger, mailTo, mailsTo, as } = await world()

test('§4.1, V1 V8 V9 V10 V11 H2 H8 H9 H10 H18: a stranger sends a request, sets a password by the invitation and finds it under “My requests”', async () => {
  const browser = stranger()
  const welcome = await browser.visit('/')
  const form = (await welcome.follow('New request')).form('Send request')
  expect(form.fields).toEqual(
    expect.arrayContaining(['name', 'email', 'subject', 'message', 'category', 'subscribe', 'attachments']),
  )
  expect(form.fields).not.toContain('password')
  const [, category] = Object.values(form.options('category'))

  const received = await form
    .fill({
      name: 'Nora Neu',
      email: 'Nora@Example.org ',
      subject: 'The export stops at page 3',
      message: 'It says “E42”.\n\nWhat now?',
      category: category ?? '',
      subscribe: true,
    })
    .attach('attachments', { filename: 'log.txt', content: 'line 1\nline 2\n', contentType: 'text/plain' })
    .submit()
  expect(received.redirects).toMatchObject([{ status: 303 }])
  expect(received.path).toMatch(/^\/tickets\/received\/\d+$/)
  const number = received.path.split('/').at(-1) ?? ''
  expect(received.main).toContain(number)
  expect(received.main).toMatch(/spam/i)
  expect(received.main).toContain('support@plaindesk.example')
  expect(received.main).toMatch(/address typed right/)
  await expectGoodPage(received)

  const receipt = await mailTo('nora@example.org', /received your request/i)
  expect(receipt.subject).toContain(`[#${number}]`)
  expect(receipt.text).toMatch(/spam/i)
  expect(receipt.hasLink(/\/register/)).toBe(true)

  const invitation = await mailTo('nora@example.org', /\/password\/set\//)
  const setPassword = await stranger().visit(invitation.link(/\/password\/set\//))
  expect(setPassword.html).toContain('nora@example.org')
  const passwordForm = setPassword.form('Save password')
  expect(passwordForm.fields).not.toContain('email')
  expect(passwordForm.value('name')).toBe('Nora Neu')

  const portal = await passwordForm.fill({ password: 'a long walk home', passwordConfirm: 'a long walk home' }).submit()
  expect(portal.redirects).toMatchObject([{ status: 303, location: expect.stringMatching(/^\/tickets(\?|$)/) }])
  expect(portal.status).toBe(200)
  expect(portal.main).toContain('The export stops at page 3')

  const ticket = await (await portal.follow('My requests')).follow('The export stops at page 3')
  expect(ticket.path).toBe(`/tickets/${number}`)
  expect(ticket.main).toContain('It says “E42”. What now?')
  const file = await ticket.follow('log.txt')
  expect(file.html).toBe('line 1\nline 2\n')

  const team = await mailsTo('dana@plaindesk.example')
  expect(team.filter(mail => mail.subject.includes(`[#${number}]`))).toHaveLength(1)
  const agentPage = await as('dana').visit(`/agent/tickets/${number}`)
  expect(agentPage.main).toContain('Nora Neu')
})

test('V11: with the password set, the customer logs in at any time', async () => {
  const page = await stranger().logIn('nora@example.org', 'a long walk home')
  expect(page.path).toBe('/tickets')
  expect(page.main).toContain('The export stops at page 3')
})

test('V10: the invitation comes once; the next request of the same address brings only its receipt', async () => {
  const form = (await stranger().visit('/tickets/new')).form('Send request')
  await form
    .fill({ name: 'Nora', email: 'nora@example.org', subject: 'Second', message: 'More', subscribe: true })
    .submit()
  const mails = await mailsTo('nora@example.org')
  expect(mails.filter(mail => mail.hasLink(/\/password\/set\//))).toHaveLength(1)
  expect(mails.filter(mail => /\[#\d+\]/.test(mail.subject))).toHaveLength(2)
})
