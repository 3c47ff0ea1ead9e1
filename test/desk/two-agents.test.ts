// Two agents at one ticket at the same time.
import { expect, test } from 'vitest'
import { note, open, texts } from '../tickets/deeds.ts'
import { world } from '../world.ts'

const { as } = await world()
const bo = as('bo')
const dana = as('dana')
const dirk = as('dirk')

test('§4.5: whoever answers after somebody else reads that first, with their own words kept; then it goes', async () => {
  const number = await open(bo, 'Answered twice')
  const page = await dana.visit(`/agent/tickets/${number}`)
  const other = await dirk.visit(`/agent/tickets/${number}`)
  await other.form('Send answer').fill({ message: 'Dirk was quicker.' }).submit()
  const back = await page.form('Send answer').fill({ message: 'Dana had the same idea.', status: 'DONE' }).submit()
  expect(back.status).toBe(422)
  expect(back.errors.join()).toContain('Dirk')
  expect(back.main).toContain('Dirk was quicker.')
  expect(back.form('Send answer').value('message')).toBe('Dana had the same idea.')
  expect(await texts(bo, number)).toEqual(['The first message.', 'Dirk was quicker.'])
  await back.form('Send answer').submit()
  expect(await texts(bo, number)).toEqual(['The first message.', 'Dirk was quicker.', 'Dana had the same idea.'])
})

test('§4.5: a customer’s word and a note of a colleague count too, one’s own do not', async () => {
  const number = await open(bo, 'Meanwhile')
  const first = await dana.visit(`/agent/tickets/${number}`)
  await note(dana, number, 'My own note.')
  const sent = await first.form('Send answer').fill({ message: 'One.' }).submit()
  expect(sent.status).toBe(200)
  const second = await dana.visit(`/agent/tickets/${number}`)
  await (await bo.visit(`/tickets/${number}`)).form('Send comment').fill({ message: 'Never mind!' }).submit()
  expect((await second.form('Send answer').fill({ message: 'Two.' }).submit()).status).toBe(422)
  const third = await dana.visit(`/agent/tickets/${number}`)
  await note(dirk, number, 'Wait, I know this.')
  expect((await third.form('Send answer').fill({ message: 'Three.' }).submit()).status).toBe(422)
})

test('§8: programs that name no message are not held up', async () => {
  const number = await open(bo, 'By program')
  const { data } = await dana.graphql(
    `mutation { commentOnTicket(input: { number: ${number}, message: "x" }) { userErrors { code } } }`,
  )
  expect(data.commentOnTicket.userErrors).toEqual([])
})
