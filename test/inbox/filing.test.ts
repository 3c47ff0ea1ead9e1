// Where mails go: by whom they may be written, which ticket they belong to, and what is on it then.
import { describe, expect, test } from 'vitest'
import { people } from '../kit/cast.ts'
import { answer, open, openIn, read, texts } from '../tickets/deeds.ts'
import { world } from '../world.ts'
import { post } from './post.ts'

const here = await world()
const { as, sql, mailTo, mailsTo, settled, mailbox } = here
const mail = await post(here)
const bo = as('bo')
const ann = as('ann')
const dana = as('dana')
const fromBo = { from: `Bo Berg <${people.bo.email}>` }

const ticketCount = async () => Number((await sql('select count(*) from ticket'))[0]?.count)
const about = async (address: string, number: number) =>
  (await mailsTo(address)).filter(each => each.subject.includes(`[#${number}]`))
/** The mail by which somebody learns of their ticket. */
async function receiptOf(address: string, number: number) {
  const [receipt] = await about(address, number)
  if (!receipt) throw new Error(`no receipt for ${number}`)
  return receipt
}

describe('a new mail', () => {
  test('H13: from a confirmed account it opens a ticket, which is acknowledged and told to the team', async () => {
    const { code, row } = await mail.send({
      ...fromBo,
      subject: 'The printer is on fire',
      text: 'Please come quickly.',
    })
    expect(code).toBe(250)
    expect(row).toMatchObject({ outcome: 'CREATED', kind: 'person', match: null, proof: 'NONE' })
    const number = Number(row.number)
    const ticket = await read(bo, number)
    expect(ticket).toMatchObject({ subject: 'The printer is on fire', status: 'NEW', requester: { name: 'Bo Berg' } })
    expect(ticket.messages.nodes[0]).toMatchObject({ text: 'Please come quickly.', channel: 'EMAIL', isMine: true })
    const receipt = await receiptOf(people.bo.email, number)
    expect(receipt.header('Auto-Submitted')).toBe('auto-replied')
    expect((await about(people.dana.email, number))[0]?.text).toContain('Please come quickly.')
  })

  test('H13: off the list, a confirmed account may still write', async () => {
    const { row } = await mail.send({ from: people.cem.email, subject: 'From outside', text: 'I left the list.' })
    expect(row).toMatchObject({ outcome: 'CREATED' })
  })

  test('H13: from an address without a confirmed account it does not arrive, and the sender learns what to do', async () => {
    const before = await ticketCount()
    const { code, answer: words, row } = await mail.send({ from: 'nobody@else.example', subject: 'Hi', text: 'Hello?' })
    expect(code).toBe(550)
    expect(words).toContain('/tickets/new')
    expect(row).toMatchObject({ outcome: 'REFUSED', reason: 'NO_ACCOUNT' })
    expect(await ticketCount()).toBe(before)
    expect(await mailsTo('nobody@else.example')).toEqual([])
  })

  test('H13: refused, it may come again once its sender has an account', async () => {
    const messageId = '<again@new.example>'
    const first = await mail.send({ from: 'newcomer1@new.example', messageId, subject: 'Hi', text: 'First try' })
    expect(first.code).toBe(550)
    await here.newcomer()
    const second = await mail.send({ from: 'newcomer1@new.example', messageId, subject: 'Hi', text: 'First try' })
    expect(second.row).toMatchObject({ outcome: 'CREATED' })
  })

  test('H16: files come with it; without a subject or words it still is a request', async () => {
    const attachments = [
      { filename: 'Übersicht Mai.pdf', content: Buffer.from('%PDF-1.4 hello') },
      { filename: 'log.txt', content: 'one line' },
    ]
    const { row } = await mail.send({ ...fromBo, attachments })
    const ticket = await read(bo, Number(row.number))
    expect(ticket.subject).toBe('(no subject)')
    const [message] = ticket.messages.nodes
    expect(message.attachments.map((each: { filename: string }) => each.filename)).toEqual([
      'Übersicht Mai.pdf',
      'log.txt',
    ])
    const page = await bo.visit(`/tickets/${row.number}`)
    expect((await page.follow('log.txt')).html).toBe('one line')
  })

  test('§9: files that are too many are left out; the words arrive, a line says so, and the sender is told', async () => {
    const attachments = Array.from({ length: 12 }, (_, at) => ({ filename: `file${at}.txt`, content: `file ${at}` }))
    const { row } = await mail.send({ ...fromBo, subject: 'A dozen files', text: 'See all of them.', attachments })
    const [message] = (await read(bo, Number(row.number))).messages.nodes
    expect(message.attachments).toHaveLength(10)
    expect(message.text).toContain('See all of them.')
    expect(message.text).toContain('file11.txt')
    expect((await mailTo(people.bo.email, /left out|could not/i)).text).toBeTruthy()
  })

  test('§9: a text that is too long for a message comes whole as a file', async () => {
    const { row } = await mail.send({ ...fromBo, subject: 'Long', text: `${'word '.repeat(40_000)}end` })
    const [message] = (await read(bo, Number(row.number))).messages.nodes
    expect(message.attachments.map((each: { filename: string }) => each.filename)).toEqual(['mail.txt'])
  })
})

describe('a reply', () => {
  const replies = {
    'with its references': (receipt: Awaited<ReturnType<typeof receiptOf>>) => ({
      to: here.plaindesk.config.supportAddress,
      subject: 'something else entirely',
      inReplyTo: receipt.messageId,
    }),
    'to the reply address': (receipt: Awaited<ReturnType<typeof receiptOf>>) => ({
      to: receipt.header('Reply-To'),
      subject: 'no number, no references',
    }),
    'with the number in its subject': (receipt: Awaited<ReturnType<typeof receiptOf>>) => ({
      to: here.plaindesk.config.supportAddress,
      subject: `AW: ${receipt.subject}`,
    }),
  }

  test.each(Object.entries(replies))('H15: %s is put on its ticket', async (_how, made) => {
    const number = await open(bo, 'Answered by mail')
    const receipt = await receiptOf(people.bo.email, number)
    const { code, row } = await mail.send({ ...fromBo, ...made(receipt), text: 'One more thing.' })
    expect(code).toBe(250)
    expect(row).toMatchObject({ outcome: 'APPENDED', number })
    expect(await texts(bo, number)).toEqual(['The first message.', 'One more thing.'])
  })

  test('H15 H17: what it quotes is folded, not lost; the done ticket is open again', async () => {
    const number = await openIn(bo, dana, 'DONE', 'Quoted')
    const { row } = await mail.reply(await receiptOf(people.bo.email, number), {
      ...fromBo,
      text: 'It still fails.\n\nOn 22 Nov 2026, at 08:00, Plaindesk <support@plaindesk.example> wrote:\n\n> We have it.\n> See you.\n',
    })
    expect(row).toMatchObject({ outcome: 'APPENDED', match: 'ADDRESS' })
    const ticket = await read(bo, number)
    expect(ticket.status).toBe('OPEN')
    expect(await texts(bo, number)).toEqual(['The first message.', 'It still fails.'])
    const page = await bo.visit(`/tickets/${number}`)
    expect(page.$('details').text()).toContain('We have it.')
  })

  test('§2: on a closed ticket it begins a follow-up', async () => {
    const closed = await openIn(bo, dana, 'CLOSED', 'Closed by mail')
    const { row } = await mail.reply(await receiptOf(people.bo.email, closed), { ...fromBo, text: 'It is back.' })
    expect(row.outcome).toBe('FOLLOWED_UP')
    expect(row.number).not.toBe(closed)
    expect(await read(bo, Number(row.number))).toMatchObject({ followUpOf: { number: closed } })
  })

  test('§3: a contact without a password may reply to their own ticket', async () => {
    const stranger = here.stranger()
    const form = (await stranger.visit('/tickets/new')).form('Send request')
    await form.fill({ name: 'Con Tact', email: 'con@tact.example', subject: 'Contact', message: 'Hello' }).submit()
    const receipt = await mailTo('con@tact.example', /\[#\d+\]/)
    const { row } = await mail.reply(receipt, { from: 'con@tact.example', text: 'More of it.' })
    expect(row.outcome).toBe('APPENDED')
    expect(await texts(dana, Number(row.number))).toEqual(['Hello', 'More of it.'])
  })

  test('§6: a stranger who writes the number of a ticket gets no way into it', async () => {
    const number = await open(bo, 'Private matter')
    const { code, row } = await mail.send({
      from: 'nosy@else.example',
      subject: `Re: [#${number}] Private matter`,
      text: 'Tell me.',
    })
    expect([code, row.outcome]).toEqual([550, 'REFUSED'])
    const { row: other } = await mail.send({
      from: people.eve.email,
      subject: `Re: [#${number}] Private matter`,
      text: 'Let me in.',
    })
    expect(other.outcome).toBe('CREATED') // a ticket of her own
    expect(other.number).not.toBe(number)
    expect(await texts(bo, number)).toEqual(['The first message.'])
  })

  test('§6: a signed reference that was passed on lets nobody in: it waits for an agent', async () => {
    const number = await open(bo, 'Passed on')
    const receipt = await receiptOf(people.bo.email, number)
    const { code, row } = await mail.reply(receipt, { from: people.eve.email, text: 'Bo sent me this.' })
    expect([code, row.outcome, row.reason]).toEqual([250, 'HELD', 'WANTS_TO_JOIN'])
    expect(await texts(bo, number)).toEqual(['The first message.'])
  })

  test('§6: a forged reference is none', async () => {
    const number = await open(bo, 'Forged')
    const receipt = await receiptOf(people.bo.email, number)
    const forged = receipt.messageId.replace(/\.[0-9a-f]{32}@/, `.${'0'.repeat(32)}@`)
    const { row } = await mail.send({ from: people.eve.email, inReplyTo: forged, subject: 'x', text: 'y' })
    expect(row.outcome).toBe('CREATED')
    expect(row.number).not.toBe(number)
  })

  test('§6: a mail that comes twice is filed once', async () => {
    const number = await open(bo, 'Twice')
    const receipt = await receiptOf(people.bo.email, number)
    const messageId = '<twice@acme.example>'
    const same = { ...fromBo, messageId, text: 'Only once.' }
    const sent = await Promise.all([mail.reply(receipt, same), mail.reply(receipt, same), mail.reply(receipt, same)])
    expect(sent.map(({ code }) => code)).toEqual([250, 250, 250])
    expect(await texts(bo, number)).toEqual(['The first message.', 'Only once.'])
    const rows = await sql('select outcome from incoming_mail where message_id = $1 order by outcome', [messageId])
    expect(rows.map(row => row.outcome).sort()).toEqual(['APPENDED', 'DUPLICATE', 'DUPLICATE'])
  })
})

describe('an agent’s mail', () => {
  test('§6: becomes an internal note', async () => {
    const number = await open(bo, 'Noted by mail')
    const [told] = await about(people.dana.email, number)
    if (!told) throw new Error('the team was not told')
    const { row } = await mail.reply(told, { from: people.dana.email, text: 'I know this customer.' })
    expect(row).toMatchObject({ outcome: 'APPENDED', number })
    const { messages } = await read(dana, number)
    expect(messages.nodes.at(-1)).toMatchObject({ text: 'I know this customer.', visibility: 'INTERNAL' })
    expect(await texts(bo, number)).toEqual(['The first message.'])
  })
})

describe('what a program wrote', () => {
  test('§6: an out-of-office reply is kept for the team; it moves nothing and gets no answer', async () => {
    const number = await openIn(bo, dana, 'DONE', 'Away')
    await settled()
    const receipt = await receiptOf(people.bo.email, number)
    mailbox.forget()
    const { row } = await mail.reply(receipt, {
      ...fromBo,
      subject: 'Automatic reply: out of office',
      headers: { 'Auto-Submitted': 'auto-replied' },
      text: 'I am away until Monday.',
    })
    expect(row).toMatchObject({ outcome: 'AUTOMATIC', kind: 'automatic', number })
    expect((await read(bo, number)).status).toBe('DONE')
    expect(await texts(bo, number)).toEqual(['The first message.'])
    expect(await texts(dana, number)).toEqual(['The first message.', 'I am away until Monday.'])
    expect(mailbox.all).toEqual([])
  })

  test('§6: it opens no ticket and gets no answer, whoever it says it is from', async () => {
    const before = await ticketCount()
    mailbox.forget()
    for (const headers of [
      { 'Auto-Submitted': 'auto-generated' },
      { Precedence: 'bulk' },
      { 'List-Id': '<news.example>' },
    ]) {
      const { code, row } = await mail.send({ ...fromBo, headers, subject: 'Newsletter', text: 'Buy now.' })
      expect([code, row.outcome]).toEqual([250, 'AUTOMATIC'])
    }
    expect(await ticketCount()).toBe(before)
    expect(mailbox.all).toEqual([])
  })

  test('§6: our own mail that comes back is a loop', async () => {
    const number = await open(bo, 'Around')
    const receipt = await receiptOf(people.bo.email, number)
    await mail
      .send({ raw: receipt.raw, envelope: { from: '', to: here.plaindesk.config.supportAddress } })
      .catch(() => null)
    expect((await mail.row(receipt.messageId)).outcome).toBe('LOOP')
  })

  test('§6 H14: a delivery report is noted at the mail it is about, and after two the address gets no more', async () => {
    const number = await open(ann, 'Bounced')
    const receipt = await receiptOf(people.ann.email, number)
    const report = [
      'From: Mail Delivery System <MAILER-DAEMON@mx.acme.example>',
      `To: ${here.plaindesk.config.supportAddress}`,
      'Subject: Undelivered Mail Returned to Sender',
      'Message-ID: <report1@mx.acme.example>',
      'Auto-Submitted: auto-replied',
      'MIME-Version: 1.0',
      'Content-Type: multipart/report; report-type=delivery-status; boundary="b"',
      '',
      '--b',
      'Content-Type: text/plain; charset=us-ascii',
      '',
      'I could not deliver your message.',
      '--b',
      'Content-Type: message/delivery-status',
      '',
      'Reporting-MTA: dns; mx.acme.example',
      '',
      `Final-Recipient: rfc822; ${people.ann.email}`,
      'Action: failed',
      'Status: 5.1.1',
      'Diagnostic-Code: smtp; 550 5.1.1 User unknown',
      '--b',
      'Content-Type: text/rfc822-headers',
      '',
      `Message-ID: ${receipt.messageId}`,
      `Subject: ${receipt.subject}`,
      '--b--',
      '',
    ].join('\r\n')
    const to = here.plaindesk.config.supportAddress
    const { row } = await mail.send({ raw: report, messageId: '<report1@mx.acme.example>', envelope: { from: '', to } })
    expect(row).toMatchObject({ outcome: 'BOUNCE', reason: 'HARD', number })
    const page = await dana.visit(`/agent/tickets/${number}`)
    expect(page.main).toMatch(/User unknown/)
    await answer(dana, number, 'Still there?')
  })
})
