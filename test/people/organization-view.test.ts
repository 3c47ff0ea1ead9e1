// "Sees all tickets of the organization": sales say who, the box "private" says what not.
import { beforeEach, describe, expect, test } from 'vitest'
import { personPage } from '../desk/people.ts'
import { people } from '../kit/cast.ts'
import { expectGoodPage } from '../kit/good-page.ts'
import { answer, open, read, update } from '../tickets/deeds.ts'
import { byApi, byForm } from '../tickets/doors.ts'
import { world } from '../world.ts'

const here = await world()
const { as, sql, mailsTo, settled, mailbox } = here
const [ann, bo, eve, dana, sam] = [as('ann'), as('bo'), as('eve'), as('dana'), as('sam')]
const lets = (sees: boolean) =>
  sql('update person set sees_organization = $1 where email = $2', [sees, people.bo.email])
const listed = async (browser = bo): Promise<number[]> => {
  const { data } = await browser.graphql('{ tickets(first: 100) { nodes { number } } ticketCounts { all } }')
  expect(data.ticketCounts.all).toBe(data.tickets.nodes.length)
  return data.tickets.nodes.map(({ number }: { number: number }) => number)
}

beforeEach(async () => {
  await lets(true)
  await sql('delete from rate_limit')
})

describe('who sees', () => {
  test('§3: sales let a customer see all of the organization and take it back; agents cannot', async () => {
    await lets(false)
    const number = await open(ann, 'Der gemeinsame Drucker', 'Wolpertinger im Papierfach.')
    expect((await bo.visit(`/tickets/${number}`)).status).toBe(404)
    const path = await personPage(here, people.bo.email)
    expect((await dana.visit(path)).hasButton('Let see all of Acme GmbH')).toBe(false)
    const page = await (await sam.visit(path)).form('Let see all of Acme GmbH').submit()
    expect(page.main).toContain('All requests of the organization')
    await expectGoodPage(page)

    const list = await bo.visit('/tickets')
    expect(list.heading).toBe('Requests of Acme GmbH')
    expect(list.main).toMatch(/Der gemeinsame Drucker ?Ann Albers/)
    await expectGoodPage(list)
    expect((await bo.visit('/tickets?q=wolpertinger')).main).toContain(String(number))
    expect((await bo.visit(`/tickets/${number}`)).main).toContain('Papierfach')
    expect((await list.follow('Only my own requests')).main).not.toContain('Der gemeinsame Drucker')
    expect(await listed(eve)).not.toContain(number)

    await page.form('Only their own again').submit()
    expect((await bo.visit(`/tickets/${number}`)).status).toBe(404)
    expect(await listed()).not.toContain(number)
  })

  test('§3: the API lets nobody of the team, and nobody without an organization, see one', async () => {
    const set = async (email: string) => {
      const [row] = await sql('select id from person where email = $1', [email])
      const { data } = await sam.graphql(
        'mutation ($user: ID!) { setOrganizationView(input: { user: $user, seesOrganization: true }) { user { seesOrganization } userErrors { code field } } }',
        { user: `user_${row?.id}` },
      )
      return data.setOrganizationView
    }
    const refused = { userErrors: [{ code: 'UNKNOWN_ORGANIZATION', field: 'user' }] }
    expect(await set(people.dana.email)).toMatchObject(refused)
    expect(await set('hanna@hooli.example')).toMatchObject(refused)
    expect(await set(people.bo.email)).toMatchObject({ user: { seesOrganization: true }, userErrors: [] })
  })

  test('§3: whoever changes the organization sees nothing of the new one until sales say so', async () => {
    const [globex] = await sql(`select id from organization where name like 'Globex%'`)
    const [row] = await sql('select id, organization_id from person where email = $1', [people.bo.email])
    const assign = (organization: unknown) =>
      sam.graphql(
        'mutation ($user: ID!, $organization: ID) { assignOrganization(input: { user: $user, organization: $organization }) { user { seesOrganization } } }',
        { user: `user_${row?.id}`, organization: `organization_${organization}` },
      )
    const own = await open(eve, 'Only for Globex')
    expect((await assign(globex?.id)).data.assignOrganization.user.seesOrganization).toBe(false)
    expect((await bo.visit(`/tickets/${own}`)).status).toBe(404)
    await assign(row?.organization_id)
  })
})

describe('what is private', () => {
  test('§3: with the box on the form a request is for its requester, participants and the team alone', async () => {
    const form = (await ann.visit('/tickets/new')).form('Anfrage senden')
    const page = await form.fill({ subject: 'Gehalt', message: 'Vertraulich bitte.', private: true }).submit()
    const number = Number(page.path.split('/').at(-1))
    expect(page.textOf('.facts')).toContain('vertraulich')
    expect((await bo.visit(`/tickets/${number}`)).status).toBe(404)
    expect(await listed()).not.toContain(number)
    expect((await bo.visit('/tickets?q=Gehalt')).main).not.toContain(String(number))
    const work = await dana.visit(`/agent/tickets/${number}`)
    expect(work.main).toContain('Colleagues of the customer do not see this ticket.')
    await expectGoodPage(work)

    await update(dana, number, { status: 'CLOSED' })
    const next = Number((await byForm.comment(ann, number, { message: 'Noch etwas.' })).number)
    expect(next).not.toBe(number)
    expect((await bo.visit(`/tickets/${next}`)).status).toBe(404)
  })

  test('§3: the API takes it too; strangers and people without an organization have no box', async () => {
    const { data } = await ann.graphql(
      'mutation { createTicket(input: { subject: "By program", message: "x", private: true }) { ticket { number isPrivate } } }',
    )
    expect(data.createTicket.ticket.isPrivate).toBe(true)
    expect((await bo.visit(`/tickets/${data.createTicket.ticket.number}`)).status).toBe(404)
    expect((await here.stranger().visit('/tickets/new')).html).not.toContain('name="private"')
    expect((await (await here.newcomer()).browser.visit('/tickets/new')).html).not.toContain('name="private"')
  })

  test('§3: what is held may be nobody’s, so colleagues do not see it', async () => {
    const number = await open(ann, 'Maybe not mine')
    expect(await listed()).toContain(number)
    await sql(`update ticket set hold = 'SPAM' where number = $1`, [number])
    expect(await listed()).not.toContain(number)
    expect((await bo.visit(`/tickets/${number}`)).status).toBe(404)
  })
})

describe.each([byForm, byApi])('what they do, $name', door => {
  test('§3: reads and comments, and is told of answers from then on; the requester decides', async () => {
    const number = await open(ann, `Zusammen ${door.name}`)
    const page = await bo.visit(`/tickets/${number}`)
    expect(page.main).toContain('By commenting you take part')
    expect(page.hasButton('Mark as done')).toBe(false)
    for (const word of [door.markDone, door.reopen])
      expect((await word(bo, number)).refusals).toEqual([door === byApi ? 'FORBIDDEN' : '404'])
    await settled()
    mailbox.forget()
    expect(await door.comment(bo, number, { message: 'I have it too.' })).toMatchObject({ number, refusals: [] })
    const about = async (email: string) =>
      (await mailsTo(email)).filter(({ subject }) => subject.includes(`[#${number}]`)).map(({ text }) => text)
    expect((await about(people.ann.email)).some(text => text.includes('I have it too.'))).toBe(true)
    expect((await about(people.dana.email)).some(text => text.includes('I have it too.'))).toBe(true)
    expect(await read(ann, number)).toMatchObject({ participants: [{ name: 'Bo Berg' }] })
    expect((await bo.visit(`/tickets/${number}`)).main).not.toContain('By commenting you take part')
    await answer(dana, number, 'Fixed for both.')
    expect((await about(people.bo.email)).some(text => text.includes('Fixed for both.'))).toBe(true)
    expect((await listed()).filter(each => each === number)).toHaveLength(1)
  })
})
