// Every page of the team as everybody: who gets in, what it costs, and that it is a good page in both languages.
import { describe, expect, test } from 'vitest'
import type { Name } from '../kit/cast.ts'
import { expectGoodPage } from '../kit/good-page.ts'
import { statementsOf } from '../kit/sql.ts'
import { world } from '../world.ts'

const { as, stranger, sql } = await world()
const [ann] = await sql(`select id from person where email = 'ann@acme.example'`)
const [acme] = await sql(`select id from organization where name like 'Acme%'`)
const [ticket] = await sql('select number from ticket where is_open and hold is null and follow_up_of_id is not null')
const [held] = await sql('select number from ticket where hold is not null')

/** Status for agent, sales, admin. */
const pages: Record<string, [number, number, number]> = {
  '/agent': [200, 200, 200],
  '/agent?tab=mine': [200, 200, 200],
  '/agent?q=import': [200, 200, 200],
  '/agent/tickets/new': [200, 403, 200],
  [`/agent/tickets/${ticket?.number}`]: [200, 200, 200],
  [`/agent/tickets/${held?.number}`]: [200, 200, 200],
  '/agent/tickets/99999999': [404, 404, 404],
  '/agent/held': [200, 403, 200],
  '/agent/people': [200, 200, 200],
  '/agent/people?q=acme': [200, 200, 200],
  [`/agent/people/user_${ann?.id}`]: [200, 200, 200],
  [`/agent/people/user_${ann?.id}/organization`]: [403, 200, 200],
  '/agent/organizations': [403, 200, 200],
  [`/agent/organizations/organization_${acme?.id}`]: [403, 200, 200],
  '/admin': [403, 403, 200],
  [`/admin/people/user_${ann?.id}`]: [403, 403, 200],
  '/admin/tokens': [403, 403, 200],
}
const team: Name[] = ['dana', 'sam', 'ada']

describe.each(Object.entries(pages))('%s', (path, statuses) => {
  test('§5: agents, sales and admins get what their role allows, others none of it', async () => {
    const answers = []
    for (const name of team) answers.push((await as(name).visit(path)).status)
    expect(answers).toEqual(statuses)
    const customer = await as('ann').visit(path)
    expect([customer.status, customer.path]).toEqual([404, path])
    const lockedOut = await as('cem').visit(path)
    expect(lockedOut.status).toBe(403)
    expect(lockedOut.main).toMatch(/list/i)
    const nobody = await stranger().visit(path)
    expect(nobody.path).toBe(`/login?next=${encodeURIComponent(path)}`)
  })

  test('quality, speed: at most 8 statements', async () => {
    const name = team[statuses.lastIndexOf(200)] ?? 'ada'
    await as(name).visit(path)
    const { statements } = await statementsOf(() => as(name).visit(path))
    expect(statements.length, statements.map(each => each.text.slice(0, 100)).join('\n')).toBeLessThanOrEqual(8)
  })

  test('H11: valid HTML in English and German', async () => {
    for (const language of ['en', 'de']) {
      const browser = as('ada')
      browser.languages = language
      const page = await browser.visit(path)
      expect(page.$('html').attr('lang')).toBe(language)
      await expectGoodPage(page)
    }
  })
})
