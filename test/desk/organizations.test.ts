import { expect, test } from 'vitest'
import { urlencoded } from '../kit/body.ts'
import { expectGoodPage } from '../kit/good-page.ts'
import { world } from '../world.ts'
import { personPage } from './people.ts'

const here = await world({ REQUIRE_AGREEMENT: 'true' })
const { as, sql, clock } = here

const day = (offset: number) => new Date(clock.now().getTime() + offset * 86_400_000).toISOString().slice(0, 10)
const organizationPage = async (name: string) => {
  const [row] = await sql('select id from organization where name = $1', [name])
  return as('sam').visit(`/agent/organizations/organization_${row?.id}`)
}

test('V6: an agreement that includes the portal opens it to the organization’s people, today and only then', async () => {
  const eve = as('eve')
  expect((await eve.visit('/tickets')).status).toBe(200)
  const removed = await (await organizationPage('Globex Ltd')).form('Remove agreement').submit()
  expect(removed.main).toContain('its people have no access')
  const locked = await eve.visit('/tickets')
  expect(locked.status).toBe(403)
  expect(locked.main).toMatch(/agreement/i)
  expect((await as('dana').visit(await personPage(here, 'eve@globex.example'))).main).toContain('no agreement in force')

  const terms = { from: day(-1), until: day(1), responseHours: '8', portalAccess: true }
  const saved = await removed.form('Save agreement').fill(terms).submit()
  expect(saved.main).toContain('An agreement in force includes the portal.')
  expect(saved.main).toContain('first answer within 8 hours')
  await expectGoodPage(saved)
  expect((await eve.visit('/tickets')).status).toBe(200)
  expect((await as('sam').visit('/agent/organizations')).textOf('aside')).toContain('Globex Ltd')

  clock.forward({ days: 3 })
  expect((await eve.visit('/tickets')).status).toBe(403)
  clock.reset()
  const changed = await saved.form('Save agreement').fill({ portalAccess: false }).submit()
  expect(changed.main).toContain('without the portal')
  expect((await eve.visit('/tickets')).status).toBe(403)
})

test('V6: sales adds an organization and says who belongs to it', async () => {
  const list = await as('sam').visit('/agent/organizations')
  const added = await list.form('Add organization').fill({ name: 'Hooli AG' }).submit()
  expect(added.heading).toBe('Hooli AG')
  const path = await personPage(here, 'hanna@hooli.example')
  const choice = await as('sam').visit(`${path}/organization?q=hooli`)
  await choice
    .form('Save')
    .fill({ organization: added.path.split('/').at(-1) ?? '' })
    .submit()
  expect((await as('sam').visit(added.path)).main).toContain('hanna@hooli.example')
})

test('§9: a last day before the first comes back with 422 at its own form (ASVS 2.2.3)', async () => {
  const [acme] = await sql(`select id from organization where name like 'Acme%'`)
  const page = await as('sam').visit(`/agent/organizations/organization_${acme?.id}`)
  const forms = page.$('form[action$="/agreements"]').length
  const fresh = page.$('form[action$="/agreements"]').last()
  expect(fresh.find('input[name=agreement]').length).toBe(0)
  const token = String(fresh.find('input[name=_csrf]').attr('value'))
  const refused = await as('sam').post(
    `/agent/organizations/organization_${acme?.id}/agreements`,
    urlencoded([
      ['_csrf', token],
      ['from', '2026-05-01'],
      ['until', '2026-04-01'],
      ['portalAccess', 'true'],
    ]),
  )
  expect(refused.status).toBe(422)
  expect(refused.$('#new-until').attr('aria-invalid')).toBe('true')
  expect(refused.$('#new-from').attr('value')).toBe('2026-05-01')
  expect(refused.$('[aria-invalid=true]')).toHaveLength(1)
  expect(refused.$('form[action$="/agreements"]')).toHaveLength(forms)
  await expectGoodPage(refused)
})

test('§9: two organizations of one name could not be told apart', async () => {
  const name = 'Zweimal GmbH'
  const add = async () =>
    (await as('sam').visit('/agent/organizations')).form('Add organization').fill({ name }).submit()
  const { path } = await add()
  const second = await add()
  expect([second.status, second.errors.length]).toEqual([422, 1])
  const renamed = await (await as('sam').visit(path)).form('Save', path).fill({ name: 'Einmal GmbH' }).submit()
  expect(renamed.heading).toBe('Einmal GmbH')
})

test('§3: organizations and agreements are for sales and admins', async () => {
  const [acme] = await sql(`select id from organization where name like 'Acme%'`)
  for (const path of ['/agent/organizations', `/agent/organizations/organization_${acme?.id}`]) {
    expect((await as('dana').visit(path)).status, path).toBe(403)
    expect((await as('ada').visit(path)).status, path).toBe(200)
  }
})
