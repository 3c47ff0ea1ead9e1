// §4 "Admin": the second factor, enforced by REQUIRE_TOTP.
import { TOTP } from 'otpauth'
import { expect, test } from 'vitest'
import { password } from '../kit/cast.ts'
import { expectGoodPage } from '../kit/good-page.ts'
import { world } from '../world.ts'

const { as, anew, sql, clock, token, api } = await world({ REQUIRE_TOTP: 'true' })

test('§4: whoever of the team has none can do nothing but set it up, by no door', async () => {
  const sam = anew('sam')
  const page = await sam.visit('/agent')
  expect(page.status).toBe(403)
  await expectGoodPage(page)
  const why = await sam.visit('/no-access')
  expect(why.main).toContain('You need a second factor first')
  await expectGoodPage(why)
  expect((await sam.graphql('{ people(first: 1) { nodes { id } } }')).code).toBe('FORBIDDEN')

  const start = await why.follow('Set up second factor')
  expect(start.main).toContain('Everybody of the team has to have one.')
  const begun = await start.form('Set up second factor').fill({ currentPassword: password }).submit()
  const secret = begun.textOf('.key').replaceAll(' ', '')
  const code = new TOTP({ secret }).generate({ timestamp: clock.now().getTime() })
  await begun.form('Confirm').fill({ code }).submit()
  expect((await sam.visit('/agent')).status).toBe(200)

  // An admin resets it, or it is removed: sessions and tokens are worth nothing until there is a new one.
  const { data } = await sam.graphql(
    `mutation { createToken(input: { name: "x", scopes: [ADMIN], expiresInDays: 1, currentPassword: "${password}" }) { token } }`,
  )
  const program = api(data.createToken.token)
  expect((await program.graphql('{ people(first: 1) { nodes { id } } }')).code).toBeNull()
  await (await sam.visit('/account/second-factor'))
    .form('Remove second factor')
    .fill({ currentPassword: password })
    .submit()
  expect((await program.graphql('{ people(first: 1) { nodes { id } } }')).code).toBe('FORBIDDEN')
  expect((await sam.visit('/agent')).status).toBe(403)
})

test('§3: customers are asked for none', async () => {
  expect((await as('ann').visit('/tickets')).status).toBe(200)
  expect((await api(await token('ann')).graphql('{ tickets(first: 1) { nodes { number } } }')).code).toBeNull()
  expect(await sql('select 1 from second_factor')).toEqual([])
})
