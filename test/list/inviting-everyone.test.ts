import { expect, test } from 'vitest'
import { password } from '../kit/cast.ts'
import { world } from '../world.ts'

const { stranger, mailsTo, mailTo, sql } = await world({ INVITE: 'everyone' })

const SET = /\/password\/set\//

async function request(email: string, subscribe: boolean) {
  const form = (await stranger().visit('/tickets/new')).form('Send request')
  return form.fill({ name: 'Emil', email, subject: 'Hello', message: 'Hello', subscribe }).submit()
}

test('H8 H9: every new address is invited, once; the page that completes the account offers the list', async () => {
  await request('emil@everyone.example', false)
  await request('emil@everyone.example', false)
  expect((await mailsTo('emil@everyone.example')).filter(mail => mail.hasLink(SET))).toHaveLength(1)
  const form = (await stranger().visit((await mailTo('emil@everyone.example', SET)).link(SET))).form('Save password')
  expect(form.value('name')).toBe('Emil')
  const done = await form.fill({ password, passwordConfirm: password, subscribe: true }).submit()
  expect(done.url.pathname).toBe('/tickets')
})

test('§3: a box that somebody ticked later in another’s name does not make their earlier invitation join the list', async () => {
  await request('erna@everyone.example', false)
  await request('erna@everyone.example', true)
  const form = (await stranger().visit((await mailTo('erna@everyone.example', SET)).link(SET))).form('Save password')
  expect(form.value('subscribe')).not.toBeNull()
  const done = await form.fill({ password, passwordConfirm: password }).submit()
  expect([done.url.pathname, done.hasButton(/join/i)]).toEqual(['/no-access', true])
  expect(
    await sql(
      `select 1 from membership where joined_at is not null and user_id = (select id from person where email = 'erna@everyone.example')`,
    ),
  ).toEqual([])
})
