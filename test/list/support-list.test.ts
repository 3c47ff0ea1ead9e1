// Who comes onto the support list, how, and how they leave it.
import { describe, expect, test } from 'vitest'
import { leaveKey, leaveToken } from '../../src/list/leave-token.ts'
import { password, people } from '../kit/cast.ts'
import { world } from '../world.ts'

const { stranger, as, anew, sql, clock, newcomer, mailTo, mailsTo, mailbox, plaindesk } = await world()

const SET = /\/password\/set\//
const CONFIRM = /\/list\/confirm\//
const LEAVE = /\/list\/leave\//
const UNDO = /\/list\/undo\//

async function request(email: string, subscribe: boolean, name = 'Lara List') {
  const form = (await stranger().visit('/tickets/new')).form('Send request')
  return form.fill({ name, email, subject: 'A question', message: 'How does it work?', subscribe }).submit()
}
const stays = (email: string) =>
  sql(
    `select m.requested_by, m.joined_at is not null as joined, m.ended_by from membership m
     join person p on p.id = m.user_id where p.email = $1 order by m.requested_at, m.id`,
    [email],
  )
async function leaveLinkOf({ email, browser }: { email: string; browser: ReturnType<typeof stranger> }) {
  await (await browser.visit('/tickets/new'))
    .form('Send request')
    .fill({ subject: 'To get a mail', message: '…' })
    .submit()
  return (await mailTo(email, LEAVE)).link(LEAVE)
}
async function leave(link: string) {
  return (await stranger().visit(link)).form(/^Leave/).submit()
}
const asSales = (user: string) =>
  as('sam').graphql(
    `mutation ($user: ID!) { putBackOnList(input: { user: $user }) { membership { state requestedBy putBackBy { name } } userErrors { code } } }`,
    { user },
  )
const idOf = async (email: string) => `user_${(await sql('select id from person where email = $1', [email]))[0]?.id}`

describe('joining', () => {
  test('V8: the box is not ticked beforehand', async () => {
    const page = await stranger().visit('/tickets/new')
    expect(page.$('input[name=subscribe]').attr('checked')).toBeUndefined()
  })

  test('V10, §3: the box of a new address makes a wish; the invitation confirms address and wish at once', async () => {
    await request('lara@list.example', true)
    expect(await stays('lara@list.example')).toEqual([{ requested_by: 'REQUEST_FORM', joined: false, ended_by: null }])
    const page = await stranger().visit((await mailTo('lara@list.example', SET)).link(SET))
    const form = page.form('Save password')
    expect(form.value('subscribe')).toBeNull()
    const done = await form.fill({ password, passwordConfirm: password }).submit()
    expect(done.url.pathname).toBe('/tickets')
    expect(await stays('lara@list.example')).toEqual([{ requested_by: 'REQUEST_FORM', joined: true, ended_by: null }])
    expect((await mailTo('lara@list.example', LEAVE)).subject).toBeTruthy()
  })

  test('V10: without the box there is no invitation, and with it there is one only, however often', async () => {
    await request('lars@list.example', false)
    expect((await mailsTo('lars@list.example')).some(mail => mail.hasLink(SET))).toBe(false)
    for (let i = 0; i < 3; i++) await request('lars@list.example', true)
    expect((await mailsTo('lars@list.example')).filter(mail => mail.hasLink(SET))).toHaveLength(1)
  })

  test('§3: the box of somebody with an account is only a wish until they follow the link mailed to them', async () => {
    const email = 'lea@list.example'
    await (await stranger().visit('/register')).form('Create account').fill({ name: 'Lea', email }).submit()
    await (await stranger().visit((await mailTo(email, SET)).link(SET)))
      .form('Save password')
      .fill({ password, passwordConfirm: password })
      .submit()
    await request(email, true)
    await request(email, true)
    expect((await stranger().logIn(email, password)).status).toBe(403)
    const confirms = (await mailsTo(email)).filter(mail => mail.hasLink(CONFIRM))
    expect(confirms).toHaveLength(1)
    const link = confirms[0]?.link(CONFIRM) ?? ''
    expect((await stranger().visit(link)).status).toBe(200)
    expect((await stranger().logIn(email, password)).status).toBe(403) // the GET alone changed nothing
    const joined = await (await stranger().visit(link)).form(/./, /\/list\/confirm/).submit()
    expect(joined.url.pathname).toBe('/list/joined')
    expect((await stranger().logIn(email, password)).url.pathname).toBe('/tickets')
    expect((await stranger().visit(link)).status).toBe(410)
  })

  test('V16: the box does nothing for members, for who left, and for the team', async () => {
    for (const { email } of [people.ann, people.cem, people.dana]) {
      const before = await stays(email)
      mailbox.forget()
      await request(email, true)
      expect(await stays(email)).toEqual(before)
      expect((await mailsTo(email)).some(mail => mail.hasLink(CONFIRM) || mail.hasLink(SET))).toBe(false)
    }
  })

  test('§3: "Join the list" is offered to who never was on it, and to nobody else', async () => {
    const cem = await anew('cem').visit('/no-access')
    expect([cem.status, cem.hasButton(/join/i)]).toEqual([403, false])
    const { data } = await as('cem').graphql(
      'mutation { joinList(input: {}) { membership { id } userErrors { code } } }',
    )
    expect(data.joinList).toEqual({ membership: null, userErrors: [{ code: 'LEFT_LIST' }] })
    expect((await as('dana').graphql('mutation { joinList(input: {}) { userErrors { code } } }')).code).toBe(
      'FORBIDDEN',
    )
  })
})

describe('leaving', () => {
  test('V16, §5: the link in a mail leaves, and nothing else; a second use says so; the mail that confirms it takes it back', async () => {
    const person = await newcomer()
    const link = await leaveLinkOf(person)
    const page = await stranger().visit(link)
    expect(page.main).not.toContain(person.email)
    expect(page.main).toContain(`${person.email[0]}…@new.example`)
    expect(page.main).toMatch(/receipt/i)
    expect((await leave(link)).url.pathname).toBe('/list/left')
    expect((await person.browser.visit('/tickets')).status).toBe(403)
    expect((await stranger().visit(link)).main).toMatch(/you have left/i)
    const left = await mailTo(person.email, UNDO)
    const undone = await (await stranger().visit(left.link(UNDO))).form(/./, /\/list\/undo/).submit()
    expect(undone.url.pathname).toBe('/list/joined')
    expect((await person.browser.visit('/tickets')).status).toBe(200)
    expect((await stays(person.email)).map(stay => [stay.requested_by, stay.ended_by])).toEqual([
      ['REGISTRATION', 'LEAVE_LINK'],
      ['UNDO_LINK', null],
    ])
    expect((await stranger().visit(left.link(UNDO))).status).toBe(410)
    // The link of the first stay is over with it.
    const old = await stranger().visit(link)
    expect(old.hasButton(/^Leave/)).toBe(false)
    expect((await person.browser.visit('/tickets')).status).toBe(200)
  })

  test('§3: the undo link works for 14 days', async () => {
    const person = await newcomer()
    await leave(await leaveLinkOf(person))
    const undo = (await mailTo(person.email, UNDO)).link(UNDO)
    clock.forward({ days: 14, minutes: 1 })
    expect((await stranger().visit(undo)).status).toBe(410)
    clock.reset()
  })

  test('V16: leaving kills open confirm links and wishes; no form, link or API of theirs puts them back', async () => {
    const person = await newcomer()
    const link = await leaveLinkOf(person)
    await leave(link)
    await request(person.email, true)
    await (await stranger().visit('/register'))
      .form('Create account')
      .fill({ name: 'x', email: person.email, subscribe: true })
      .submit()
    await person.browser.graphql('mutation { joinList(input: {}) { userErrors { code } } }')
    const mails = await mailsTo(person.email)
    expect(mails.some(mail => mail.hasLink(CONFIRM))).toBe(false)
    expect((await stays(person.email)).at(-1)).toMatchObject({ ended_by: 'LEAVE_LINK' })
    expect((await person.browser.visit('/tickets')).status).toBe(403)
  })

  test('V16: an invitation that is still open joins nobody who left meanwhile', async () => {
    const email = 'lina@list.example'
    await request(email, true)
    const invitation = (await mailTo(email, SET)).link(SET)
    await asSales(await idOf(email))
    const [stay] = await sql(
      'select m.id from membership m join person p on p.id = m.user_id where p.email = $1 and ended_at is null',
      [email],
    )
    const token = leaveToken({ id: String(stay?.id) }, leaveKey(plaindesk.config.sessionSecret))
    expect((await leave(`/list/leave/${token}`)).url.pathname).toBe('/list/left')
    const done = await (await stranger().visit(invitation))
      .form('Save password')
      .fill({ password, passwordConfirm: password })
      .submit()
    expect([done.url.pathname, done.hasButton(/join/i)]).toEqual(['/no-access', false])
  })

  test('§5: one leaves on the account page too', async () => {
    const { browser, email } = await newcomer()
    const left = await (await browser.visit('/account')).form(/^Leave/, '/list/leave').submit()
    expect(left.url.pathname).toBe('/list/left')
    expect((await stays(email)).at(-1)).toMatchObject({ ended_by: 'ACCOUNT' })
    const again = await browser.graphql('mutation { leaveList(input: {}) { alreadyLeft userErrors { code } } }')
    expect(again.data.leaveList).toEqual({ alreadyLeft: true, userErrors: [] })
  })

  test('RFC 8058: one click leaves by urlencoded and by multipart, without cookie, token or redirect', async () => {
    const bodies = [
      { type: 'application/x-www-form-urlencoded', body: 'List-Unsubscribe=One-Click' },
      {
        type: 'multipart/form-data; boundary=xyz',
        body: '--xyz\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--xyz--\r\n',
      },
    ]
    for (const { type, body } of bodies) {
      const person = await newcomer()
      const link = new URL(await leaveLinkOf(person))
      const answer = await stranger().raw('POST', link.pathname, { 'content-type': type }, body)
      expect(answer.status).toBe(200)
      expect((await person.browser.visit('/tickets')).status).toBe(403)
      expect((await stays(person.email)).at(-1)).toMatchObject({ ended_by: 'ONE_CLICK' })
      expect((await stranger().raw('POST', link.pathname, { 'content-type': type }, body)).status).toBe(200)
    }
  })

  test('§9: a leave link that is none of ours is not found', async () => {
    const page = await stranger().visit(`/list/leave/${'A'.repeat(22)}.${'A'.repeat(43)}`)
    expect([page.status, page.hasButton(/^Leave/)]).toEqual([404, false])
    const { data } = await stranger().graphql(
      'mutation { leaveList(input: { token: "nonsense" }) { alreadyLeft userErrors { code field } } }',
    )
    expect(data.leaveList).toEqual({ alreadyLeft: null, userErrors: [{ code: 'LINK_UNKNOWN', field: 'token' }] })
    expect((await stranger().graphql('mutation { leaveList(input: {}) { userErrors { code } } }')).code).toBe(
      'UNAUTHENTICATED',
    )
  })
})

describe('being put back', () => {
  test('V16: by sales and admins, with their name in the record; not by agents', async () => {
    const person = await newcomer()
    await leave(await leaveLinkOf(person))
    const id = await idOf(person.email)
    const refused = await as('dana').graphql(
      'mutation ($user: ID!) { putBackOnList(input: { user: $user }) { userErrors { code } } }',
      { user: id },
    )
    expect(refused.code).toBe('FORBIDDEN')
    const { data } = await asSales(id)
    expect(data.putBackOnList).toEqual({
      membership: { state: 'MEMBER', requestedBy: 'TEAM', putBackBy: { name: 'Sam Seidel' } },
      userErrors: [],
    })
    expect((await person.browser.visit('/tickets')).status).toBe(200)
    expect((await asSales(id)).data.putBackOnList.userErrors).toEqual([{ code: 'ALREADY_MEMBER' }])
    expect((await mailsTo(person.email)).at(-1)?.subject).toMatch(/list/i)
  })

  test('V16: a contact is put back too and finds an invitation; a wish of theirs is granted by it', async () => {
    await request('leo@list.example', false)
    const { data } = await asSales(await idOf('leo@list.example'))
    expect(data.putBackOnList.membership.state).toBe('MEMBER')
    const invitation = (await mailTo('leo@list.example', SET)).link(SET)
    const done = await (await stranger().visit(invitation))
      .form('Save password')
      .fill({ password, passwordConfirm: password })
      .submit()
    expect(done.url.pathname).toBe('/tickets')
    await request('lilo@list.example', true)
    expect((await asSales(await idOf('lilo@list.example'))).data.putBackOnList.membership.state).toBe('MEMBER')
    expect((await stays('lilo@list.example')).map(stay => stay.ended_by)).toEqual(['TEAM', null])
  })

  test('two at the same moment make one stay', async () => {
    const person = await newcomer()
    await leave(await leaveLinkOf(person))
    const id = await idOf(person.email)
    const replies = await Promise.all([asSales(id), asSales(id), asSales(id)])
    expect(replies.map(({ data }) => data.putBackOnList.userErrors.length)).toEqual(expect.arrayContaining([0, 1, 1]))
    expect((await stays(person.email)).filter(stay => stay.ended_by === null)).toHaveLength(1)
  })
})
