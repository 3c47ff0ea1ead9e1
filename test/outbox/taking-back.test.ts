// For a quarter of a minute an answer can be taken back: its mails wait for so long.
import { describe, expect, test } from 'vitest'
import { sendMail } from '../../src/outbox/send-mail.job.ts'
import { expectGoodPage } from '../kit/good-page.ts'
import { answer, open, read, texts, update } from '../tickets/deeds.ts'
import { world } from '../world.ts'

const { as, newcomer, mailbox, mailsTo, plaindesk, settled, sql, clock } = await world({ UNDO_SECONDS: '15' })
const dana = as('dana')

const takeBack = (message: string, name: 'dana' | 'dirk' | 'sam' | 'ann' = 'dana') =>
  as(name).graphql(
    `mutation ($message: ID!) { payload: takeBackMessage(input: { message: $message }) { text ticket { number status } userErrors { code } } }`,
    { message },
  )
const newestMessage = async (number: number): Promise<string> => {
  const [row] = await sql(
    `select m.id from message m join ticket t on t.id = m.ticket_id where t.number = $1 order by m.created_at desc limit 1`,
    [number],
  )
  return `message_${row?.id}`
}
const standing = async (number: number) =>
  (
    await sql(
      `select status, updated_at, first_response_at, unanswered_since, last_message_at, done_at, closed_at from ticket where number = $1`,
      [number],
    )
  )[0]
/** Lets the mails go that wait for their time. */
const letGo = async () => {
  await sql(`update graphile_worker._private_jobs set run_at = now()`)
  await settled()
}

describe('an answer', () => {
  test('H14: waits so many seconds, and then goes', async () => {
    const { browser, email } = await newcomer()
    const number = await open(browser, 'Patience')
    await answer(dana, number, 'In fifteen seconds.')
    expect((await mailsTo(email)).filter(mail => mail.text.includes('fifteen'))).toEqual([])
    const [job] = await sql(
      `select extract(epoch from max(run_at) - now())::float as seconds from graphile_worker._private_jobs`,
    )
    expect(job?.seconds).toBeGreaterThan(5)
    expect(job?.seconds).toBeLessThanOrEqual(15)
    await letGo()
    expect(mailbox.to(email).filter(mail => mail.text.includes('fifteen'))).toHaveLength(1)
    expect((await takeBack(await newestMessage(number))).data.payload.userErrors).toEqual([{ code: 'TOO_LATE' }])
  })

  test('§6: is taken back by a button on the next page: gone without a mail, the ticket as before, its words in the form', async () => {
    const { browser, email } = await newcomer()
    const number = await open(browser, 'Typo')
    const before = await standing(number)
    const answered = await (await dana.visit(`/agent/tickets/${number}`))
      .form('Send answer')
      .fill({ message: 'The pasword is\nsecret.', status: 'DONE' })
      .attach('attachments', { filename: 'wrong.txt', content: 'x' })
      .submit()
    expect(answered.main).toContain('You can take it back for 15 seconds.')
    await expectGoodPage(answered)
    const page = await answered.form('Undo').submit()
    expect(page.status).toBe(200)
    expect(page.main).toContain('The answer has been taken back')
    expect(page.main).not.toContain('What you typed is still here')
    expect(page.form('Send answer').value('message')).toBe('The pasword is\nsecret.')
    await expectGoodPage(page)
    expect(await standing(number)).toEqual(before)
    expect(await texts(dana, number)).toEqual(['The first message.'])
    const seen = await read(browser, number)
    expect(seen.events.nodes.map(({ type }: { type: string }) => type)).toEqual([])
    const { events } = await read(dana, number)
    expect(events.nodes.map(({ type }: { type: string }) => type)).toEqual(['CREATED', 'TAKEN_BACK'])
    expect((await browser.visit(`/tickets?q=pasword`)).main).not.toContain('Typo')
    await letGo()
    expect(mailbox.to(email).filter(mail => mail.text.includes('pasword'))).toEqual([])
    const again = await page.form('Send answer').fill({ message: 'The password is secret.' }).submit()
    expect(again.main).toContain('The password is secret.')
  })

  test('§6: after “send and open the next” the button is on the next page', async () => {
    const { browser } = await newcomer()
    const number = await open(browser, 'Next, please')
    const next = await (await dana.visit(`/agent/tickets/${number}`))
      .form('Send and open the next')
      .fill({ message: 'Oh no.' })
      .submit()
    expect(next.path).not.toBe(`/agent/tickets/${number}`)
    const page = await next.form('Undo').submit()
    expect(page.textOf('h1')).toContain('Next, please')
    expect(page.form('Send answer').value('message')).toBe('Oh no.')
  })

  test('§6: a reload of the page that took it back does no harm', async () => {
    const { browser } = await newcomer()
    const number = await open(browser, 'Twice')
    const answered = await (await dana.visit(`/agent/tickets/${number}`))
      .form('Send answer')
      .fill({ message: 'Once.' })
      .submit()
    const form = answered.form('Undo')
    const [one, two] = [await form.submit(), await form.submit()]
    expect([one.status, two.status]).toEqual([200, 200])
    expect(two.form('Send answer').value('message')).toBe('Once.')
  })

  test('§6: the same form sent once more is no repetition of what was taken back', async () => {
    const { browser } = await newcomer()
    const number = await open(browser, 'Once more')
    const form = (await dana.visit(`/agent/tickets/${number}`)).form('Send answer').fill({ message: 'After all.' })
    await (await form.submit()).form('Undo').submit()
    expect((await form.submit()).main).toContain('After all.')
    expect(await texts(dana, number)).toEqual(['The first message.', 'After all.'])
  })

  test('§6: not when the time is over, said on the page', async () => {
    const { browser } = await newcomer()
    const number = await open(browser, 'Slow agent')
    const answered = await (await dana.visit(`/agent/tickets/${number}`))
      .form('Send answer')
      .fill({ message: 'Stays.' })
      .submit()
    clock.forward({ seconds: 16 })
    const page = await answered.form('Undo').submit()
    expect(page.status).toBe(422)
    expect(page.main).toContain('It is too late')
    expect(page.title).toMatch(/^Error:/)
    expect(await texts(dana, number)).toContain('Stays.')
    clock.reset()
  })

  test('§3: by its author alone, and no customer’s comment or note is one', async () => {
    const { browser } = await newcomer()
    const number = await open(browser, 'Whose is it')
    await answer(dana, number, 'Mine.')
    const message = await newestMessage(number)
    expect((await takeBack(message, 'dirk')).code).toBe('NOT_FOUND')
    expect((await takeBack(message, 'sam')).code).toBe('FORBIDDEN')
    expect((await takeBack(message, 'ann')).code).toBe('FORBIDDEN')
    expect((await takeBack('message_00000000-0000-7000-8000-000000000000')).code).toBe('NOT_FOUND')
    await dana.graphql(`mutation { noteOnTicket(input: { number: ${number}, message: "n" }) { userErrors { code } } }`)
    expect((await takeBack(await newestMessage(number))).code).toBe('NOT_FOUND')
    expect((await takeBack(message)).data.payload).toMatchObject({ text: 'Mine.', ticket: { number } })
  })

  test('§2: on a closed ticket takes its follow-up along', async () => {
    const { browser } = await newcomer()
    const number = await open(browser, 'Closed one')
    await update(dana, number, { status: 'CLOSED' })
    const before = await standing(number)
    const followUp = await answer(dana, number, 'One more thing.')
    expect(followUp).not.toBe(number)
    const { data } = await takeBack(await newestMessage(followUp))
    expect(data.payload).toMatchObject({ ticket: { number, status: 'CLOSED' }, userErrors: [] })
    expect(await standing(number)).toEqual(before)
    expect((await read(dana, number)).followUps).toEqual([])
    expect(await read(dana, followUp)).toBeNull()
  })

  test('§6: what others did meanwhile stays', async () => {
    const { browser } = await newcomer()
    const number = await open(browser, 'Meanwhile')
    await answer(dana, number, 'Wait for it.', 'WAITING')
    const message = await newestMessage(number)
    await browser.graphql(
      `mutation { commentOnTicket(input: { number: ${number}, message: "Got it." }) { userErrors { code } } }`,
    )
    expect((await takeBack(message)).data.payload.userErrors).toEqual([])
    expect(await texts(dana, number)).toEqual(['The first message.', 'Got it.'])
    expect(await standing(number)).toMatchObject({
      status: 'OPEN',
      first_response_at: null,
      unanswered_since: expect.any(Date),
    })
  })
})

test('§6: taken back or sent, never both and never neither, whichever comes first (ASVS 2.3.4)', async () => {
  const { browser, email } = await newcomer()
  const em = () => plaindesk.orm.em.fork()
  const outcomes = { sent: 0, takenBack: 0 }
  for (let round = 0; round < 12; round++) {
    const number = await open(browser, `Race ${round}`)
    await answer(dana, number, `Race word ${round}.`)
    const message = await newestMessage(number)
    const [mail] = await sql(`select id from outbox_mail where rows->>'message' = $1`, [
      message.replace('message_', ''),
    ])
    const sending = () => sendMail(em(), plaindesk.outbox, String(mail?.id), new Date(), false)
    const [reply] = await Promise.all(
      round % 2
        ? [takeBack(message), sending()]
        : [new Promise(done => setTimeout(done, round)).then(() => takeBack(message)), sending()],
    )
    const isBack = reply.data.payload.userErrors.length === 0
    const isSent = mailbox.to(email).some(each => each.text.includes(`Race word ${round}.`))
    expect([isBack, isSent].filter(Boolean)).toHaveLength(1)
    expect((await texts(dana, number)).includes(`Race word ${round}.`)).toBe(isSent)
    outcomes[isSent ? 'sent' : 'takenBack'] += 1
  }
  expect(outcomes.sent + outcomes.takenBack).toBe(12)
})
