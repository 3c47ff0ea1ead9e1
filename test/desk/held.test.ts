import { expect, test } from 'vitest'
import { expectGoodPage } from '../kit/good-page.ts'
import { world } from '../world.ts'
import { request } from './people.ts'

const here = await world({ FORM_LIMIT: '2' })
const { as, sql, mailsTo, settled } = here
const told = async (subject: string) =>
  (await mailsTo('dirk@plaindesk.example')).filter(mail => mail.content.includes(subject))

test('§7: more than the limit from one address is held, and an agent releases it: then the team is told', async () => {
  const email = 'often@held.example'
  for (const subject of ['Often 1', 'Often 2']) await request(here, { email, subject })
  const number = await request(here, { email, subject: 'Often 3', message: 'The third within the hour.' })
  await settled()
  expect(await told('Often 2')).toHaveLength(1)
  expect(await told('Often 3')).toHaveLength(0)
  expect((await mailsTo(email)).filter(mail => mail.subject.includes(`[#${number}]`))).toHaveLength(1)
  expect((await as('dana').visit('/agent')).main).not.toContain('Often 3')

  const page = await as('dana').visit('/agent/held')
  expect(page.main).toContain('Often 3')
  expect(page.main).toContain('The third within the hour.')
  expect(page.main).toContain('Held: too many requests')
  await expectGoodPage(page)
  const after = await page.form(`Release #${number}`).submit()
  expect(after.path).toBe('/agent/held')
  expect(after.main).toContain('in the queue now')
  expect(after.main).not.toContain('Often 3')
  expect((await as('dana').visit('/agent')).main).toContain('Often 3')
  expect(await told('Often 3')).toHaveLength(1)
})

test('§7: what filled in the hidden field is held and can be marked as spam, from its own page too', async () => {
  const number = await request(here, {
    email: 'robot@held.example',
    subject: 'Buy now',
    website: 'http://spam.example',
  })
  const ticket = await as('dana').visit(`/agent/tickets/${number}`)
  expect(ticket.main).toContain('Held: filled in by a program')
  expect(ticket.hasButton('Send answer')).toBe(false)
  await ticket.form(`Mark as spam #${number}`).submit()
  expect((await as('dana').visit('/agent/held')).main).not.toContain('Buy now')
  expect((await as('dana').visit('/agent')).main).not.toContain('Buy now')
  expect(await told('Buy now')).toHaveLength(0)
  expect((await sql('select hold from ticket where number = $1', [number]))[0]?.hold).toBe('SPAM')

  await (await as('dana').visit(`/agent/tickets/${number}`)).form(`Release #${number}`).submit()
  expect((await sql('select hold from ticket where number = $1', [number]))[0]?.hold).toBeNull()
})

test('§9: a double click releases once and says so both times', async () => {
  const number = await request(here, { email: 'twice@held.example', subject: 'Twice', website: 'x' })
  const form = (await as('dana').visit('/agent/held')).form(`Release #${number}`)
  const both = await Promise.all([form.submit(), form.submit()])
  expect(both.map(({ status, path }) => [status, path])).toEqual([
    [200, '/agent/held'],
    [200, '/agent/held'],
  ])
  await settled()
  expect(await told('Twice')).toHaveLength(1)
})

test('§3: only agents and admins decide', async () => {
  expect((await as('sam').visit('/agent/held')).status).toBe(403)
  expect((await as('ada').visit('/agent/held')).status).toBe(200)
  const number = await request(here, { email: 'robot@held.example', subject: 'Sales looks', website: 'x' })
  const ticket = await as('sam').visit(`/agent/tickets/${number}`)
  expect(ticket.main).toContain('Held:')
  expect(ticket.hasButton(/Release/)).toBe(false)
})
