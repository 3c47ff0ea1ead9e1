// §4 "Admin": categories with the form's hint text, default assignee, default priority.
import { describe, expect, test } from 'vitest'
import { people } from '../kit/cast.ts'
import { expectGoodPage } from '../kit/good-page.ts'
import { world } from '../world.ts'

const { as, stranger, sql, token, api, newcomer } = await world()
const path = '/admin/categories'
type Wish = Record<string, string>

const add = async (wish: Wish) =>
  (await as('ada').visit(path))
    .form(/^Save category$/)
    .fill(wish)
    .submit()
const change = async (name: string, wish: Wish) =>
  (await as('ada').visit(path))
    .form(new RegExp(`^Save category \\(${name}\\)$`))
    .fill(wish)
    .submit()
const newest = async (subject: string) =>
  (
    await sql(
      `select t.priority, a.name as assignee, c.name_en as category, t.number from ticket t
       left join person a on a.id = t.assignee_id left join category c on c.id = t.category_id
       where t.subject = $1`,
      [subject],
    )
  )[0]
const idOf = async (nameEn: string) =>
  `category_${(await sql('select id from category where name_en = $1', [nameEn]))[0]?.id}`

describe('an admin', () => {
  test('§4: adds, renames in both languages, orders, archives and brings back', async () => {
    await expectGoodPage(await as('ada').visit(path))
    const added = await add({ nameEn: 'A return', nameDe: 'Eine Rücksendung' })
    expect(added.texts('[role=status]')).toEqual(['Your changes have been saved.'])
    await expectGoodPage(added)
    await change('A return', { nameEn: 'Returns', nameDe: 'Rücksendungen', position: '1' })
    const form = (await stranger().visit('/tickets/new')).form('Send request')
    expect(Object.values(form.options('category')).slice(0, 3)).toContain('Returns')
    const german = await as('ann').visit('/tickets/new')
    expect(Object.values(german.form('Anfrage senden').options('category'))).toContain('Rücksendungen')

    const archived = await (await as('ada').visit(path)).form(/^Archive \(Returns\)$/).submit()
    expect(archived.texts('article:last-of-type h2').join()).toMatch(/Returns\s+archived/)
    await expectGoodPage(archived)
    const without = (await stranger().visit('/tickets/new')).form('Send request')
    expect(Object.values(without.options('category'))).not.toContain('Returns')
    await archived.form(/^Bring back \(Returns\)$/).submit()
    const again = (await stranger().visit('/tickets/new')).form('Send request')
    expect(Object.values(again.options('category'))).toContain('Returns')
  })

  test('§9: a taken or missing name comes back in its own form', async () => {
    const taken = await add({ nameEn: 'Returns', nameDe: '' })
    expect(taken.status).toBe(422)
    expect(taken.$('#new-nameDe').attr('aria-invalid')).toBe('true')
    await expectGoodPage(taken)
    const twice = await add({ nameEn: 'Returns', nameDe: 'Anders' })
    expect(twice.$('#new-nameEn').attr('aria-invalid')).toBe('true')
  })
})

describe('what a new ticket begins with', () => {
  test('§4: by every door the default assignee and priority; no category, no defaults', async () => {
    await add({ nameEn: 'Outage', nameDe: 'Ausfall', assignee: 'Dirk Decker', priority: 'Urgent' })
    const expected = { priority: 'URGENT', assignee: 'Dirk Decker', category: 'Outage' }
    const category = await idOf('Outage')

    const form = (await stranger().visit('/tickets/new')).form('Send request')
    await form
      .fill({ name: 'Olga', email: 'olga@outage.example', subject: 'By form', message: 'x', category: 'Outage' })
      .submit()
    expect(await newest('By form')).toMatchObject(expected)

    const { browser } = await newcomer()
    const own = (await browser.visit('/tickets/new')).form('Send request')
    await own.fill({ subject: 'Signed in', message: 'x', category: 'Outage' }).submit()
    expect(await newest('Signed in')).toMatchObject(expected)

    const phone = (await as('dana').visit('/agent/tickets/new')).form(/.*/, '/agent/tickets/new')
    await phone
      .fill({ requesterEmail: 'olga@outage.example', subject: 'By phone', message: 'x', category: 'Outage' })
      .submit()
    expect(await newest('By phone')).toMatchObject(expected)

    const create = `mutation ($input: CreateTicketInput!) { createTicket(input: $input) { ticket { number } userErrors { code } } }`
    const ann = api(await token('ann'))
    await ann.graphql(create, { input: { subject: 'By API', message: 'x', category } })
    expect(await newest('By API')).toMatchObject(expected)
    await ann.graphql(create, { input: { subject: 'About nothing', message: 'x' } })
    expect(await newest('About nothing')).toMatchObject({ priority: 'NORMAL', assignee: null, category: null })
  })

  test('§3: whoever no longer works tickets gets none', async () => {
    await add({ nameEn: 'Orphaned', nameDe: 'Verwaist', assignee: 'Dirk Decker' })
    const ann = api(await token('ann'))
    const category = await idOf('Orphaned')
    await sql('update person set disabled_at = now() where email = $1', [people.dirk.email])
    await ann.graphql(
      `mutation ($input: CreateTicketInput!) { createTicket(input: $input) { ticket { number } userErrors { code } } }`,
      { input: { subject: 'Nobody there', message: 'x', category } },
    )
    expect(await newest('Nobody there')).toMatchObject({ assignee: null })
    await sql('update person set disabled_at = null where email = $1', [people.dirk.email])
  })

  test('§2: a ticket keeps an archived category when something else of it changes', async () => {
    const [row] = await sql(
      `select t.number from ticket t join category c on c.id = t.category_id where c.name_en = 'Outage'`,
    )
    await (await as('ada').visit(path)).form(/^Archive \(Outage\)$/).submit()
    const page = await as('dana').visit(`/agent/tickets/${row?.number}`)
    const saved = await page.form('Save', `/agent/tickets/${row?.number}`).fill({ tags: 'kept' }).submit()
    expect(saved.status).toBe(200)
    const [after] = await sql(
      `select c.name_en, t.tags from ticket t join category c on c.id = t.category_id where number = $1`,
      [row?.number],
    )
    expect(after).toEqual({ name_en: 'Outage', tags: ['kept'] })
  })
})

describe('the hint', () => {
  test('§4: stands beside its category on the form, in the reader’s language; a mistake keeps the choice', async () => {
    await add({
      nameEn: 'Broken',
      nameDe: 'Kaputt',
      hintEn: 'Please attach a photo.',
      hintDe: 'Bitte ein Foto anhängen.',
    })
    const page = await stranger().visit('/tickets/new')
    await expectGoodPage(page)
    expect(page.textOf('label:contains("Broken") small')).toBe('Please attach a photo.')
    expect((await as('ann').visit('/tickets/new')).main).toContain('Bitte ein Foto anhängen.')
    await expectGoodPage(await as('dana').visit('/agent/tickets/new'))
    const id = await idOf('Broken')
    const wrong = await page
      .form('Send request')
      .fill({ name: 'Berta', email: 'berta@broken.example', subject: '', message: 'x', category: id })
      .submit()
    expect(wrong.status).toBe(422)
    expect(wrong.$(`input[value="${id}"]`).attr('checked')).toBeDefined()
    await wrong.form('Send request').fill({ subject: 'With a hint' }).submit()
    expect(await newest('With a hint')).toMatchObject({ category: 'Broken' })
  })
})

test('§8: customers read of a category neither who works it nor its priority', async () => {
  await add({ nameEn: 'Secretive', nameDe: 'Geheim', assignee: 'Dana Dietz', priority: 'High' })
  const { data } = await as('ann').graphql('{ categories { nameEn assignee { name } priority } }')
  expect(data.categories).toContainEqual({ nameEn: 'Secretive', assignee: null, priority: null })
  const team = await as('sam').graphql('{ categories { nameEn assignee { name } priority } }')
  expect(team.data.categories).toContainEqual({
    nameEn: 'Secretive',
    assignee: { name: 'Dana Dietz' },
    priority: 'HIGH',
  })
})
