import { describe, expect, test } from 'vitest'
import { urlencoded } from '../kit/body.ts'
import { password } from '../kit/cast.ts'
import { expectGoodPage } from '../kit/good-page.ts'
import { world } from '../world.ts'
import { personPage, request } from './people.ts'

const here = await world()
const { as, stranger, sql, mailTo, mailsTo, newcomer } = here

test('V13 V14 V16: support finds people by name, address and organization', async () => {
  for (const q of ['Cem', 'cem@acme.example', 'acme']) {
    const page = await (await as('dana').visit('/agent/people')).form('Search').fill({ q }).submit()
    expect(page.main, q).toContain('cem@acme.example')
    expect(page.main, q).not.toContain('eve@globex.example')
    await expectGoodPage(page)
  }
  const page = await as('dana').visit('/agent/people?q=nobodyofthatname')
  expect(page.main).toContain('Nobody found')
})

describe('the invitation', () => {
  test('V13: lost, it is sent again by support, and only the newest link works', async () => {
    const email = 'lost@invitation.example'
    await request(here, { email, subject: 'Lost invitation', name: 'Lotte Lost', subscribe: true })
    const first = (await mailTo(email, /\/password\/set\//)).link(/\/password\/set\//)
    const page = await as('dana').visit(await personPage(here, email))
    expect(page.main).toContain('not followed yet')
    expect(page.main).toContain(`${email} gets a new link`)
    const sent = await page.form('Resend invitation').submit()
    expect(sent.redirects).toMatchObject([{ status: 303 }])
    expect(sent.main).toContain('The invitation has been sent.')

    const invitations = (await mailsTo(email)).filter(mail => mail.hasLink(/\/password\/set\//))
    expect(invitations).toHaveLength(2)
    expect((await stranger().visit(first)).status).toBe(410)
    const again = invitations.at(-1)?.link(/\/password\/set\//) ?? ''
    const portal = await (await stranger().visit(again))
      .form('Save password')
      .fill({ password, passwordConfirm: password })
      .submit()
    expect(portal.path).toBe('/tickets')
    const after = await as('dana').visit(await personPage(here, email))
    expect(after.hasButton('Resend invitation')).toBe(false)
    expect(after.main).toContain('On the list since')
  })

  test('V13: in German the button says so too', async () => {
    await request(here, { email: 'verloren@invitation.example', subject: 'Verloren' })
    const dirk = as('dirk')
    dirk.languages = 'de'
    const page = await dirk.visit(await personPage(here, 'verloren@invitation.example'))
    expect(page.hasButton('Einladung erneut senden')).toBe(true)
  })
})

test('V14: where the log-in page fails, support sends the reset link', async () => {
  const { email } = await newcomer('Rolf Reset')
  const page = await as('dana').visit(await personPage(here, email))
  expect(page.hasButton('Resend invitation')).toBe(false)
  expect((await page.form('Send reset link').submit()).main).toContain('has been sent')
  const link = (await mailTo(email, /\/password\/reset\//)).link(/\/password\/reset\//)
  await (await stranger().visit(link))
    .form('Save password')
    .fill({ password: 'a brand new password', passwordConfirm: 'a brand new password' })
    .submit()
  expect((await stranger().logIn(email, 'a brand new password')).path).toBe('/tickets')
})

describe('the support list', () => {
  test('V16: sales sees how somebody joined and left, and puts them back; the record is kept', async () => {
    const { browser, email } = await newcomer('Petra Putback')
    await browser.graphql('mutation { leaveList(input: {}) { userErrors { code } } }')
    expect((await browser.visit('/tickets')).status).toBe(403)

    const page = await as('sam').visit(await personPage(here, email))
    expect(page.main).toMatch(/Left on/)
    expect(page.main).toContain(`${email} is told by e-mail`)
    expect(page.textOf('.card details')).toContain('registration')
    expect(page.textOf('.card details')).toMatch(/Wording of 20\d\d-\d\d/)
    const button = page.form('Put back on the list')
    const back = await button.submit()
    expect((await button.submit()).status).toBe(200) // §9: a double click
    expect(back.main).toContain('on the support list again')
    expect(back.main).toContain('On the list since')
    expect(back.textOf('.card details')).toContain('Sam Seidel')
    expect(back.texts('.card details li')).toHaveLength(2)
    expect(back.hasButton('Put back on the list')).toBe(false)
    expect((await browser.visit('/tickets')).status).toBe(200)
  })

  test('V16 §3: an agent sees whom to ask, has no button, and the form is refused', async () => {
    const path = await personPage(here, 'cem@acme.example')
    const page = await as('dana').visit(path)
    expect(page.hasButton('Put back on the list')).toBe(false)
    expect(page.main).toContain('Only sales or an admin')
    expect(page.hasLink('sales@plaindesk.example')).toBe(true)
    const token = page.form('Send reset link').value('_csrf') ?? ''
    const refused = await as('dana').post(`${path}/membership`, urlencoded([['_csrf', token]]))
    expect(refused.status).toBe(403)
    expect((await as('cem').visit('/tickets')).status).toBe(403)
  })

  test('V16: in German the button is “Wieder in den Verteiler aufnehmen”', async () => {
    const ada = as('ada')
    ada.languages = 'de'
    const page = await ada.visit(await personPage(here, 'cem@acme.example'))
    expect(page.hasButton('Wieder in den Verteiler aufnehmen')).toBe(true)
  })
})

test('§3: sales says to which organization somebody belongs; agents do not', async () => {
  const { email } = await newcomer('Olga Organized')
  const path = await personPage(here, email)
  const choice = await (await as('sam').visit(path)).follow('Change organization')
  const found = await choice.form('Search').fill({ q: 'glob' }).submit()
  const [globex] = await sql(`select id from organization where name like 'Globex%'`)
  const saved = await found
    .form('Save')
    .fill({ organization: `organization_${globex?.id}` })
    .submit()
  expect(saved.path).toBe(path)
  expect(saved.hasLink(/Globex/)).toBe(true)

  expect((await as('dana').visit(path)).hasLink('Change organization')).toBe(false)
  expect((await as('dana').visit(`${path}/organization`)).status).toBe(403)
  const none = (await as('sam').visit(`${path}/organization`)).form('Save').fill({ organization: '' })
  expect((await none.submit()).hasLink(/Globex/)).toBe(false)
})

test('§9: an address of nobody, or of something else, is 404', async () => {
  const [organization] = await sql('select id from organization limit 1')
  for (const id of ['nonsense', 'user_00000000-0000-7000-8000-000000000000', `organization_${organization?.id}`])
    expect((await as('ada').visit(`/agent/people/${id}`)).status, id).toBe(404)
})
