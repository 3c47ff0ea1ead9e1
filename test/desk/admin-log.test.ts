// §4 "Admin": a log of admin acts, role and list changes, and log-ins.
import { describe, expect, test } from 'vitest'
import { password, people } from '../kit/cast.ts'
import { expectGoodPage } from '../kit/good-page.ts'
import { world } from '../world.ts'

const { as, stranger, sql, token, api, newcomer, settled, plaindesk } = await world()
const idOf = async (email: string) => `user_${(await sql('select id from person where email = $1', [email]))[0]?.id}`

interface Line {
  type: string
  about: string | null
  from: string | null
  to: string | null
  actor: { name: string } | null
  subject: { name: string } | null
}
const lines = async (person?: string): Promise<Line[]> => {
  const { data } = await as('ada').graphql(
    `query ($person: ID) { adminLog(person: $person, first: 100) { nodes { type about from to actor { name } subject { name } } } }`,
    { person },
  )
  return data.adminLog.nodes
}
const newest = async () => (await lines())[0]

describe('log-ins of the team', () => {
  test('§4: stand there, failed ones too, without what was typed and without naming who is unknown', async () => {
    await as('ada').ready()
    await stranger().logIn(people.dana.email, 'a wrong password 1')
    expect(await newest()).toMatchObject({ type: 'LOG_IN_FAILED', actor: null, subject: { name: 'Dana Dietz' } })
    await stranger().logIn(people.dana.email, password)
    expect(await newest()).toMatchObject({ type: 'LOGGED_IN', actor: { name: 'Dana Dietz' }, about: '127.0.0.1' })
    // A further address of hers is hers too.
    await sql(
      `insert into person_address (address, user_id, proven_at) select 'dana@home.example', id, now() from person where email = $1`,
      [people.dana.email],
    )
    await stranger().logIn('dana@home.example', 'a wrong password 3')
    expect(await newest()).toMatchObject({ type: 'LOG_IN_FAILED', subject: { name: 'Dana Dietz' } })
    const before = (await lines()).length
    await stranger().logIn(people.ann.email, 'a wrong password 2')
    await stranger().logIn(people.ann.email, password)
    await stranger().logIn('nobody@nowhere.example', password)
    expect(await lines()).toHaveLength(before)
    expect(JSON.stringify(await sql('select * from admin_event'))).not.toContain('wrong password')
  })
})

describe('what admins and others of the team do', () => {
  test('§4: roles and accounts', async () => {
    const ada = as('ada')
    const dirk = await idOf(people.dirk.email)
    const page = await ada.visit(`/admin/people/${dirk}`)
    await page.form('Save', /role$/).fill({ role: 'SALES', currentPassword: 'not the password' }).submit()
    const before = await lines()
    expect(before.map(({ type }) => type)).not.toContain('ROLE_CHANGED') // refused, so there is no line
    await page.form('Save', /role$/).fill({ role: 'SALES', currentPassword: password }).submit()
    expect(await newest()).toEqual({
      type: 'ROLE_CHANGED',
      actor: { name: 'Ada Arndt' },
      subject: { name: 'Dirk Decker' },
      about: null,
      from: 'AGENT',
      to: 'SALES',
    })
    await (await ada.visit(`/admin/people/${dirk}`))
      .form('Disable account')
      .fill({ currentPassword: password })
      .submit()
    expect(await newest()).toMatchObject({ type: 'DISABLED', subject: { name: 'Dirk Decker' } })
    await (await ada.visit(`/admin/people/${dirk}`)).form('Enable account').fill({ currentPassword: password }).submit()
    expect(await newest()).toMatchObject({ type: 'ENABLED' })
    await ada.graphql(`mutation ($input: CreateStaffInput!) { createStaff(input: $input) { userErrors { code } } }`, {
      input: { name: 'Gita', email: 'gita@plaindesk.example', role: 'AGENT', currentPassword: password },
    })
    expect(await newest()).toMatchObject({ type: 'STAFF_ADDED', subject: { name: 'Gita' }, to: 'AGENT' })
  })

  test('§4 V16: who was put back on the list, and by whom', async () => {
    await (await as('sam').visit(`/agent/people/${await idOf(people.cem.email)}`)).form(/./, /membership$/).submit()
    expect(await newest()).toMatchObject({
      type: 'PUT_BACK',
      actor: { name: 'Sam Seidel' },
      subject: { name: 'Cem Can' },
    })
  })

  test('§4: what sales decide about who sees what: agreements, domains, organizations and the view of all', async () => {
    const run = async (name: string, input: object) => {
      const { data, text } = await as('sam').graphql(
        `mutation ($input: ${name[0]?.toUpperCase()}${name.slice(1)}Input!) { ${name}(input: $input) { userErrors { code } } }`,
        { input },
      )
      expect(data?.[name]?.userErrors, text).toEqual([])
      return newest()
    }
    const [acme] = await sql(`select id, name from organization where name like 'Acme%'`)
    const organization = `organization_${acme?.id}`
    const bo = await idOf(people.bo.email)
    const of = { actor: { name: 'Sam Seidel' }, about: acme?.name }
    const terms = { organization, from: '2027-01-01', portalAccess: true }
    expect(await run('saveAgreement', terms)).toMatchObject({
      ...of,
      type: 'AGREEMENT_SAVED',
      from: null,
      to: '2027-01-01 – …, portal',
    })
    const [row] = await sql(`select id from agreement where "from" = '2027-01-01'`)
    const agreement = `agreement_${row?.id}`
    expect(
      await run('saveAgreement', { ...terms, organization, agreement, until: '2027-12-31', responseHours: 8 }),
    ).toMatchObject({ from: '2027-01-01 – …, portal', to: '2027-01-01 – 2027-12-31, portal, 8 h' })
    expect(await run('removeAgreement', { agreement })).toMatchObject({ ...of, type: 'AGREEMENT_REMOVED' })
    expect(await run('saveDomains', { organization, domains: ['acme.test'], joins: true })).toMatchObject({
      ...of,
      type: 'DOMAINS_SAVED',
      to: 'acme.test +',
    })
    const subject = { name: 'Bo Berg' }
    const given = await run('setOrganizationView', { user: bo, seesOrganization: true })
    expect(given).toMatchObject({ type: 'VIEW_GIVEN', subject })
    const again = (await lines()).length
    await run('setOrganizationView', { user: bo, seesOrganization: true })
    expect(await lines()).toHaveLength(again)
    const taken = await run('setOrganizationView', { user: bo, seesOrganization: false })
    expect(taken).toMatchObject({ type: 'VIEW_TAKEN', subject })
    const none = await run('assignOrganization', { user: bo })
    expect(none).toMatchObject({ type: 'ORGANIZATION_ASSIGNED', subject, from: acme?.name, to: null })
    expect(await run('assignOrganization', { user: bo, organization })).toMatchObject({ from: null, to: acme?.name })
    await expectGoodPage(await as('ada').visit('/admin/log'))
  })

  test('§4: who came onto the list and who left it, by whichever way', async () => {
    const { email, browser } = await newcomer('Lia List')
    const subject = { name: 'Lia List' }
    expect(await newest()).toMatchObject({ type: 'LIST_JOINED', subject, actor: subject })
    const leave = 'mutation { leaveList(input: {}) { alreadyLeft } }'
    await browser.graphql(leave)
    await browser.graphql(leave)
    expect((await lines(await idOf(email))).map(({ type }) => type)).toEqual(['LIST_LEFT', 'LIST_JOINED'])
  })

  test('§4: tokens, never their secret', async () => {
    const secret = await token('dana', ['TICKETS_READ'])
    expect(await newest()).toMatchObject({ type: 'TOKEN_MADE', about: 'for dana', to: 'tickets:read' })
    const { data } = await as('dana').graphql('{ tokens { id } }')
    const revoke = `mutation ($token: ID!) { revokeToken(input: { token: $token }) { userErrors { code } } }`
    await as('dana').graphql(revoke, { token: data.tokens[0].id })
    await as('dana').graphql(revoke, { token: data.tokens[0].id })
    expect((await lines()).filter(({ type }) => type === 'TOKEN_REVOKED')).toHaveLength(1)
    expect(JSON.stringify(await sql('select * from admin_event'))).not.toContain(secret)
  })

  test('§4: categories, canned texts, and what was run again', async () => {
    const ada = api(await token('ada'))
    const { data } = await ada.graphql(
      `mutation { saveCategory(input: { nameEn: "Logged", nameDe: "Geloggt" }) { category { id } userErrors { code } } }`,
    )
    expect(await newest()).toMatchObject({ type: 'CATEGORY_SAVED', about: 'Logged', from: null })
    const { id } = data.saveCategory.category
    await ada.graphql(
      `mutation ($id: ID!) {
        saveCategory(input: { category: $id, nameEn: "Renamed", nameDe: "Geloggt" }) { userErrors { code } }
        archiveCategory(input: { category: $id, archived: true }) { userErrors { code } }
        again: archiveCategory(input: { category: $id, archived: true }) { userErrors { code } }
        saveCannedText(input: { name: "A text", text: "x" }) { userErrors { code } }
        runJobAgain(input: {}) { count }
      }`,
      { id },
    )
    const types = (await lines()).slice(0, 4).map(({ type }) => type)
    expect(types).toEqual(['CANNED_TEXT_SAVED', 'CATEGORY_ARCHIVED', 'CATEGORY_SAVED', 'CATEGORY_SAVED'])
    expect((await lines())[2]).toMatchObject({ about: 'Renamed', from: 'Logged', to: 'Renamed' })
  })

  test('§4 §6: a held mail that was let in, and by whose word', async () => {
    const { mail } = await plaindesk.reception.receive(Buffer.from('From: walk@in.example\r\n\r\nMay I?\r\n'), {
      door: 'LMTP',
      from: 'walk@in.example',
      to: [],
      client: null,
    })
    await settled()
    const page = await as('dana').visit(`/agent/mail/incomingMail_${mail}`)
    await page.form('Let it in').submit()
    expect(await newest()).toMatchObject({
      type: 'MAIL_ACCEPTED',
      actor: { name: 'Dana Dietz' },
      about: 'walk@in.example',
    })
    await settled()
  })

  test('§4: delivery blocks lifted', async () => {
    const { email } = await newcomer('Bea Bounced')
    await sql(`insert into mail_address (address, bounces, last_bounced_at, blocked_at) values ($1, 2, now(), now())`, [
      email,
    ])
    await (await as('dana').visit(`/agent/people/${await idOf(email)}`)).form(/./, /delivery$/).submit()
    expect(await newest()).toMatchObject({
      type: 'BLOCK_LIFTED',
      actor: { name: 'Dana Dietz' },
      subject: { name: 'Bea Bounced' },
    })
  })
})

describe('the page', () => {
  test('§4: tells it in words, page by page, and by person', async () => {
    await sql(`insert into admin_event (id, type, actor_id, created_at)
      select gen_random_uuid(), 'LOGGED_IN', id, now() - i * interval '1 day' from person, generate_series(1, 30) i
      where email = '${people.sam.email}'`)
    const page = await as('ada').visit('/admin/log')
    await expectGoodPage(page)
    expect(page.main).toContain('lifted a delivery block')
    const older = await page.follow('Next page →')
    await expectGoodPage(older)
    expect(older.main).not.toContain('lifted a delivery block')
    const filtered = await page.form('Show').fill({ person: 'Dirk Decker' }).submit()
    expect(filtered.main).toContain('Agent → Sales')
    expect(filtered.texts('tbody tr').every(row => row.includes('Dirk Decker'))).toBe(true)
    expect(filtered.main).not.toContain('delivery block')
    const person = await as('ada').visit(`/admin/people/${await idOf(people.dirk.email)}`)
    expect((await person.follow('What they did, and what was done to them')).main).toContain('Agent → Sales')
    await settled()
  })

  test('§3: is the admins’ alone, its lines too', async () => {
    const [row] = await sql('select id from admin_event limit 1')
    for (const name of ['ann', 'dana', 'sam'] as const) {
      expect((await as(name).graphql('{ adminLog { nodes { type } } }')).code).toBe('FORBIDDEN')
      const { data } = await as(name).graphql(`{ node(id: "adminEvent_${row?.id}") { id } }`)
      expect(data.node).toBeNull()
    }
  })
})
