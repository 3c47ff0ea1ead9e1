import { expect, test } from 'vitest'
import { expectGoodPage } from '../kit/good-page.ts'
import { world } from '../world.ts'
import { personPage } from './people.ts'

const here = await world()
const { as, sql, mailTo } = here

test('H2 H8: an agent writes down what a caller says; the caller is a contact from now on and gets a receipt', async () => {
  const form = (await (await as('dana').visit('/agent')).follow('New ticket')).form('Open ticket')
  const ticket = await form
    .fill({
      requesterEmail: ' Caller@Phone.example',
      requesterName: 'Carl Caller',
      subject: 'Called about a bill',
      message: 'The bill of May is wrong.',
    })
    .submit()
  expect(ticket.path).toMatch(/^\/agent\/tickets\/\d+$/)
  expect(ticket.main).toContain('The ticket has been opened')
  expect(ticket.textOf('.message')).toContain('Carl Caller')
  expect(ticket.textOf('.message')).toContain('written down by us')
  const [row] = await sql(
    `select p.email, p.name, p.confirmed_at, t.requester_proven from ticket t join person p on p.id = t.requester_id where t.subject = 'Called about a bill'`,
  )
  expect(row).toEqual({
    email: 'caller@phone.example',
    name: 'Carl Caller',
    confirmed_at: null,
    requester_proven: false,
  })
  const receipt = await mailTo('caller@phone.example', /received your request/i)
  expect(receipt.content).not.toContain('bill of May') // nobody has proven the address yet
  expect(ticket.textOf('section:has(#history)')).toContain('Dana Dietz')
})

test('H8: for somebody who is known the page brings address and name along', async () => {
  const person = await as('dana').visit(await personPage(here, 'bo@acme.example'))
  const form = (await person.follow('New ticket for a caller')).form('Open ticket')
  expect([form.value('requesterEmail'), form.value('requesterName')]).toEqual(['bo@acme.example', 'Bo Berg'])
  const ticket = await form.fill({ subject: 'Bo rang', message: 'About nothing.' }).submit()
  expect(ticket.textOf('section:has(#customer)')).toContain('bo@acme.example')
  expect(ticket.main).not.toContain('Address not proven')
  expect((await as('bo').visit('/tickets')).main).toContain('Bo rang')
})

test('§9: without an address it comes back with 422 and is nobody’s ticket', async () => {
  const page = await (await as('dana').visit('/agent/tickets/new'))
    .form('Open ticket')
    .fill({ subject: 'Whose is it', message: 'Kept.' })
    .submit()
  expect(page.status).toBe(422)
  expect(page.$('[aria-invalid=true]').attr('name')).toBe('requesterEmail')
  expect(page.form('Open ticket').value('message')).toContain('Kept.')
  expect(await sql(`select 1 from ticket where subject = 'Whose is it'`)).toEqual([])
  await expectGoodPage(page)
})
