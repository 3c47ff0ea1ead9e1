// What an agent has begun to write stays until it is sent or thrown away, on any device, and nobody else reads it.
import { describe, expect, test } from 'vitest'
import { expectGoodPage } from '../kit/good-page.ts'
import { open, texts } from '../tickets/deeds.ts'
import { world } from '../world.ts'

const { as, anew, sql } = await world()
const bo = as('bo')
const dana = as('dana')
const dirk = as('dirk')
const ticketPage = (browser: typeof dana, number: number) => browser.visit(`/agent/tickets/${number}`)
const save = async (number: number, message: string, status = 'OPEN') =>
  (await ticketPage(dana, number))
    .form(/^Save draft\s*: Answer$/)
    .fill({ message, status })
    .submit()

describe('a draft', () => {
  test('§4 “Ticket page”: is saved by a button and is there later, on another device too', async () => {
    const number = await open(bo, 'Takes time')
    const saved = await save(number, 'Dear Bo,\n\nwe are looking', 'DONE')
    expect(saved.url.hash).toBe('#answer')
    expect(saved.texts('[role=status]')).toEqual(['The draft is saved, without files.'])
    await expectGoodPage(saved)
    const elsewhere = await ticketPage(anew('dana'), number)
    expect(elsewhere.form('Send answer').value('message')?.replaceAll('\r', '')).toBe('Dear Bo,\n\nwe are looking')
    expect(elsewhere.$('input[name=status][value=DONE]').attr('checked')).toBeDefined()
    expect(elsewhere.main).toContain('Only you see it.')
    expect(await texts(bo, number)).toEqual(['The first message.'])
  })

  test('§4: is nobody else’s: not on a page, nor by the API, nor by id', async () => {
    const number = await open(bo, 'Private words')
    await save(number, 'Unripe gooseberries')
    const { data } = await dana.graphql(`{ ticket(number: ${number}) { drafts { id kind text status } hasDraft } }`)
    expect(data.ticket).toMatchObject({ hasDraft: true, drafts: [{ kind: 'ANSWER', text: 'Unripe gooseberries' }] })
    const [{ id }] = data.ticket.drafts
    expect((await dana.graphql(`{ node(id: "${id}") { ... on Draft { text } } }`)).data.node.text).toBe(
      'Unripe gooseberries',
    )
    for (const other of [dirk, as('ada'), as('sam')]) {
      expect((await ticketPage(other, number)).html).not.toContain('gooseberries')
      const seen = await other.graphql(
        `{ ticket(number: ${number}) { drafts { text } hasDraft } node(id: "${id}") { id } }`,
      )
      expect(seen.data).toEqual({ ticket: { drafts: [], hasDraft: false }, node: null })
    }
    const own = await bo.graphql(
      `{ ticket(number: ${number}) { drafts { text } hasDraft lookers { draftSince } } node(id: "${id}") { id } }`,
    )
    expect(own.data).toEqual({ ticket: { drafts: [], hasDraft: false, lookers: [] }, node: null })
    expect((await bo.visit(`/tickets/${number}`)).html).not.toContain('gooseberries')
  })

  test('§4: of an answer and of a note are two', async () => {
    const number = await open(bo, 'Both')
    await save(number, 'An answer')
    const both = await (await ticketPage(dana, number))
      .form(/^Save draft\s*: Internal note$/)
      .fill({ message: 'A note' })
      .submit()
    expect(both.form('Send answer').value('message')).toBe('An answer')
    expect(both.form('Add note').value('message')).toBe('A note')
    expect(both.$('details.noted').attr('open')).toBeDefined()
    const noted = await both.form('Add note').submit()
    expect(noted.form('Add note').value('message')).toBe('')
    expect(noted.form('Send answer').value('message')).toBe('An answer')
  })

  test('§4: is marked in the queue, and gone once it was sent', async () => {
    const number = await open(bo, 'Marked in the queue')
    await save(number, 'Soon')
    const row = async (browser: typeof dana) =>
      (await browser.visit('/agent?q=Marked+in+the+queue')).texts('tbody tr').join()
    expect(await row(dana)).toContain('Draft')
    expect(await row(dirk)).not.toContain('Draft')
    const sent = await (await ticketPage(dana, number)).form('Send answer').submit()
    expect(await texts(bo, number)).toEqual(['The first message.', 'Soon'])
    expect(sent.form('Send answer').value('message')).toBe('')
    expect(await row(dana)).not.toContain('Draft')
    expect(
      await sql('select 1 from draft d join ticket t on t.id = d.ticket_id where t.number = $1', [number]),
    ).toEqual([])
  })

  test('§4: is thrown away by a button, or by saving nothing', async () => {
    const number = await open(bo, 'Never mind')
    const saved = await save(number, 'Rubbish')
    const gone = await saved.form(/^Discard\s*: Answer$/).submit()
    expect(gone.texts('[role=status]')).toEqual(['The draft is gone.'])
    expect(gone.form('Send answer').value('message')).toBe('')
    await save(number, 'Rubbish again')
    expect((await save(number, '')).form('Send answer').value('message')).toBe('')
  })
})

describe('what was typed is a draft', () => {
  test('§4.5: where somebody else answered meanwhile', async () => {
    const number = await open(bo, 'Two at once')
    const page = await ticketPage(dana, number)
    await (await ticketPage(dirk, number)).form('Send answer').fill({ message: 'Dirk first.' }).submit()
    const back = await page.form('Send answer').fill({ message: 'Dana second.', status: 'OPEN' }).submit()
    expect(back.status).toBe(422)
    const later = await ticketPage(anew('dana'), number)
    expect(later.form('Send answer').value('message')).toBe('Dana second.')
    await back.form('Send answer').submit()
    expect((await ticketPage(dana, number)).form('Send answer').value('message')).toBe('')
  })

  test('§9: where the form comes back with a mistake', async () => {
    const number = await open(bo, 'Mistake')
    const page = await ticketPage(dana, number)
    const long = await page.form('Send answer').fill({ message: 'Fine.' }).smuggle({ status: 'NEW' }).submit()
    expect(long.status).toBe(422)
    const note = page.form('Add note').fill({ message: 'With a file' })
    const refused = await note.attach('attachments', { filename: 'empty.txt', content: '' }).submit()
    expect(refused.status).toBe(422)
    expect((await ticketPage(anew('dana'), number)).form('Add note').value('message')).toBe('With a file')
  })

  test('§4: not what a page that is older than the draft sends', async () => {
    const number = await open(bo, 'Two devices')
    const old = await ticketPage(anew('dana'), number)
    await save(number, 'A long and careful answer')
    await old.form('Send answer').fill({ message: 'Short.' }).submit()
    expect((await ticketPage(dana, number)).form('Send answer').value('message')).toBe('A long and careful answer')
  })

  test('§4: nor loses what was saved on another device meanwhile', async () => {
    const number = await open(bo, 'Saved twice')
    const old = await ticketPage(anew('dana'), number)
    await save(number, 'Written at the desk')
    const both = await old
      .form(/^Save draft\s*: Answer$/)
      .fill({ message: 'Written on the train' })
      .submit()
    const words = both.form('Send answer').value('message')?.replaceAll('\r', '')
    expect(words).toBe('Written on the train\n\nWritten at the desk')
    const third = await ticketPage(anew('dana'), number)
    await save(number, 'Later still')
    await (await ticketPage(dirk, number)).form('Send answer').fill({ message: 'Dirk, quicker.' }).submit()
    const back = await third.form('Send answer').fill({ message: 'All at once' }).submit()
    expect(back.status).toBe(422)
    expect(back.form('Send answer').value('message')?.replaceAll('\r', '')).toBe('All at once\n\nLater still')
    const again = await back
      .form(/^Save draft\s*: Answer$/)
      .fill({ message: 'One answer' })
      .submit()
    expect(again.form('Send answer').value('message')).toBe('One answer')
  })

  test('§4: and goes along where its ticket is put into another', async () => {
    const [number, into] = [await open(bo, 'Doubled'), await open(bo, 'The one')]
    await save(number, 'About the double')
    await (await ticketPage(dana, number))
      .form('Put together')
      .fill({ into: String(into) })
      .submit()
    expect((await ticketPage(dana, into)).form('Send answer').value('message')).toBe('About the double')
  })
})

describe('by the API', () => {
  const mutate = (browser: typeof dana, name: string, input: object) =>
    browser.graphql(
      `mutation ($input: ${name[0]?.toUpperCase()}${name.slice(1)}Input!) { payload: ${name}(input: $input) { ticket { drafts { kind text } } userErrors { code field } } }`,
      { input },
    )

  test('§8: the same drafts; messages of programs leave them unless told which one they send', async () => {
    const number = await open(bo, 'By program')
    const saved = await mutate(dana, 'saveDraft', { number, kind: 'ANSWER', message: ' x ', status: 'CLOSED' })
    expect(saved.data.payload.userErrors).toEqual([{ code: 'INVALID_STATUS', field: 'status' }])
    const { data } = await mutate(dana, 'saveDraft', { number, kind: 'ANSWER', message: 'Words' })
    expect(data.payload.ticket.drafts).toEqual([{ kind: 'ANSWER', text: 'Words' }])
    const said = await mutate(dana, 'commentOnTicket', { number, message: 'Something else' })
    expect(said.data.payload.ticket.drafts).toEqual([{ kind: 'ANSWER', text: 'Words' }])
    const found = await dana.graphql(`{ ticket(number: ${number}) { drafts { id } } }`)
    const [{ id: draft }] = found.data.ticket.drafts
    expect((await mutate(dirk, 'commentOnTicket', { number, message: 'Not mine', draft })).code).toBeNull()
    expect((await dana.graphql(`{ ticket(number: ${number}) { hasDraft } }`)).data.ticket.hasDraft).toBe(true)
    const sent = await mutate(dana, 'commentOnTicket', { number, message: 'Words', draft })
    expect(sent.data.payload.ticket.drafts).toEqual([])
  })
})
