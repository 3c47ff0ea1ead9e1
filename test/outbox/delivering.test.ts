// What becomes of mails that left: the team sees it at each message, and a dead address gets no more of them.
import { describe, expect, test } from 'vitest'
import { recordBounce } from '../../src/outbox/bounce.ts'
import { causeOf } from '../../src/outbox/cause.ts'
import { messageIdKey, parseMessageId } from '../../src/outbox/message-id.ts'
import { expectGoodPage } from '../kit/good-page.ts'
import type { Mail } from '../kit/mailbox.ts'
import { statementsOf } from '../kit/sql.ts'
import { answer, note, open } from '../tickets/deeds.ts'
import { world } from '../world.ts'

const { as, newcomer, mailTo, mailsTo, mailbox, plaindesk, settled, sql, stranger, clock } = await world()
const key = messageIdKey(plaindesk.config.sessionSecret)
const dana = as('dana')

/** A delivery report on a mail, as the mail door hands it on. */
const report = (mail: Mail, own: { isHard?: boolean; reason?: string; recipient?: string } = {}) => {
  const reference = parseMessageId(mail.messageId, key)
  if (!reference) throw new Error(`${mail.messageId} is not ours`)
  const bounce = {
    mail: reference,
    recipient: mail.recipients[0] ?? '',
    isHard: true,
    reason: '5.1.1 no such user',
    ...own,
  }
  return recordBounce(plaindesk.orm.em.fork(), bounce, plaindesk.settings.current, clock.now())
}
const deliveries = async (number: number, browser = dana) => {
  const { data } = await browser.graphql(
    `query ($n: Int!) { ticket(number: $n) { messages(last: 20) { nodes { deliveries { recipient state answer cause sentAt } } } } }`,
    { n: number },
  )
  return data.ticket.messages.nodes.map((node: { deliveries: object[] }) => node.deliveries)
}
const personPage = async (email: string, name: 'dana' | 'sam' = 'dana') => {
  const [row] = await sql('select id from person where email = $1', [email])
  return as(name).visit(`/agent/people/user_${row?.id}`)
}

describe('at each message the team sees', () => {
  test('§6: that its mail waits, was sent with the server’s answer, or is nobody’s', async () => {
    const { browser, email } = await newcomer()
    mailbox.isRefusing = true
    const number = await open(browser, 'Where is my mail')
    await answer(dana, number, 'Here it comes.')
    await note(dana, number, 'Hm.')
    expect((await deliveries(number)).map((each: object[]) => each.length)).toEqual([1, 1, 0])
    expect((await deliveries(number))[1][0]).toMatchObject({ recipient: email, state: 'WAITING', sentAt: null })
    mailbox.isRefusing = false
    await sql(`update graphile_worker._private_jobs set run_at = now()`)
    await mailTo(email, /Here it comes/)
    await settled()
    const [receipt, mail] = await deliveries(number)
    expect(receipt).toEqual([
      {
        recipient: email,
        state: 'SENT',
        answer: expect.stringMatching(/^250 /),
        cause: null,
        sentAt: expect.any(String),
      },
    ])
    expect(mail[0]).toMatchObject({ state: 'SENT', answer: expect.stringMatching(/^250 /) })
    expect((await dana.visit(`/agent/tickets/${number}`)).main).toMatch(new RegExp(`${email}: sent .* 250`))
  })

  test('§6: that it did not arrive, and why in words', async () => {
    const { browser, email } = await newcomer()
    const number = await open(browser, 'It will bounce')
    await answer(dana, number, 'Nobody reads this.')
    const mail = await mailTo(email, /Nobody reads/)
    expect(await report(mail, { reason: `5.2.2 mailbox of ${email} is over quota` })).not.toBeNull()
    expect((await deliveries(number))[1]).toEqual([
      {
        recipient: email,
        state: 'BOUNCED',
        answer: '5.2.2 mailbox of … is over quota',
        cause: 'MAILBOX_FULL',
        sentAt: expect.any(String),
      },
    ])
    const page = await dana.visit(`/agent/tickets/${number}`)
    expect(page.main).toMatch(new RegExp(`${email}: not delivered ?\\. The mailbox is full`))
    expect(await deliveries(number, browser)).toEqual([[], []])
    expect((await browser.visit(`/tickets/${number}`)).main).not.toContain('not delivered')
  })

  test('§6: a receipt that bounces is told by its ticket, whose thread it begins; a late mail is only late', async () => {
    const { browser, email } = await newcomer()
    const number = await open(browser, 'Receipts bounce too')
    await report(await mailTo(email, /Receipts bounce/), { recipient: '' })
    await answer(dana, number, 'Slow one.')
    await report(await mailTo(email, /Slow one/), { isHard: false, reason: '4.4.1 connection timed out' })
    const states = (await deliveries(number)).flat().map(({ state, cause }: Record<string, string>) => [state, cause])
    expect(states).toEqual([
      ['BOUNCED', 'UNKNOWN_ADDRESS'],
      ['DELAYED', 'UNREACHABLE'],
    ])
  })

  test('§6: the page costs the same however many messages it has', async () => {
    const { browser } = await newcomer()
    const number = await open(browser, 'Many messages')
    const count = async () => {
      await dana.visit(`/agent/tickets/${number}`)
      return (await statementsOf(() => dana.visit(`/agent/tickets/${number}`))).statements.length
    }
    await settled()
    const before = await count()
    for (const word of ['one', 'two', 'three']) await answer(dana, number, word)
    await settled()
    expect(await count()).toBe(before)
  })
})

describe('a dead address', () => {
  test('§7: after two hard bounces gets nothing more, until somebody of the team lifts it', async () => {
    const { browser, email } = await newcomer('Gone Gustav')
    const number = await open(browser, 'Two bounces')
    const receipt = await mailTo(email, /Two bounces/)
    await report(receipt)
    await report(receipt) // the same report twice is one
    expect((await personPage(email)).main).not.toContain('No mail is sent')
    await answer(dana, number, 'Second one.')
    await report(await mailTo(email, /Second one/), { reason: '5.1.1 unknown user' })
    const before = (await mailsTo(email)).length
    await answer(dana, number, 'Never sent.')
    await open(browser, 'Its receipt is not sent either')
    expect(await mailsTo(email)).toHaveLength(before)
    expect((await deliveries(number))[2]).toMatchObject([{ state: 'BLOCKED' }])
    const ticketPage = await dana.visit(`/agent/tickets/${number}`)
    expect(ticketPage.main).toContain('not sent, because earlier mails')
    expect(ticketPage.main).toContain('gets nothing, because e-mails to this address came back.')
    await expectGoodPage(ticketPage)

    const page = await ticketPage.follow('E-mails come back')
    await expectGoodPage(page)
    expect(page.main).toContain('No mail is sent to them')
    expect(page.main).toContain('5.1.1 unknown user')
    const lifted = await page.form('Send mail again').submit()
    expect(lifted.main).toContain('They get mail from us again.')
    expect(lifted.main).not.toContain('No mail is sent to them')
    await answer(dana, number, 'Sent again.')
    expect((await mailTo(email, /Sent again/)).text).toContain('Sent again.')
    await report(await mailTo(email, /Sent again/))
    expect((await personPage(email)).main).not.toContain('No mail is sent') // counted anew
  })

  test('§3: customers neither see nor lift it', async () => {
    const { browser, email } = await newcomer()
    const [row] = await sql('select id from person where email = $1', [email])
    const lift = 'mutation ($user: ID!) { liftDeliveryBlock(input: { user: $user }) { userErrors { code } } }'
    expect((await browser.graphql(lift, { user: `user_${row?.id}` })).code).toBe('FORBIDDEN')
    expect((await browser.graphql('{ viewer { deliveryBlock { reason } } }')).data.viewer.deliveryBlock).toBeNull()
    expect((await stranger().graphql(lift, { user: `user_${row?.id}` })).code).toBe('UNAUTHENTICATED')
  })

  test('§7: two reports at the same moment both count', async () => {
    const { browser, email } = await newcomer()
    for (const subject of ['First of two', 'Second of two']) await open(browser, subject)
    const mails = await Promise.all([mailTo(email, /First of two/), mailTo(email, /Second of two/)])
    await Promise.all(mails.map(mail => report(mail)))
    const [row] = await sql('select bounces, blocked_at from mail_address where address = $1', [email])
    expect(row).toMatchObject({ bounces: 2, blocked_at: expect.any(Date) })
  })

  test('§6: a report on a mail that was never sent is nobody’s', async () => {
    const { browser, email } = await newcomer()
    await open(browser, 'Never sent')
    const mail = await mailTo(email, /Never sent/)
    await sql(`update outbox_mail set state = 'DUE' where recipient = $1 and template = 'receipt'`, [email])
    expect(await report(mail)).toBeNull()
    await sql(`delete from outbox_mail where recipient = $1 and template = 'receipt'`, [email])
    expect(await report(mail)).toBeNull()
  })
})

test.each([
  ['550 5.1.1 <…>: Recipient address rejected: User unknown in virtual mailbox table', 'UNKNOWN_ADDRESS'],
  ['550-5.1.1 The email account that you tried to reach does not exist.', 'UNKNOWN_ADDRESS'],
  ['552 5.2.2 The email account that you tried to reach is over quota', 'MAILBOX_FULL'],
  ['554 5.7.1 Message rejected: mailbox full', 'MAILBOX_FULL'],
  ['552 5.3.4 Message size exceeds fixed limit', 'TOO_LARGE'],
  ['554 5.7.1 Service unavailable; Client host blocked using Spamhaus', 'REFUSED'],
  ['4.4.1 (delivery temporarily suspended: connect to mx.example: Connection timed out)', 'UNREACHABLE'],
  ['No such mailbox here', 'UNKNOWN_ADDRESS'],
  ['something else', null],
])('§6: the reason in words: %s', (words, cause) => expect(causeOf(words)).toBe(cause))
