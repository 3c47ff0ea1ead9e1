// §4.5, "Satisfaction": some days after a ticket is done its customer is asked once how it was.
import { describe, expect, test } from 'vitest'
import { expectGoodPage } from '../kit/good-page.ts'
import { world } from '../world.ts'
import { answer, open, update } from './deeds.ts'

const { as, anew, newcomer, stranger, plaindesk, clock, mailsTo, settled, sql } = await world()
const ask = () => plaindesk.tasks.list['ask-rating']?.({}, { now: clock.now(), isLastTry: true })

const nina = await newcomer('Nina Neu')
const asked = async () => (await mailsTo(nina.email)).filter(mail => mail.links.some(link => link.includes('/rating/')))

describe('asking', () => {
  test('goes once, three days after the answer that settled it, and not about what was never answered', async () => {
    const dana = as('dana')
    const number = await open(nina.browser, 'Settled')
    await answer(dana, number, 'It works again.', 'DONE')
    const silent = await open(nina.browser, 'Never answered')
    await update(dana, silent, { status: 'DONE' })
    await ask()
    expect(await asked()).toEqual([])
    clock.forward({ days: 3, hours: 1 })
    await ask()
    await ask()
    const [mail, ...more] = await asked()
    expect(more).toEqual([])
    expect(mail?.subject).toContain(`[#${number}]`)
    expect(mail?.header('Auto-Submitted')).toBe('auto-generated')
    clock.forward({ days: 1 })
    await ask()
    expect(await asked()).toHaveLength(1)
  })

  test('not once it is open again', async () => {
    const number = await open(nina.browser, 'Opened again')
    await answer(anew('dana'), number, 'Done.', 'DONE')
    clock.forward({ days: 3, hours: 1 })
    await update(anew('dirk'), number, { status: 'OPEN' })
    await ask()
    await settled()
    expect(await asked()).toHaveLength(1)
  })
})

describe('rating', () => {
  test('the link opens a page with one button, chosen already; nothing is written before the click, and it is given once', async () => {
    const [mail] = await asked()
    const anybody = stranger()
    const page = await anybody.visit(mail?.link(/score=BAD/) ?? '')
    expect(page.$('input[name=score]:checked').val()).toBe('BAD')
    expect(await sql('select 1 from rating')).toEqual([])
    await expectGoodPage(page)
    const thanks = await page.form('Send').fill({ comment: 'It took too long.' }).submit()
    expect(thanks.main).toContain('Thank you')
    const again = await stranger().visit(mail?.link(/score=GOOD/) ?? '')
    expect(again.main).toContain('Thank you')
    expect(again.hasButton('Send')).toBe(false)
    expect(await sql('select score, comment from rating')).toEqual([{ score: 'BAD', comment: 'It took too long.' }])
  })

  test('the team reads it at the ticket and in a list; customers do not', async () => {
    const [row] = await sql<{ number: number }>('select number from ticket t join rating r on r.ticket_id = t.id')
    const number = Number(row?.number)
    const fresh = as('sam')
    const list = await fresh.visit('/agent/ratings?score=BAD')
    expect(list.main).toContain('It took too long.')
    expect((await fresh.visit('/agent/ratings?score=GOOD')).main).not.toContain('It took too long.')
    expect((await fresh.visit(`/agent/tickets/${number}`)).main).toContain('It took too long.')
    const { data } = await as('bo').graphql(`{ ticket(number: ${number}) { rating { score } } }`)
    expect(data.ticket).toBe(null)
  })

  test('a link that is none of ours finds nothing', async () => {
    expect((await stranger().visit('/rating/made-up')).status).toBe(404)
  })
})
