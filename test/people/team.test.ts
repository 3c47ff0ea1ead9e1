// What the team does for people: find them, invite them, help them in, and who of the team may do which.
import { describe, expect, test } from 'vitest'
import { password, people } from '../kit/cast.ts'
import { world } from '../world.ts'

const { stranger, as, sql, newcomer, mailTo, mailsTo, mailbox } = await world()

const SET = /\/password\/set\//
const RESET = /\/password\/reset\//
const personOf = async (email: string) =>
  `user_${(await sql('select id from person where email = $1', [email]))[0]?.id}`
const found = async (search: string, name: 'dana' | 'sam' = 'dana') => {
  const { data } = await as(name).graphql('query ($q: String) { people(search: $q, first: 50) { nodes { email } } }', {
    q: search,
  })
  return data.people.nodes.map((user: { email: string }) => user.email)
}

describe('finding people', async () => {
  await sql(`insert into person (id, email, name, role, wants_status_mail, wants_weekly_report, created_at)
    values (gen_random_uuid(), 'oezguer@hooli.example', 'Özgür Yıldız', 'CUSTOMER', true, true, now())`)

  test.each([
    ['ann', ['ann@acme.example']],
    ['ALBERS an', ['ann@acme.example']],
    ['ann@acme.example', ['ann@acme.example']],
    ['acme', ['ann@acme.example', 'bo@acme.example', 'cem@acme.example']],
    ['Globex', ['eve@globex.example']],
    ['carla', ['carla@initech.example']],
    ['nobody-of-that-name', []],
    ['yıl ÖZ', ['oezguer@hooli.example']],
    ['Yi̇ld', []],
    ['hooli', ['hanna@hooli.example', 'oezguer@hooli.example']],
    ['a\u0000nn', []],
    [`ann ${'x'.repeat(5000)}`, []],
    ["'; drop table person; --", []],
    ['& | ! ( ) :*', []],
  ])('by “%s”', async (search, emails) => {
    expect((await found(search)).sort()).toEqual(emails)
  })

  test('pages of them, both ways, in the order of names', async () => {
    const page = async (args: string) =>
      (
        await as('dana').graphql(
          `{ people(${args}) { nodes { name } pageInfo { endCursor startCursor hasNextPage hasPreviousPage } totalCount } }`,
        )
      ).data.people
    const all = (await page('first: 100')).nodes.map(({ name }: { name: string }) => name)
    const first = await page('first: 4')
    const second = await page(`first: 4, after: "${first.pageInfo.endCursor}"`)
    const back = await page(`last: 4, before: "${second.pageInfo.startCursor}"`)
    expect([...first.nodes, ...second.nodes].map(({ name }) => name)).toEqual(all.slice(0, 8))
    expect(back.nodes).toEqual(first.nodes)
    expect([first.totalCount, first.pageInfo.hasPreviousPage, second.pageInfo.hasPreviousPage]).toEqual([
      all.length,
      false,
      true,
    ])
  })

  test('quality, Speed: a list of people with all that belongs to them costs the same however long it is', async () => {
    const ask = (first: number) =>
      as('dana').graphql(
        `{ people(first: ${first}) { nodes { email organization { name } membership { state } invitation { state } access { granted } mayPutBackOnList } } }`,
      )
    const { data } = await ask(100)
    expect(data.people.nodes.length).toBeGreaterThan(8)
  })
})

describe('invitations and reset links', () => {
  test('V13: the support team sends a lost invitation again; the one before is dead', async () => {
    const form = (await stranger().visit('/tickets/new')).form('Send request')
    await form
      .fill({ name: 'Ilse', email: 'ilse@lost.example', subject: 'Hello', message: 'Hello', subscribe: true })
      .submit()
    const first = (await mailTo('ilse@lost.example', SET)).link(SET)
    const person = await (await as('dana').visit('/agent/people?q=ilse')).follow('Ilse')
    const sent = await person.form('Resend invitation').submit()
    expect(sent.redirects).toMatchObject([{ status: 303 }])
    const second = (await mailTo('ilse@lost.example', SET)).link(SET)
    expect(second).not.toBe(first)
    expect((await stranger().visit(first)).status).toBe(410)
    const done = await (await stranger().visit(second))
      .form('Save password')
      .fill({ password, passwordConfirm: password })
      .submit()
    expect(done.url.pathname).toBe('/tickets') // the wish of the form is granted by it
    const again = await as('dana').graphql(
      'mutation ($user: ID!) { resendInvitation(input: { user: $user }) { userErrors { code } } }',
      { user: await personOf('ilse@lost.example') },
    )
    expect(again.data.resendInvitation.userErrors).toEqual([{ code: 'ALREADY_CONFIRMED' }])
    expect((await (await as('dana').visit('/agent/people?q=ilse')).follow('Ilse')).hasButton('Resend invitation')).toBe(
      false,
    )
  })

  test('V14: where resetting fails, support sends the link', async () => {
    const { email } = await newcomer()
    const send =
      'mutation ($user: ID!) { sendResetLink(input: { user: $user }) { user { maySendResetLink mayResendInvitation } userErrors { code } } }'
    const { data } = await as('dana').graphql(send, { user: await personOf(email) })
    expect(data.sendResetLink).toEqual({ user: { maySendResetLink: true, mayResendInvitation: false }, userErrors: [] })
    expect((await stranger().visit((await mailTo(email, RESET)).link(RESET))).status).toBe(200)
    const contact = await as('dana').graphql(send, { user: await personOf('hanna@hooli.example') })
    expect(contact.data.sendResetLink.userErrors).toEqual([{ code: 'NOT_CONFIRMED' }])
  })

  test('§3: the record of consent says when, by which door and on which wording', async () => {
    const { data } = await as('sam').graphql(
      'query ($id: ID!) { node(id: $id) { ... on User { memberships { state requestedAt requestedBy wording joinedAt endedAt endedBy } } } }',
      { id: await personOf(people.cem.email) },
    )
    expect(data.node.memberships).toEqual([
      expect.objectContaining({
        state: 'LEFT',
        requestedBy: 'REQUEST_FORM',
        wording: '2026-11',
        endedBy: 'LEAVE_LINK',
      }),
    ])
  })
})

describe('organizations and agreements', () => {
  test('V6: sales add an organization and its agreement, and change and remove it', async () => {
    const sam = as('sam')
    const added = await sam.graphql(
      'mutation { createOrganization(input: { name: "Hooli Inc" }) { organization { id name hasPortalAccess } userErrors { code field } } }',
    )
    const { id, hasPortalAccess } = added.data.createOrganization.organization
    expect(hasPortalAccess).toBe(false)
    const twice = await sam.graphql(
      'mutation { createOrganization(input: { name: " Hooli  Inc " }) { userErrors { code field } } }',
    )
    expect(twice.data.createOrganization.userErrors).toEqual([{ code: 'NAME_TAKEN', field: 'name' }])
    const save = (input: object) =>
      sam.graphql(
        'mutation ($input: SaveAgreementInput!) { saveAgreement(input: $input) { agreement { id from until isInForce responseHours organization { hasPortalAccess } } userErrors { code field } } }',
        { input },
      )
    const bad = await save({ organization: id, from: '2026-02-30', portalAccess: true })
    expect(bad.data.saveAgreement.userErrors).toEqual([{ code: 'INVALID_DATE', field: 'from' }])
    const backwards = await save({ organization: id, from: '2026-02-01', until: '2026-01-31', portalAccess: true })
    expect(backwards.data.saveAgreement.userErrors).toEqual([{ code: 'ENDS_BEFORE_START', field: 'until' }])
    const saved = await save({ organization: id, from: '2020-01-01', portalAccess: true, responseHours: 4 })
    expect(saved.data.saveAgreement.agreement).toMatchObject({
      from: '2020-01-01',
      until: null,
      isInForce: true,
      responseHours: 4,
      organization: { hasPortalAccess: true },
    })
    const ended = await save({
      agreement: saved.data.saveAgreement.agreement.id,
      from: '2020-01-01',
      until: '2020-12-31',
      portalAccess: true,
    })
    expect(ended.data.saveAgreement.agreement).toMatchObject({
      isInForce: false,
      responseHours: null,
      organization: { hasPortalAccess: false },
    })
    const removed = await sam.graphql(
      'mutation ($id: ID!) { removeAgreement(input: { agreement: $id }) { organization { agreements { id } } userErrors { code } } }',
      { id: saved.data.saveAgreement.agreement.id },
    )
    expect(removed.data.removeAgreement).toEqual({ organization: { agreements: [] }, userErrors: [] })
    const renamed = await sam.graphql(
      'mutation ($id: ID!) { updateOrganization(input: { organization: $id, name: "Hooli" }) { organization { name } userErrors { code } } }',
      { id },
    )
    expect(renamed.data.updateOrganization.organization).toEqual({ name: 'Hooli' })
    expect(
      (await as('dana').graphql('{ organizations(search: "hoo") { nodes { name people { nodes { name } } } } }')).data
        .organizations.nodes,
    ).toEqual([{ name: 'Hooli', people: { nodes: [] } }])
  })

  test('§3: agents read them and change nothing', async () => {
    expect(
      (await as('dana').graphql('mutation { createOrganization(input: { name: "X" }) { userErrors { code } } }')).code,
    ).toBe('FORBIDDEN')
  })
})

describe('staff', () => {
  const create = (input: object) =>
    as('ada').graphql(
      'mutation ($input: CreateStaffInput!) { createStaff(input: $input) { user { role isConfirmed invitation { state } } userErrors { code field } } }',
      { input },
    )
  const update = (input: object) =>
    as('ada').graphql(
      'mutation ($input: UpdateStaffInput!) { updateStaff(input: $input) { user { role isDisabled } userErrors { code field } } }',
      { input },
    )

  test('an admin adds a colleague, who sets a password by invitation, is not asked about the list and gets to the desk', async () => {
    const { data } = await create({
      name: 'Dora',
      email: 'dora@plaindesk.example',
      role: 'AGENT',
      currentPassword: password,
    })
    expect(data.createStaff).toEqual({
      user: { role: 'AGENT', isConfirmed: false, invitation: { state: 'OPEN' } },
      userErrors: [],
    })
    const form = (await stranger().visit((await mailTo('dora@plaindesk.example', SET)).link(SET))).form('Save password')
    expect(form.value('subscribe')).toBeNull()
    await form.fill({ password, passwordConfirm: password }).submit()
    expect((await stranger().logIn('dora@plaindesk.example', password)).path).toBe('/agent')
    expect((await mailsTo('dora@plaindesk.example')).some(mail => /list/i.test(mail.subject))).toBe(false)
  })

  test('§7: an admin confirms the password before such an act', async () => {
    const without = await create({ name: 'X', email: 'x@plaindesk.example', role: 'AGENT' })
    expect(without.data.createStaff.userErrors).toEqual([{ code: 'REQUIRED', field: 'currentPassword' }])
    const wrong = await create({
      name: 'X',
      email: 'x@plaindesk.example',
      role: 'AGENT',
      currentPassword: 'not this one',
    })
    expect(wrong.data.createStaff.userErrors).toEqual([{ code: 'WRONG_PASSWORD', field: 'currentPassword' }])
  })

  test('an address that somebody has, and a colleague who is a customer, are refused', async () => {
    const taken = await create({ name: 'X', email: people.ann.email, role: 'AGENT', currentPassword: password })
    expect(taken.data.createStaff.userErrors).toEqual([{ code: 'ADDRESS_TAKEN', field: 'email' }])
    const customer = await create({
      name: 'X',
      email: 'x@plaindesk.example',
      role: 'CUSTOMER',
      currentPassword: password,
    })
    expect(customer.data.createStaff.userErrors).toEqual([{ code: 'INVALID_CHOICE', field: 'role' }])
  })

  test('the last admin stays one', async () => {
    const user = await personOf(people.ada.email)
    for (const change of [{ role: 'AGENT' }, { disabled: true }])
      expect((await update({ user, currentPassword: password, ...change })).data.updateStaff.userErrors).toEqual([
        { code: 'LAST_ADMIN', field: 'user' },
      ])
  })

  test('a change of role counts at once and signs out', async () => {
    const { email, browser } = await newcomer()
    const user = await personOf(email)
    expect((await update({ user, role: 'SALES', currentPassword: password })).data.updateStaff.user).toEqual({
      role: 'SALES',
      isDisabled: false,
    })
    expect((await browser.visit('/tickets')).url.pathname).toBe('/login')
    await browser.logIn(email, password)
    expect((await browser.visit('/agent/organizations')).status).toBe(200)
  })
})

describe('INVITE=subscribers', () => {
  test('V10: a released request brings the invitation that its sender had wished for', async () => {
    const browser = stranger()
    const form = (await browser.visit('/tickets/new')).form('Send request')
    await form
      .fill({ name: 'Hugo Held', email: 'hugo@held.example', subject: 'Held', message: 'Held', subscribe: true })
      .smuggle({ website: 'http://spam.example' })
      .submit()
    expect((await mailsTo('hugo@held.example')).some(mail => mail.hasLink(SET))).toBe(false)
    const [ticket] = await sql(`select number from ticket where subject = 'Held'`)
    mailbox.forget()
    await as('dana').graphql(
      'mutation ($number: Int!) { releaseRequest(input: { number: $number }) { userErrors { code } } }',
      { number: ticket?.number },
    )
    expect((await mailsTo('hugo@held.example')).filter(mail => mail.hasLink(SET))).toHaveLength(1)
  })
})
