// What waits for an agent, and what the agent's word does.
import { describe, expect, test } from 'vitest'
import { people } from '../kit/cast.ts'
import { open, read, texts } from '../tickets/deeds.ts'
import { world } from '../world.ts'
import { post } from './post.ts'

const here = await world()
const { as, mailTo, settled } = here
const mail = await post(here)
const lmtp = await post(here, 'lmtp')
const bo = as('bo')
const dana = as('dana')

describe('§6: held and refused mails in the ledger', () => {
  test('a forwarded reference: the agent sees who wants to join, lets them in, and the mail is on the ticket', async () => {
    const number = await open(bo, 'Passed on')
    const receipt = await mailTo(people.bo.email, new RegExp(`#${number}`))
    await mail.reply(receipt, { from: `Eve <${people.eve.email}>`, text: 'Bo asked me to help.' })
    const list = await dana.visit('/agent/mail')
    expect(list.main).toContain('does not take part')
    const page = await list.follow(/Passed on/)
    expect(page.main).toContain('Bo asked me to help.')
    const after = await page.form('Let it in').submit()
    await settled()
    const decided = await dana.visit(after.path)
    expect(decided.main).toContain('On its ticket')
    expect(await texts(bo, number)).toEqual(['The first message.', 'Bo asked me to help.'])
    expect((await read(bo, number)).participants).toEqual([{ name: 'Eve Ekholm' }])
  })

  test('a stranger’s mail, refused before, is put on a ticket by its number', async () => {
    const number = await open(bo, 'Colleague')
    const { row } = await lmtp.send({
      from: 'New Person <new@acme.example>',
      subject: 'Details',
      text: 'I have the log.',
    })
    expect(row).toMatchObject({ outcome: 'REFUSED', reason: 'NO_ACCOUNT' })
    const page = await dana.visit(`/agent/mail/incomingMail_${row.id}`)
    await page
      .form('Let it in')
      .fill({ number: String(number) })
      .submit()
    await settled()
    expect(await texts(bo, number)).toEqual(['The first message.', 'I have the log.'])
    const [last] = (await read(dana, number)).messages.nodes.slice(-1)
    expect(last.author.name).toBe('New Person')
  })

  test('without a number an accepted stranger’s mail opens a ticket', async () => {
    const { row } = await lmtp.send({ from: 'Walk In <walk@in.example>', subject: 'Walk in', text: 'May I?' })
    const page = await dana.visit(`/agent/mail/incomingMail_${row.id}`)
    await page.form('Let it in').submit()
    await settled()
    const { rows } = { rows: await here.sql('select outcome, ticket_id from incoming_mail where id = $1', [row.id]) }
    expect(rows[0]?.outcome).toBe('CREATED')
  })

  test('a number that is none comes back with what was wrong', async () => {
    const { row } = await lmtp.send({ from: 'lost@in.example', subject: 'Lost', text: 'Where?' })
    const page = await dana.visit(`/agent/mail/incomingMail_${row.id}`)
    const wrong = await page.form('Let it in').fill({ number: '99999' }).submit()
    expect([404, 422]).toContain(wrong.status)
  })

  test('put aside, it stays in the ledger; tried again, it meets the same rules', async () => {
    const { row } = await lmtp.send({ from: 'aside@in.example', subject: 'Aside', text: 'Spam' })
    const page = await dana.visit(`/agent/mail/incomingMail_${row.id}`)
    const aside = await page.form('Put aside').submit()
    expect(aside.main).toContain('put it aside')
    await aside.form('Try again').submit()
    await settled()
    expect(await mail.row(await messageIdOf(row.id))).toMatchObject({ outcome: 'REFUSED', reason: 'NO_ACCOUNT' })
  })

  test('the original is there as it came, for agents alone', async () => {
    const { row } = await lmtp.send({ from: 'raw@in.example', subject: 'Raw', text: 'Bytes' })
    const path = `/agent/mail/incomingMail_${row.id}/original`
    const original = await dana.visit(path)
    expect(original.header('content-type')).toBe('message/rfc822')
    expect(original.header('content-disposition')).toMatch(/^attachment/)
    expect(original.html).toContain('Subject: Raw')
    expect((await bo.visit(path)).status).toBe(404)
  })

  test('it is searched by sender and subject', async () => {
    await lmtp.send({ from: 'Zoe Zebra <zoe@zebra.example>', subject: 'Stripes', text: 'x' })
    for (const q of ['zebra', 'stripes', 'zoe']) {
      expect((await dana.visit(`/agent/mail?q=${q}`)).main).toContain('Stripes')
    }
    expect((await dana.visit('/agent/mail?q=nothinglikethis')).main).not.toContain('Stripes')
  })
})

async function messageIdOf(id: string): Promise<string> {
  const [row] = await here.sql('select message_id from incoming_mail where id = $1', [id])
  return String(row?.message_id)
}

describe('§6: copies', () => {
  test('whoever is on copy takes part only when an agent says so', async () => {
    const cc = 'Carla Copy <carla@acme.example>'
    const { row } = await mail.send({ from: people.bo.email, cc, subject: 'With a copy', text: 'Carla knows more.' })
    const number = Number(row.number)
    const page = await dana.visit(`/agent/tickets/${number}`)
    expect(page.main).toContain('Carla Copy')
    expect((await read(bo, number)).participants).toEqual([])
    const after = await page.form(/Let them take part/).submit()
    expect(after.main).toContain('They take part now.')
    expect((await read(bo, number)).participants).toEqual([{ name: 'Carla Copy' }])
    const { row: comment } = await mail.send({
      from: cc,
      subject: `Re: [#${number}] With a copy`,
      text: 'Here is more.',
    })
    expect(comment.outcome).toBe('APPENDED')
  })

  test('declined, they are not asked about again', async () => {
    const cc = 'Dora Declined <dora@acme.example>'
    const { row } = await mail.send({ from: people.bo.email, cc, subject: 'Copy two', text: 'One' })
    const page = await dana.visit(`/agent/tickets/${row.number}`)
    await page.form(/Leave out/).submit()
    await mail.send({ from: people.bo.email, cc, subject: `Re: [#${row.number}] Copy two`, text: 'Two' })
    expect((await dana.visit(`/agent/tickets/${row.number}`)).main).not.toContain('Dora')
  })
})

describe('§6: a message on the wrong ticket', () => {
  test('is moved to the right one, with its file, and both say so', async () => {
    const wrong = await open(bo, 'Wrong place')
    const right = await open(bo, 'Right place')
    const attachments = [{ filename: 'zebra.txt', content: 'stripes' }]
    const text = 'This belongs to the other one: xylophone.'
    await mail.send({ from: people.bo.email, subject: `[#${wrong}]`, text, attachments })
    const page = await dana.visit(`/agent/tickets/${wrong}`)
    const { data } = await dana.graphql(`{ ticket(number: ${wrong}) { messages { nodes { id } } } }`)
    const [, second] = data.ticket.messages.nodes
    const moved = await page
      .form('Move message', `/agent/tickets/${wrong}/messages/${second.id}/place`)
      .fill({ to: String(right) })
      .submit()
    expect(moved.path).toBe(`/agent/tickets/${right}`)
    expect(await texts(bo, wrong)).toEqual(['The first message.'])
    expect(await texts(bo, right)).toEqual(['The first message.', text])
    expect((await (await bo.visit(`/tickets/${right}`)).follow('zebra.txt')).html).toBe('stripes')
    expect((await bo.visit('/tickets?q=xylophone')).main).toContain('Right place')
    expect((await bo.visit('/tickets?q=xylophone')).main).not.toContain('Wrong place')
    expect((await dana.visit(`/agent/tickets/${wrong}`)).main).toContain('Message moved')
  })

  test('becomes a ticket of its own; the only message of a ticket stays', async () => {
    const mixed = await open(bo, 'Two things')
    await mail.send({ from: people.bo.email, subject: `[#${mixed}]`, text: 'And something else.' })
    const { messages } = await read(dana, mixed)
    const ids = await dana.graphql(`{ ticket(number: ${mixed}) { messages { nodes { id } } } }`)
    const [first, second] = ids.data.ticket.messages.nodes
    expect(messages.nodes).toHaveLength(2)
    const move = (message: string) =>
      dana.graphql(
        'mutation ($m: ID!) { moveMessage(input: { message: $m }) { ticket { number requester { name } status } userErrors { code } } }',
        { m: message },
      )
    const { data } = await move(second.id)
    expect(data.moveMessage).toMatchObject({
      ticket: { requester: { name: 'Bo Berg' }, status: 'NEW' },
      userErrors: [],
    })
    expect(await texts(bo, data.moveMessage.ticket.number)).toEqual(['And something else.'])
    expect((await move(first.id)).data.moveMessage.userErrors).toEqual([{ code: 'ONLY_MESSAGE' }])
  })
})
