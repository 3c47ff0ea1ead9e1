// §4 "Ticket page": canned texts with placeholders, picked without scripts, editable before sending.
import { describe, expect, test } from 'vitest'
import { fillPlaceholders } from '../../src/desk/fill-placeholders.ts'
import { people } from '../kit/cast.ts'
import { expectGoodPage } from '../kit/good-page.ts'
import { statementsOf } from '../kit/sql.ts'
import { world } from '../world.ts'
import { request } from './people.ts'

const here = await world()
const { as, sql, token, api } = here
const path = '/admin/canned-texts'

const add = async (name: string, text: string) =>
  (await as('ada').visit(path))
    .form(/^Save text$/)
    .fill({ name, text })
    .submit()

describe('an admin', () => {
  test('§4: adds, changes and archives canned texts', async () => {
    const page = await as('ada').visit(path)
    await expectGoodPage(page)
    const added = await add('Which version', 'Dear {{customer}}, which version is it?')
    expect(added.path).toBe(path)
    expect(added.texts('[role=status]')).toEqual(['Your changes have been saved.'])
    await expectGoodPage(added)
    const form = added.form(/^Save text \(Which version\)$/)
    const changed = await form.fill({ name: 'The version', position: '7' }).submit()
    expect(changed.main).toContain('The version')
    expect(changed.main).not.toContain('Which version')
    expect(await sql(`select position from canned_text where name = 'The version'`)).toEqual([{ position: 7 }])
    const archived = await changed.form(/^Archive \(The version\)$/).submit()
    expect(archived.main).not.toContain('The version')
    expect((await add('The version', 'Another of that name')).status).toBe(200)
  })

  test('§9: what is empty or has a taken name comes back in its own form', async () => {
    await add('Taken', 'x')
    const taken = await add('Taken', 'This is kept')
    expect(taken.status).toBe(422)
    expect(taken.$('#new-name').attr('aria-invalid')).toBe('true')
    expect(taken.$('#new-text').text()).toContain('This is kept')
    await expectGoodPage(taken)
    const empty = await taken
      .form(/^Save text \(Taken\)$/)
      .fill({ text: '' })
      .submit()
    expect(empty.status).toBe(422)
    expect(empty.$('#new-text').attr('aria-invalid')).toBeUndefined()
    expect(empty.$('article details[open]')).toHaveLength(1)
    expect(empty.$('.errors a').attr('href')).toBe(`#${empty.$('article details[open] textarea').attr('id')}`)
  })
})

describe('an agent', () => {
  test('§4: inserts a text without scripts, changes it and sends it', async () => {
    await add(
      'Greeting',
      'Dear {{customer}},\n\nabout #{{number}} “{{subject}}”: {{solution}} {{organization}}\n\n{{agent}}, {{ brand }}',
    )
    const number = await request(here, { email: 'canned@answer.example', subject: 'A {{agent}} in the subject' })
    const page = await as('dana').visit(`/agent/tickets/${number}`)
    await expectGoodPage(page)
    expect(page.form('Send answer').value('message')).toBe('')
    const inserted = await page.form('Insert below').fill({ canned: 'Greeting' }).submit()
    expect(inserted.url.hash).toBe('#answer')
    expect(inserted.form('Insert below').value('canned')).toBe('')
    const text = inserted.form('Send answer').value('message')?.replaceAll('\r', '').trim()
    // What is unknown, or has nothing to say, stays visible; the customer's words are not looked through again.
    expect(text).toBe(
      `Dear Rita Request,\n\nabout #${number} “A {{agent}} in the subject”: {{solution}} {{organization}}\n\nDana Dietz, Plaindesk`,
    )
    await expectGoodPage(inserted)
    const sent = await inserted.form('Send answer').fill({ message: 'Dear Rita, it is solved.' }).submit()
    expect(sent.main).toContain('it is solved')
    expect(sent.form('Send answer').value('message')).toBe('')
  })

  test('§4: below the words that are there, which stay, and so does where the ticket is to stand', async () => {
    await add('Below', 'Kind regards,\n{{agent}}')
    const number = await request(here, { email: 'below@answer.example', subject: 'Below' })
    const page = await as('dana').visit(`/agent/tickets/${number}`)
    const form = page.form('Insert below').fill({ message: 'Typed before.', status: 'DONE', canned: 'Below' })
    const inserted = await form.submit()
    const answer = inserted.form('Send answer')
    expect(answer.value('message')?.replaceAll('\r', '').trim()).toBe('Typed before.\n\nKind regards,\nDana Dietz')
    expect(inserted.$('input[name=status][value=DONE]').attr('checked')).toBeDefined()
    expect((await answer.submit()).textOf('.state')).toContain('Done')
  })

  test('quality: the page of a ticket keeps to its 8 statements, with a draft and colleagues at it too', async () => {
    const number = await request(here, { email: 'budget@answer.example', subject: 'Budget' })
    const address = `/agent/tickets/${number}`
    for (const name of ['dirk', 'ada'] as const) await as(name).visit(address)
    const saved = await (await as('dana').visit(address)).form('Insert below').fill({ canned: 'Greeting' }).submit()
    expect(saved.main).toContain('Dirk Decker is looking at this ticket')
    await here.settled() // the worker's statements are not the page's
    const { statements } = await statementsOf(() => as('dana').visit(address))
    expect(statements.length).toBeLessThanOrEqual(8)
  })

  test('§9: a text that is not there, or an empty choice, inserts nothing', async () => {
    const number = await request(here, { email: 'nothing@answer.example', subject: 'Nothing' })
    const page = await as('dana').visit(`/agent/tickets/${number}`)
    const nothing = await page.form('Insert below').fill({ message: 'Stays.' }).submit()
    expect(nothing.form('Send answer').value('message')).toBe('Stays.')
    for (const canned of ['cannedText_00000000-0000-7000-8000-000000000000', 'x']) {
      const form = page.form('Insert below').fill({ message: 'Stays, too.' }).smuggle({ canned })
      const refused = await form.submit()
      expect(refused.status).toBe(422)
      expect(refused.form('Send answer').value('message')).toBe('Stays, too.')
      await expectGoodPage(refused)
    }
  })
})

describe('by the API', () => {
  const save = `mutation ($input: SaveCannedTextInput!) { saveCannedText(input: $input) { cannedText { id name position } userErrors { code field } } }`

  test('§8: the same texts, the same draft', async () => {
    const ada = api(await token('ada'))
    const { data } = await ada.graphql(save, { input: { name: 'By API', text: 'Hello {{customer}}: {{link}}' } })
    const { id } = data.saveCannedText.cannedText
    const [{ number }] = (await sql(
      `select t.number from ticket t join person p on p.id = t.requester_id where p.email = $1 limit 1`,
      [people.ann.email],
    )) as [{ number: number }]
    const draft = `query ($id: ID!) { ticket(number: ${number}) { answerDraft(cannedText: $id) } }`
    const dana = api(await token('dana', ['TICKETS_READ']))
    expect((await dana.graphql(draft, { id })).data.ticket.answerDraft).toBe(
      `Hello Ann Albers: ${here.url}/tickets/${number}`,
    )
    // Customers and sales do not answer, so there is no draft for them.
    expect((await as('ann').graphql(draft, { id })).data.ticket.answerDraft).toBeNull()
    expect((await as('sam').graphql(draft, { id })).data.ticket.answerDraft).toBeNull()
    expect((await as('ann').graphql(`query ($id: ID!) { node(id: $id) { id } }`, { id })).data.node).toBeNull()
    expect((await as('ann').graphql('{ cannedTexts { text } }')).code).toBe('FORBIDDEN')
  })

  test('§9: places outside the list are refused', async () => {
    const { data } = await api(await token('ada')).graphql(save, { input: { name: 'Nowhere', text: 'x', position: 0 } })
    expect(data.saveCannedText.userErrors).toEqual([{ code: 'INVALID_CHOICE', field: 'position' }])
  })
})

test('§4: placeholders stand with or without spaces; names of the language itself are none', () => {
  expect(
    fillPlaceholders('{{ agent }}{{agent}} {{toString}} {{__proto__}} {agent} {{}}', { agent: '$&{{brand}}' }),
  ).toBe('$&{{brand}}$&{{brand}} {{toString}} {{__proto__}} {agent} {{}}')
})
