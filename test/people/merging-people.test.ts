// Two people who are one: by sales, or because somebody proves the address that a contact is known by.
import { beforeEach, describe, expect, test } from 'vitest'
import { personPage, request } from '../desk/people.ts'
import type { Browser } from '../kit/browser.ts'
import { password, people } from '../kit/cast.ts'
import { expectGoodPage } from '../kit/good-page.ts'
import { byForm } from '../tickets/doors.ts'
import { world } from '../world.ts'

const here = await world()
const { as, stranger, sql, mailTo, mailsTo, newcomer, plaindesk, settled } = here
const sam = as('sam')

beforeEach(() => sql('delete from rate_limit'))

const idOf = async (email: string) => String((await sql('select id from person where email = $1', [email]))[0]?.id)
const stays = async (email: string) =>
  (
    await sql(
      `select case when ended_at is not null then 'LEFT' when joined_at is null then 'PENDING' else 'MEMBER' end as state
       from membership where user_id = (select id from person where email = $1) order by requested_at, id`,
      [email],
    )
  ).map(({ state }) => state)
async function merge(from: string, into: string) {
  const page = await (await sam.visit(await personPage(here, from))).follow('Merge with another person')
  const found = await page.form('Search').fill({ q: into }).submit()
  await expectGoodPage(found)
  return found
    .form('Merge')
    .fill({ into: `user_${await idOf(into)}` })
    .submit()
}
const change = async (browser: Browser, email: string, path = '/account/address') => {
  const page = await browser.visit(path === '/account/address' ? '/account' : path)
  await page.form(/.*/, path).fill({ email, currentPassword: password }).submit()
  const link = (await mailTo(email, /\/account\/address\//)).link(/\/account\/address\//)
  return (await browser.visit(link)).form(/.*/, new URL(link).pathname).submit()
}

describe('by sales', () => {
  test('§3: requests, messages and participation move; the page of the one leads to the other', async () => {
    const { browser, email } = await newcomer('Greta Gold')
    const number = await request(here, { email: 'greta@old.test', subject: 'From the old address', name: 'Greta' })
    const shared = Number((await byForm.request(as('ann'), { subject: 'Shared', message: 'x' })).number)
    await sql(
      `insert into ticket_participant select t.id, p.id from ticket t, person p where t.number = $1 and p.email = 'greta@old.test'`,
      [shared],
    )
    const old = await personPage(here, 'greta@old.test')
    expect((await browser.visit(`/tickets/${number}`)).status).toBe(404)
    const page = await merge('greta@old.test', email)
    expect(page.path).toBe(await personPage(here, email))
    expect(page.main).toContain('Both are one person now.')
    expect(page.main).toMatch(/greta@old.test ?not confirmed/)
    await expectGoodPage(page)
    expect((await sam.visit(old)).path).toBe(page.path)
    expect((await sam.visit('/agent/people?q=greta')).texts('tbody .who')).toEqual([email])

    for (const each of [number, shared]) expect((await browser.visit(`/tickets/${each}`)).status).toBe(200)
    expect((await browser.visit(`/tickets/${number}`)).main).toContain('You')
    expect((await browser.visit('/tickets?q=old+address')).main).toContain(String(number))
    expect((await as('ada').graphql('{ adminLog: __typename }')).code).toBeNull()
    expect(await sql(`select about from admin_event where type = 'PEOPLE_MERGED'`)).toEqual([
      { about: 'greta@old.test' },
    ])
  })

  test('§3: the address leads to who stayed, but opens nothing before they prove it', async () => {
    const owner = await newcomer('Anna Account')
    const other = await newcomer('Anna Again')
    await merge(other.email, owner.email)
    expect((await other.browser.visit('/tickets')).redirects[0]?.location).toContain('/login')
    expect((await stranger().logIn(other.email, password)).status).toBe(422)
    const forgot = (await stranger().visit('/password/forgot')).form(/.*/, '/password/forgot')
    await forgot.fill({ email: other.email }).submit()
    expect((await mailsTo(other.email)).some(mail => mail.hasLink(/\/password\/reset\//))).toBe(false)

    const raw = `From: Anna <${other.email}>\r\nTo: support@plaindesk.example\r\nMessage-ID: <merged@more.test>\r\nSubject: From the alias\r\n\r\nHello\r\n`
    await plaindesk.reception.receive(Buffer.from(raw), { door: 'COMMAND', from: other.email, to: [], client: null })
    await settled()
    const [row] = await sql(
      `select p.email from ticket t join person p on p.id = t.requester_id where t.subject = 'From the alias'`,
    )
    expect(row).toEqual({ email: owner.email })
    await change(owner.browser, other.email, '/account/addresses')
    expect((await stranger().logIn(other.email, password)).path).toBe('/tickets')
  })

  test('V16: one stay stands; whoever left as either of the two has left', async () => {
    const [one, two] = [await newcomer('Rita Remains'), await newcomer('Rita Removed')]
    await merge(two.email, one.email)
    expect((await stays(one.email)).sort()).toEqual(['LEFT', 'MEMBER'])
    expect((await one.browser.visit('/tickets')).status).toBe(200)

    const [left, member] = [await newcomer('Lars Left'), await newcomer('Lars Member')]
    await left.browser.graphql('mutation { leaveList(input: {}) { userErrors { code } } }')
    await merge(member.email, left.email)
    expect(await stays(left.email)).toEqual(['LEFT', 'LEFT'])
    expect((await left.browser.visit('/tickets')).status).toBe(403)

    const never = await newcomer('Nele Never')
    await sql(`delete from membership where user_id = $1`, [await idOf(never.email)])
    const joined = await newcomer('Nele Joined')
    await merge(joined.email, never.email)
    expect(await stays(never.email)).toEqual(['MEMBER'])
  })

  test('§9: who stays has to be chosen', async () => {
    const page = await sam.visit(`${await personPage(here, people.bo.email)}/merging?q=acme`)
    const again = await page.form('Merge').submit()
    expect([again.status, again.errors.length]).toEqual([422, 1])
    await expectGoodPage(again)
  })

  test('§3: nobody of the team, nobody with themselves, no alias; and agents not at all', async () => {
    const ask = async (user: string, into: string, browser = sam) => {
      const { data, code } = await browser.graphql(
        'mutation ($user: ID!, $into: ID!) { mergePeople(input: { user: $user, into: $into }) { userErrors { code field } } }',
        { user: `user_${user}`, into: `user_${into}` },
      )
      return code ?? data.mergePeople.userErrors[0]
    }
    const [ann, bo, dana] = [await idOf(people.ann.email), await idOf(people.bo.email), await idOf(people.dana.email)]
    expect(await ask(dana, ann)).toEqual({ code: 'UNKNOWN_PERSON', field: 'user' })
    expect(await ask(ann, dana)).toEqual({ code: 'UNKNOWN_PERSON', field: 'into' })
    expect(await ask(ann, ann)).toEqual({ code: 'UNKNOWN_PERSON', field: 'into' })
    expect(await ask(ann, bo, as('dana'))).toBe('FORBIDDEN')
    const [alias] = await sql('select id from person where merged_into_id is not null limit 1')
    expect(await ask(String(alias?.id), ann)).toEqual({ code: 'UNKNOWN_PERSON', field: 'user' })
  })
})

describe.each(['/account/address', '/account/addresses'])('by proof, %s', path => {
  test('§3: whoever proves the address of a contact gets its requests; before it they see nothing', async () => {
    const contact = `contact${path.length}@proof.test`
    const { browser, email } = await newcomer('Paul Proof')
    const number = await request(here, { email: contact, subject: 'As a contact' })
    expect((await browser.visit(`/tickets/${number}`)).status).toBe(404)
    expect((await change(browser, contact, path)).status).toBe(200)
    expect((await browser.visit(`/tickets/${number}`)).status).toBe(200)
    expect((await stranger().logIn(contact, password)).path).toBe('/tickets')
    const { data } = await browser.graphql('{ viewer { email furtherAddresses } }')
    expect(data.viewer).toEqual(
      path === '/account/address' ? { email: contact, furtherAddresses: [] } : { email, furtherAddresses: [contact] },
    )
  })

  test('§3: not the address of an account, nor of somebody disabled', async () => {
    const { browser } = await newcomer('Tilo Thief')
    const contact = `disabled${path.length}@proof.test`
    await request(here, { email: contact, subject: 'Disabled' })
    await sql('update person set disabled_at = now() where email = $1', [contact])
    expect((await change(browser, contact, path)).status).toBe(422)
  })
})

test('§4.5: whoever came to a ticket by merging tickets leaves it when these are parted, as the person they are now', async () => {
  const { browser, email } = await newcomer('Tilda Two')
  const own = await request(here, { email: 'tilda@old.test', subject: 'Of the old Tilda', name: 'Tilda' })
  const other = Number((await byForm.request(as('ann'), { subject: 'Of Ann', message: 'x' })).number)
  const change = (mutation: string) =>
    as('dana').graphql(`mutation { ${mutation} { ticket { number } userErrors { code } } }`)
  await change(`mergeTickets(input: { number: ${own}, into: ${other} })`)
  await merge('tilda@old.test', email)
  expect((await browser.visit(`/tickets/${other}`)).main).toContain('Of Ann')
  await change(`unmergeTicket(input: { number: ${own} })`)
  expect((await browser.visit(`/tickets/${other}`)).status).toBe(404)
  expect((await browser.visit(`/tickets/${own}`)).main).toContain('Of the old Tilda')
})
