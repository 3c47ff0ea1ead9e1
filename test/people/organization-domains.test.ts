// Whoever proves an address of an organization's domain belongs to it: by itself, or by hand.
import { beforeEach, describe, expect, test } from 'vitest'
import { personPage } from '../desk/people.ts'
import { password } from '../kit/cast.ts'
import { expectGoodPage } from '../kit/good-page.ts'
import { world } from '../world.ts'

const here = await world()
const { as, stranger, sql, mailTo } = here
const sam = as('sam')
const organization = async (name: string) =>
  `organization_${(await sql('select id from organization where name = $1', [name]))[0]?.id}`
const acme = await organization('Acme GmbH')
const globex = await organization('Globex Ltd')

const save = async (domains: string, joins: boolean, which = acme) =>
  (await sam.visit(`/agent/organizations/${which}`))
    .form('Save', `/agent/organizations/${which}/domains`)
    .fill({ domains, joins })
    .submit()
const belongs = async (email: string) =>
  (
    await sql('select o.name from person p left join organization o on o.id = p.organization_id where p.email = $1', [
      email,
    ])
  )[0]?.name ?? null

/** Somebody new with a password; before it they are a contact, whose address nobody has proven. */
async function account(email: string): Promise<void> {
  const browser = stranger()
  await (await browser.visit('/register')).form(/.*/, '/register').fill({ name: 'Doro Domain', email }).submit()
  expect(await belongs(email)).toBeNull()
  const link = (await mailTo(email, /\/password\/set\//)).link(/\/password\/set\//)
  await (await browser.visit(link)).form('Save password').fill({ password, passwordConfirm: password }).submit()
}

beforeEach(async () => {
  await sql('delete from rate_limit; delete from organization_domain')
})

describe('joining', () => {
  test('§3: by itself, once the address is proven and not before', async () => {
    const page = await save('@Acme.example\nacme.test', true)
    await expectGoodPage(page)
    expect(page.main).toMatch(/acme\.example\s+acme\.test/)
    await account('doro@acme.test')
    expect(await belongs('doro@acme.test')).toBe('Acme GmbH')
    await account('doro@sub.acme.test')
    expect(await belongs('doro@sub.acme.test')).toBeNull()
  })

  test('§3: by a new address that its owner confirms; who belongs somewhere stays there', async () => {
    await save('moved.test', true)
    const change = async (browser: Awaited<ReturnType<typeof here.newcomer>>['browser'], email: string) => {
      await (await browser.visit('/account'))
        .form(/.*/, '/account/address')
        .fill({ email, currentPassword: password })
        .submit()
      const link = (await mailTo(email, /\/account\/address\//)).link(/\/account\/address\//)
      await (await browser.visit(link)).form(/.*/, new URL(link).pathname).submit()
    }
    const { browser } = await here.newcomer('Momo Moved')
    await change(browser, 'momo@moved.test')
    expect(await belongs('momo@moved.test')).toBe('Acme GmbH')
    await change(here.anew('eve'), 'eve@moved.test')
    expect(await belongs('eve@moved.test')).toBe('Globex Ltd')
  })

  test('§3: whoever proved such an address before joins when the domain is entered', async () => {
    await account('early@bird.test')
    await save('bird.test', true)
    expect(await belongs('early@bird.test')).toBe('Acme GmbH')
  })

  test('§3: by hand, sales follow a hint; agents see it without the button', async () => {
    await save('hand.test', false)
    await account('hanno@hand.test')
    expect(await belongs('hanno@hand.test')).toBeNull()
    const path = await personPage(here, 'hanno@hand.test')
    const seen = await as('dana').visit(path)
    expect([seen.main.includes('May belong to Acme GmbH'), seen.hasButton('Add to Acme GmbH')]).toEqual([true, false])
    const page = await sam.visit(path)
    await expectGoodPage(page)
    const added = await page.form('Add to Acme GmbH').submit()
    expect(added.path).toBe(path)
    expect(added.main).not.toContain('May belong to')
    expect(await belongs('hanno@hand.test')).toBe('Acme GmbH')
  })
})

describe('§9: what is refused', () => {
  test.each([
    ['gmail.com', 'anybody gets an address'],
    ['yahoo.co.uk', 'anybody gets an address'],
    ['no domain', 'is no domain'],
    ['a@b.example', 'is no domain'],
  ])('%s', async (typed, why) => {
    const page = await save(typed, true)
    expect(page.status).toBe(422)
    expect(page.errors.join()).toContain(why)
    expect(page.$('#domains-domains').attr('aria-invalid')).toBe('true')
    expect(page.$('#domains-domains').text()).toContain(typed)
    await expectGoodPage(page)
  })

  test('a domain of two organizations', async () => {
    await save('one.test', false)
    expect((await save('one.test', false, globex)).errors.join()).toContain('another organization')
    expect((await save('', false)).status).toBe(200)
    expect((await save('one.test', false, globex)).status).toBe(200)
  })

  test('§3: customers learn nothing of it', async () => {
    const { data } = await as('ann').graphql(
      '{ viewer { organizationHint { name } organization { name domains joins } } }',
    )
    expect(data.viewer).toMatchObject({ organizationHint: null, organization: { domains: null, joins: null } })
  })
})
