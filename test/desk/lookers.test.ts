// Who else is at a ticket now. Nobody is locked out; one sees it and speaks to the other.
import { expect, test } from 'vitest'
import { expectGoodPage } from '../kit/good-page.ts'
import { statementsOf } from '../kit/sql.ts'
import { open, update } from '../tickets/deeds.ts'
import { world } from '../world.ts'

const { as, clock, settled } = await world()
const bo = as('bo')
const dana = as('dana')
const dirk = as('dirk')
const ticketPage = (browser: typeof dana, number: number) => browser.visit(`/agent/tickets/${number}`)

test('§4 “Ticket page”: whoever opened it is seen by the others for ten minutes, and not by themselves', async () => {
  const number = await open(bo, 'Looked at')
  expect((await ticketPage(dirk, number)).main).not.toContain('is looking at')
  expect((await ticketPage(dirk, number)).main).not.toContain('is looking at')
  clock.forward({ minutes: 2 })
  const page = await ticketPage(dana, number)
  expect(page.main).toContain('Dirk Decker is looking at this ticket (opened 2 minutes ago).')
  await expectGoodPage(page)
  expect((await ticketPage(as('sam'), number)).main).toContain('Dana Dietz is looking at this ticket')
  clock.forward({ minutes: 9 })
  expect((await ticketPage(dana, number)).main).not.toContain('is looking at')
  clock.reset()
})

test('§4: a draft of an answer is seen to be there, not what it says; one of a note is not', async () => {
  const number = await open(bo, 'Answered soon')
  const page = await ticketPage(dirk, number)
  await page
    .form(/^Save draft\s*: Internal note$/)
    .fill({ message: 'walrus' })
    .submit()
  clock.forward({ minutes: 11 })
  expect((await ticketPage(dana, number)).main).not.toContain('Dirk Decker is')
  await page
    .form(/^Save draft\s*: Answer$/)
    .fill({ message: 'walrus' })
    .submit()
  clock.forward({ hours: 3 })
  const seen = await ticketPage(dana, number)
  expect(seen.main).toMatch(/Dirk Decker is writing an answer \(draft since .*\)\./)
  expect(seen.html).not.toContain('walrus')
  clock.reset()
})

test('§8: programs see it, and are seen only where they say so; customers neither', async () => {
  const number = await open(bo, 'By program')
  const ask = `{ ticket(number: ${number}) { lookers { user { name email } lookedAt draftSince } } }`
  await dirk.graphql(ask)
  expect((await dana.graphql(ask)).data.ticket.lookers).toEqual([])
  const look = `mutation { lookAtTicket(input: { number: ${number} }) { ticket { number } userErrors { code } } }`
  expect((await dirk.graphql(look)).data.lookAtTicket).toEqual({ ticket: { number }, userErrors: [] })
  expect((await dana.graphql(ask)).data.ticket.lookers).toEqual([
    { user: { name: 'Dirk Decker', email: 'dirk@plaindesk.example' }, lookedAt: expect.any(String), draftSince: null },
  ])
  expect(
    (
      await dana.graphql(
        `{ tickets(first: 100, filter: { search: "${number}" }) { nodes { lookers { user { name } } } } }`,
      )
    ).data.tickets.nodes,
  ).toEqual([{ lookers: [{ user: { name: 'Dirk Decker' } }] }])
  expect((await bo.graphql(ask)).data.ticket.lookers).toEqual([])
  for (const name of ['sam', 'bo'] as const) expect((await as(name).graphql(look)).code).toBe('FORBIDDEN')
})

test('quality: it is written at most once a minute, and holds nobody up who changes the ticket', async () => {
  const number = await open(bo, 'Often opened')
  const writes = async () => {
    const { statements } = await statementsOf(() => ticketPage(dana, number))
    await settled()
    return statements.map(({ text }) => text).filter(text => /ticket_look \(/.test(text))
  }
  const [first = '', ...others] = await writes()
  expect(first).toContain(`set_config('synchronous_commit', 'off', true)`) // nobody waits for the disk
  expect(others).toEqual([])
  expect(await writes()).toEqual([])
  clock.forward({ seconds: 61 })
  expect(await writes()).toHaveLength(1)
  clock.reset()
})

test('§4.5: whoever goes on to the next ticket passes by what a colleague has open, in the queue and in a list', async () => {
  const tag = 'passed-by'
  const numbers: number[] = []
  for (const subject of ['One', 'Two', 'Three']) numbers.push(await open(bo, subject))
  const [one = 0, two = 0, three = 0] = numbers
  for (const number of numbers) await update(dana, number, { tags: [tag] })
  const list = `filter=1&tag=${tag}&order=CREATED_AT_ASC`
  const first = (await dana.visit(`/agent?${list}`)).link('One')
  await ticketPage(dirk, two)
  const page = await dana.visit(first)
  const onwards = await page.form('Send and open the next').fill({ message: 'Done here.' }).submit()
  expect(onwards.path).toContain(`/agent/tickets/${three}?`)
  clock.forward({ minutes: 11 })
  const later = await dana.visit(`/agent/tickets/${one}?${new URLSearchParams({ list })}`)
  expect((await later.form('Send and open the next').fill({ message: 'More.' }).submit()).path).toContain(
    `/agent/tickets/${two}?`,
  )
  clock.reset()
})

test('§4.5: whoever went on looks at the ticket no more; what is handed to somebody is their next, whoever still looks', async () => {
  const [first, second] = [await open(bo, 'Left behind'), await open(bo, 'Gone on to')]
  await ticketPage(dirk, first)
  expect((await ticketPage(dana, first)).main).toContain('Dirk Decker is looking')
  clock.forward({ seconds: 5 })
  await ticketPage(dirk, second)
  expect((await ticketPage(dana, first)).main).not.toContain('Dirk Decker is looking')
  expect((await ticketPage(dana, second)).main).toContain('Dirk Decker is looking')
  clock.forward({ seconds: 5 })
  await ticketPage(dirk, first)
  expect((await ticketPage(dana, first)).main).toContain('Dirk Decker is looking')

  const unattended = async () => {
    const found = `{ tickets(first: 100, filter: { unattended: true, search: "${first}" }) { nodes { number } } }`
    return (await dana.graphql(found)).data.tickets.nodes.map(({ number }: { number: number }) => number)
  }
  expect(await unattended()).toEqual([])
  await update(dirk, first, { assignee: (await dana.graphql('{ viewer { id } }')).data.viewer.id })
  expect(await unattended()).toEqual([first])
  clock.reset()
})
