import { describe, expect, test } from 'vitest'
import { password } from '../kit/cast.ts'
import { expectGoodPage } from '../kit/good-page.ts'
import { world } from '../world.ts'

const { as, anew, stranger, sql, mailTo, api, newcomer, token } = await world()
const adminPage = async (email: string) =>
  `/admin/people/user_${(await sql('select id from person where email = $1', [email]))[0]?.id}`

describe('staff', () => {
  test('§3: an admin adds a colleague, who sets a password by the invitation and works', async () => {
    const page = await as('ada').visit('/admin')
    expect(page.main).toContain('Dana Dietz')
    await expectGoodPage(page)
    const form = page
      .form('Add colleague')
      .fill({ name: 'Greta Green', email: 'greta@plaindesk.example', role: 'SALES' })
    const refused = await form.submit()
    expect(refused.status).toBe(422)
    expect(refused.$('[aria-invalid=true]').attr('name')).toBe('currentPassword')
    expect(refused.form('Add colleague').value('name')).toBe('Greta Green')
    expect(refused.$('input[value=SALES]').attr('checked')).toBeDefined()
    const added = await refused.form('Add colleague').fill({ currentPassword: password }).submit()
    expect(added.path).toBe('/admin')
    expect(added.main).toContain('invited, no password yet')

    const greta = stranger()
    const link = (await mailTo('greta@plaindesk.example', /\/password\/set\//)).link(/\/password\/set\//)
    const set = (await greta.visit(link)).form('Save password').fill({ password, passwordConfirm: password })
    await set.submit()
    expect((await greta.visit('/agent/organizations')).status).toBe(200)
    expect((await greta.visit('/admin')).status).toBe(403)
  })

  test('§9: a double click adds one colleague and says so both times', async () => {
    const form = (await as('ada').visit('/admin'))
      .form('Add colleague')
      .fill({ name: 'Otto', email: 'otto@plaindesk.example', role: 'AGENT', currentPassword: password })
    const both = await Promise.all([form.submit(), form.submit()])
    expect(both.map(({ status, path }) => [status, path])).toEqual([
      [200, '/admin'],
      [200, '/admin'],
    ])
  })

  test('§3: a role changes with the admin’s password, and the person logs in anew', async () => {
    const dirk = anew('dirk')
    expect((await dirk.visit('/agent')).status).toBe(200)
    const page = await as('ada').visit(await adminPage('dirk@plaindesk.example'))
    const wrong = await page.form('Save', /role$/).fill({ role: 'SALES', currentPassword: 'not her password' }).submit()
    expect(wrong.status).toBe(422)
    await page.form('Save', /role$/).fill({ role: 'SALES', currentPassword: password }).submit()
    expect((await dirk.visit('/agent')).path).toMatch(/^\/login/)
    expect((await anew('dirk').visit('/agent/held')).status).toBe(403)
    const again = await as('ada').visit(await adminPage('dirk@plaindesk.example'))
    await again.form('Save', /role$/).fill({ role: 'AGENT', currentPassword: password }).submit()
  })

  test('§3: a disabled account is out at once, and back when enabled', async () => {
    const { email, browser } = await newcomer('Dora Disabled')
    const person = await as('ada').visit((await adminPage(email)).replace('/admin/', '/agent/'))
    const page = await person.follow('Role and account')
    await page.form('Disable account').fill({ currentPassword: password }).submit()
    expect((await browser.visit('/tickets')).status).not.toBe(200)
    const disabled = await as('ada').visit(await adminPage(email))
    expect(disabled.main).toContain('Disabled')
    await disabled.form('Enable account').fill({ currentPassword: password }).submit()
    expect((await stranger().logIn(email, password)).path).toBe('/tickets')
  })

  test('§7: adding, roles, disabling and resets ask an admin in a browser for the password, and a token is proof enough', async () => {
    const user = (await adminPage('dana@plaindesk.example')).replace('/admin/people/', '')
    const acts: Record<string, object> = {
      createStaff: { name: 'Uri', email: 'uri@plaindesk.example', role: 'AGENT' },
      updateStaff: { user, role: 'SALES' },
      disablePerson: { user, disabled: true },
      resetSecondFactor: { user },
    }
    const before = await sql('select role, disabled_at from person order by id')
    for (const [name, input] of Object.entries(acts)) {
      const type = `${name[0]?.toUpperCase()}${name.slice(1)}Input`
      const act = `mutation ($input: ${type}!) { ${name}(input: $input) { userErrors { code field } } }`
      const ask = async (more: object) => (await as('ada').graphql(act, { input: { ...input, ...more } })).data[name]
      expect((await ask({})).userErrors, name).toEqual([{ code: 'REQUIRED', field: 'currentPassword' }])
      expect((await ask({ currentPassword: 'not hers' })).userErrors[0].code, name).toBe('WRONG_PASSWORD')
    }
    expect(await sql('select role, disabled_at from person order by id')).toEqual(before)
    const program = api(await token('ada'))
    const same = `mutation { updateStaff(input: { user: "${user}", role: AGENT }) { userErrors { code } } }`
    expect((await program.graphql(same)).data.updateStaff.userErrors).toEqual([])
  })

  test('§3: the last admin stays', async () => {
    const page = await as('ada').visit(await adminPage('ada@plaindesk.example'))
    const refused = await page.form('Disable account').fill({ currentPassword: password }).submit()
    expect(refused.status).toBe(422)
    expect(refused.errors.join()).toMatch(/at least one admin/)
  })
})

describe('API tokens', () => {
  test('§8: a new token is shown once, works, and ends when it is revoked', async () => {
    const page = await as('ada').visit('/admin/tokens')
    const made = await page
      .form('Make token')
      .fill({ name: 'CRM', scopes: ['TICKETS_READ'], user: 'Dana Dietz', currentPassword: password })
      .submit()
    expect(made.status).toBe(200)
    const secret = String(made.$('#secret').attr('value'))
    expect(secret).toMatch(/^pd_/)
    await expectGoodPage(made)
    expect(made.header('cache-control')).toContain('no-store')
    const program = api(secret)
    expect((await program.graphql('{ viewer { name } }')).data).toEqual({ viewer: { name: 'Dana Dietz' } })

    const later = await as('ada').visit('/admin/tokens')
    expect(later.html).not.toContain(secret)
    expect(later.main).toContain('CRM')
    await later.form(/^Revoke \(CRM\)$/).submit()
    expect((await program.graphql('{ viewer { name } }')).status).toBe(401)
    expect((await sql(`select 1 from api_token where hash = $1 or name = $1`, [secret])).length).toBe(0)
  })

  test('§9: without a scope or with a wrong password nothing is made', async () => {
    const before = (await sql('select count(*) from api_token'))[0]?.count
    const page = await as('ada').visit('/admin/tokens')
    const form = page.form('Make token').fill({ name: 'Nothing', currentPassword: password })
    const refused = await form.submit()
    expect(refused.status).toBe(422)
    expect(refused.errors).toHaveLength(1)
    await expectGoodPage(refused)
    await refused
      .form('Make token')
      .fill({ scopes: ['ADMIN'], currentPassword: 'wrong' })
      .submit()
    expect((await sql('select count(*) from api_token'))[0]?.count).toBe(before)
  })
})
