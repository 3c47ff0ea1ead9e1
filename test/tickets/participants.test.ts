// A participant reads and comments; the ticket stays its requester's.
import { beforeEach, describe, expect, test } from 'vitest'
import { people } from '../kit/cast.ts'
import { world } from '../world.ts'
import { answer, note, open, read, texts, update } from './deeds.ts'
import { byApi, byForm } from './doors.ts'

const { as, sql, mailsTo, settled, mailbox } = await world()

const [ann, bo, eve, dana] = [as('ann'), as('bo'), as('eve'), as('dana')]
const both = 'ticket t, person p where t.number = $1 and p.email = $2'
const add = (number: number, email: string) =>
  sql(`insert into ticket_participant (ticket_id, user_id) select t.id, p.id from ${both}`, [number, email])
const remove = (number: number, email: string) =>
  sql(`delete from ticket_participant tp using ${both} and tp.ticket_id = t.id and tp.user_id = p.id`, [number, email])
const mailsAbout = async (address: string, number: number) =>
  (await mailsTo(address)).filter(mail => mail.subject.includes(`[#${number}]`))
const listed = async (browser = bo) =>
  (await browser.graphql('{ tickets(first: 100) { nodes { number } } ticketCounts { all } }')).data

let number: number
beforeEach(async () => {
  number = await open(ann, 'Gemeinsame Sache', 'Das betrifft auch Bo: Wolpertinger.')
  await add(number, people.bo.email)
})

describe('reading', () => {
  test('§2: a participant finds the ticket in list, counts and search, and reads all of it', async () => {
    const before = await listed(eve)
    expect((await bo.visit('/tickets')).main).toContain('Gemeinsame Sache')
    expect((await bo.visit('/tickets?q=wolpertinger')).main).toContain(String(number))
    const { tickets, ticketCounts } = await listed()
    expect(tickets.nodes).toContainEqual({ number })
    expect(ticketCounts.all).toBe(tickets.nodes.length)
    const page = await bo.visit(`/tickets/${number}`)
    expect(page.main).toContain('Das betrifft auch Bo')
    expect(page.textOf('.facts')).toMatch(/Sent by Ann Albers Also involved Bo Berg/)
    expect(await read(bo, number)).toMatchObject({
      participants: [{ name: 'Bo Berg' }],
      requester: { name: 'Ann Albers' },
    })
    expect(await listed(eve)).toEqual(before)
    expect((await eve.visit(`/tickets/${number}`)).status).toBe(404)
  })

  test('§3: reads no note, and learns no more about the others than their names', async () => {
    await note(dana, number, 'Both are difficult.')
    expect((await bo.visit(`/tickets/${number}`)).html).not.toMatch(/difficult|ann@acme/)
    const { data, code } = await bo.graphql(
      'query ($n: Int!) { ticket(number: $n) { requester { name email } participants { name email } } }',
      { n: number },
    )
    expect([data?.ticket?.requester?.email ?? null, code === null || code === 'FORBIDDEN']).toEqual([null, true])
  })

  test('H16: opens its files', async () => {
    await byApi.comment(ann, number, { files: [{ filename: 'plan.txt', content: 'the plan' }] })
    const page = await bo.visit(`/tickets/${number}`)
    const path = new URL(page.link('plan.txt')).pathname
    expect((await page.follow('plan.txt')).html).toBe('the plan')
    await remove(number, people.bo.email)
    expect((await bo.visit(path)).status).toBe(404)
  })

  test('§3: opening it does not prove the requester’s address', async () => {
    await sql('update ticket set requester_proven = false where number = $1', [number])
    await bo.visit(`/tickets/${number}`)
    await byApi.comment(bo, number, { message: 'I am Bo.' })
    expect((await read(dana, number)).requesterProven).toBe(false)
    await ann.visit(`/tickets/${number}`)
    expect((await read(dana, number)).requesterProven).toBe(true)
  })

  test('§3: of tickets that go on from one another sees only those that they take part in', async () => {
    await update(dana, number, { status: 'CLOSED' })
    const next = Number((await byForm.comment(ann, number, { message: 'Weiter.' })).number)
    const links = async (which: number) => {
      const one = await bo.graphql(
        'query ($n: Int!) { ticket(number: $n) { followUpOf { number } followUps { number } } }',
        { n: which },
      )
      const { data } = await bo.graphql(
        '{ tickets(first: 100) { nodes { number followUpOf { number } followUps { number subject } } } }',
      )
      const { number: _, ...inList } = data.tickets.nodes.find((each: { number: number }) => each.number === which)
      const page = await bo.visit(`/tickets/${which}`)
      return { one: one.data.ticket, inList, isLinked: [number, next].map(each => page.hasLink(`#${each}`)) }
    }
    const before = { followUpOf: { number }, followUps: [] }
    expect(await links(next)).toMatchObject({ one: before, inList: before, isLinked: [true, false] })

    await remove(number, people.bo.email)
    const none = { followUpOf: null, followUps: [] }
    expect(await links(next)).toMatchObject({ one: none, inList: none, isLinked: [false, false] })

    await add(number, people.bo.email)
    await remove(next, people.bo.email)
    expect(await links(number)).toMatchObject({ one: none, inList: none, isLinked: [false, false] })
    expect(await read(ann, number)).toMatchObject({ followUps: [{ number: next }] })
    expect(await read(dana, next)).toMatchObject({ followUpOf: { number } })
  })
})

describe.each([byForm, byApi])('commenting $name', door => {
  test('§2 H12: a participant comments; requester and team are told, and nobody of their own words', async () => {
    await settled()
    mailbox.forget()
    expect(await door.comment(bo, number, { message: 'I have it too.' })).toMatchObject({ number, refusals: [] })
    expect(await texts(ann, number)).toContain('I have it too.')
    expect((await mailsAbout(people.ann.email, number)).map(mail => mail.text.includes('I have it too.'))).toEqual([
      true,
    ])
    expect((await mailsAbout(people.dana.email, number)).some(mail => mail.text.includes('I have it too.'))).toBe(true)
    expect(await mailsAbout(people.bo.email, number)).toEqual([])
    await door.comment(ann, number, { message: 'Danke, Bo.' })
    expect((await mailsAbout(people.bo.email, number)).map(mail => mail.text.includes('Danke, Bo.'))).toEqual([true])
  })

  test('§2: a participant’s comment moves the ticket as the requester’s would', async () => {
    await answer(dana, number, 'Wer noch?')
    await door.comment(bo, number, { message: 'Me.' })
    const { status, events } = await read(ann, number)
    expect(status).toBe('OPEN')
    expect(events.nodes.filter(({ type }: { type: string }) => type === 'STATUS').at(-1)).toMatchObject({
      from: 'WAITING',
      to: 'OPEN',
      actor: { name: 'Bo Berg' },
    })
  })

  test('§2: on a closed ticket the follow-up is the requester’s, with the same participants', async () => {
    await update(dana, number, { status: 'CLOSED' })
    const outcome = await door.comment(bo, number, { message: 'Again.' })
    const followUp = Number(outcome.number)
    expect(await read(bo, followUp)).toMatchObject({
      requester: { name: 'Ann Albers' },
      participants: [{ name: 'Bo Berg' }],
      followUpOf: { number },
      messages: { nodes: [{ text: 'Again.', author: { name: 'Bo Berg' } }] },
    })
    expect((await ann.visit(`/tickets/${followUp}`)).main).toContain('Again.')
    expect((await mailsAbout(people.ann.email, followUp)).length).toBeGreaterThan(0)
  })

  test('§3: who is taken off loses it on the next click', async () => {
    await bo.visit(`/tickets/${number}`)
    await remove(number, people.bo.email)
    expect((await bo.visit(`/tickets/${number}`)).status).toBe(404)
    expect((await door.comment(bo, number, { message: 'Still me.' })).refusals).toEqual([
      door === byApi ? 'NOT_FOUND' : '404',
    ])
    expect((await listed()).tickets.nodes).not.toContainEqual({ number })
    expect((await bo.visit('/tickets?q=wolpertinger')).main).not.toContain(String(number))
    await answer(dana, number, 'Nur für Ann.')
    expect((await mailsAbout(people.bo.email, number)).some(mail => mail.text.includes('Nur für Ann'))).toBe(false)
    expect(await texts(ann, number)).not.toContain('Still me.')
  })
})

describe('the team’s words', () => {
  test('H14 H17: reach requester and participants, each in their language', async () => {
    await settled()
    mailbox.forget()
    await answer(dana, number, 'Für Sie beide.', 'DONE')
    const [toAnn, toBo] = [await mailsAbout(people.ann.email, number), await mailsAbout(people.bo.email, number)]
    expect([toAnn.length, toBo.length]).toEqual([1, 1])
    expect([toAnn[0]?.header('Content-Language'), toBo[0]?.header('Content-Language')]).toEqual(['de', 'en'])
    // One mail each: nobody reads the other's address.
    expect(toBo[0]?.raw.toString()).not.toContain(people.ann.email)
  })

  test('§3: a participant needs access like everybody', async () => {
    await add(number, people.cem.email)
    expect((await as('cem').visit(`/tickets/${number}`)).status).toBe(403)
    expect((await byApi.comment(as('cem'), number, { message: 'x' })).refusals).toEqual(['FORBIDDEN'])
  })
})
