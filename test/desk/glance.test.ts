// §4 “Ticket page”: the customer at a glance, each fact with the way to where it is changed.
import { describe, expect, test } from 'vitest'
import { expectGoodPage } from '../kit/good-page.ts'
import { answer, open, update } from '../tickets/deeds.ts'
import { world } from '../world.ts'

const { as, sql, newcomer, clock } = await world()
const dana = as('dana')
const sam = as('sam')
const glanceOn = async (browser: typeof dana, number: number) => {
  const page = await browser.visit(`/agent/tickets/${number}`)
  return { page, glance: page.textOf('section:has(#customer)') }
}
const agreement = (name: string, from: string, until: string, hours: number | null, portal: boolean) =>
  sql(
    `insert into agreement (id, organization_id, "from", "until", portal_access, response_hours)
     select gen_random_uuid(), id, ${from}, ${until}, $2, $3 from organization where name = $1`,
    [name, portal, hours],
  )

describe('the agreement', () => {
  test('§4 V6: in force today, with its promise and until when; of several the one that promises most', async () => {
    await sql(`delete from agreement`)
    const number = await open(as('eve'), 'What was promised')
    expect((await glanceOn(dana, number)).glance).toContain('none in force')
    await agreement('Globex Ltd', 'current_date - 400', 'current_date - 1', 1, true)
    await agreement('Globex Ltd', 'current_date - 30', `'2031-03-31'`, 8, true)
    await agreement('Globex Ltd', 'current_date - 30', 'null', 24, false)
    const { page, glance } = await glanceOn(dana, number)
    expect(glance).toContain('first answer within 8 hours, with the portal until 31 March 2031')
    expect(glance).toMatch(/First answer by \d+ \w+ \d{4} at/)
    expect(page.$('#customer').closest('section').find('time.waits')).toHaveLength(0)
    await expectGoodPage(page)
    clock.forward({ hours: 9 })
    expect((await glanceOn(dana, number)).page.$('#customer').closest('section').find('time.waits')).toHaveLength(1)
    await answer(dana, number, 'Late.')
    expect((await glanceOn(dana, number)).glance).not.toContain('First answer by')
    clock.reset()
    // Sales change it where the link leads; agents may not, so it is none for them.
    expect(page.hasLink(/first answer within 8 hours/)).toBe(false)
    const organization = await (await glanceOn(sam, number)).page.follow(/first answer within 8 hours/)
    expect(organization.url.hash).toBe('#agreements')
    expect(organization.heading).toContain('Globex')
  })

  test('§8: by the API; customers read none', async () => {
    const number = await open(as('eve'), 'By program')
    const ask = `{ ticket(number: ${number}) { agreement { responseHours isInForce organization { name } } } }`
    expect((await dana.graphql(ask)).data.ticket.agreement).toEqual({
      responseHours: 8,
      isInForce: true,
      organization: { name: 'Globex Ltd' },
    })
    expect((await as('eve').graphql(ask)).data.ticket.agreement).toBeNull()
    const list = `{ tickets(first: 100, filter: { search: "${number}" }) { nodes { agreement { responseHours } } } }`
    expect((await dana.graphql(list)).data.tickets.nodes).toEqual([{ agreement: { responseHours: 8 } }])
  })
})

describe('the person', () => {
  test('§4: how many tickets they have, open and done, and the way to all of them', async () => {
    const { browser, name } = await newcomer('Grete Glance')
    const [first = 0] = [await open(browser, 'One'), await open(browser, 'Two'), await open(browser, 'Three')]
    await update(dana, first, { status: 'DONE' })
    const number = await open(browser, 'Four')
    const { page, glance } = await glanceOn(dana, number)
    expect(glance).toContain('All of them: 3 open, 1 done')
    const person = await page.follow('All of them: 3 open, 1 done')
    expect([person.heading, person.url.hash]).toEqual([name, '#tickets'])
    expect(person.texts('section:has(#tickets) tbody tr')).toHaveLength(4)
    const { data } = await dana.graphql(
      `{ ticket(number: ${number}) { requester { tickets(first: 1, after: null) { counts { open done all } } } } }`,
    )
    expect(data.ticket.requester.tickets.counts).toEqual({ open: 3, done: 1, all: 4 })
  })

  test('§4: mails that come back, further addresses, the list, and that they see all of their organization', async () => {
    const { browser, email } = await newcomer('Gustav Glance')
    const number = await open(browser, 'Trouble')
    expect((await glanceOn(dana, number)).glance).not.toContain('come back')
    await sql(
      `insert into mail_address (address, bounces, reason, last_bounced_at, blocked_at) values ($1, 2, 'gone', now(), now())`,
      [email],
    )
    await sql(
      `insert into person_address (address, user_id, proven_at) select 'gustav@home.example', id, now() from person where email = $1`,
      [email],
    )
    await sql(
      `update person set sees_organization = true, organization_id = (select id from organization where name = 'Globex Ltd') where email = $1`,
      [email],
    )
    await sql(
      `update ticket set organization_id = (select id from organization where name = 'Globex Ltd') where number = $1`,
      [number],
    )
    const { page, glance } = await glanceOn(dana, number)
    expect(glance).toContain('gustav@home.example')
    expect((await page.follow('E-mails come back')).$('#block')).toHaveLength(1)
    expect((await page.follow('Sees all of its requests')).$('#about')).toHaveLength(1)
    expect((await page.follow(/^On the list since/)).url.hash).toBe('#list')
    await expectGoodPage(page)
  })
})
