// Whose mails and public requests are held whatever they say.
import { describe, expect, test } from 'vitest'
import { personPage, request } from '../desk/people.ts'
import { people } from '../kit/cast.ts'
import { expectGoodPage } from '../kit/good-page.ts'
import { answer, open, texts, update } from '../tickets/deeds.ts'
import { world } from '../world.ts'
import { post } from './post.ts'

const here = await world({ UNDO_SECONDS: '0' })
const { as, sql, mailsTo, mailTo, newcomer, settled } = here
const mail = await post(here)
const [dana, ada] = [as('dana'), as('ada')]
const block = async (sender: string, reason = '', by = dana) => {
  const { data, code } = await by.graphql(
    'mutation ($input: BlockSenderInput!) { blockSender(input: $input) { userErrors { code } } }',
    { input: { sender, reason } },
  )
  return code ?? data.blockSender.userErrors[0]?.code ?? null
}
/** Somebody with an account whose mails open tickets, until they are blocked. */
const writer = () => newcomer('Wilma Writer')

describe('§4.5 §6: a blocked sender’s mail', () => {
  test('is held with that reason, apart from what waits, is never lost, and can be let in', async () => {
    const { email } = await writer()
    const page = await dana.visit('/agent/blocked')
    await expectGoodPage(page)
    const done = await page
      .form('Block')
      .fill({ sender: ` ${email.toUpperCase()} `, reason: 'Nothing but advertising' })
      .submit()
    expect(done.path).toBe('/agent/blocked')
    expect(done.main).toMatch(new RegExp(`${email}.*Nothing but advertising.*Dana Dietz`, 's'))
    await expectGoodPage(done)

    const sent = await mail.send({ from: email, subject: 'Cheap echidnas', text: 'Buy one.' })
    expect(sent.code).toBe(250)
    expect(sent.row).toMatchObject({ outcome: 'HELD', reason: 'BLOCKED', number: null })
    expect((await dana.visit('/agent/mail')).main).not.toContain('Cheap echidnas')
    const held = await dana.visit('/agent/mail?tab=blocked')
    expect(held.main).toContain('Cheap echidnas')
    expect(held.main).toContain('An agent blocked the sender.')
    expect((await dana.visit('/agent/mail?q=echidnas')).main).toContain('Cheap echidnas')
    const one = await held.follow('Cheap echidnas')
    await one.form('Let it in').submit()
    await settled()
    const row = await mail.row(sent.messageId)
    expect(row.outcome).toBe('CREATED')
    expect(await texts(dana, Number(row.number))).toEqual(['Buy one.'])
    expect((await mailsTo(email)).filter(({ subject }) => subject.includes('echidnas'))).toEqual([]) // no receipt
  })

  test('by its domain and those below it, whoever writes, known or not; programs of theirs, too', async () => {
    expect(await block('@Spam.Example')).toBeNull()
    for (const from of ['one@spam.example', 'two@mail.spam.example'])
      expect((await mail.send({ from, subject: 'Hello', text: 'x' })).row).toMatchObject({
        outcome: 'HELD',
        reason: 'BLOCKED',
      })
    const other = await mail.send({ from: 'three@notspam.example', subject: 'Hello', text: 'x' })
    expect(other.row).toMatchObject({ outcome: 'REFUSED', reason: 'NO_ACCOUNT' })
    const headers = { 'Auto-Submitted': 'auto-replied' }
    const program = await mail.send({ from: 'four@spam.example', subject: 'Away', text: 'x', headers })
    expect(program.row.outcome).toBe('AUTOMATIC')
    expect(await mailsTo('one@spam.example')).toEqual([])
  })

  test('to a ticket of theirs is held beside it; more than many an hour, too; unblocked, mails come in again', async () => {
    const { email, browser } = await writer()
    const number = await open(browser, 'Before the block')
    await block(email)
    const reply = await mail.send({ from: email, subject: `Re: [#${number}]`, text: 'Another word.' })
    expect(reply.row).toMatchObject({ outcome: 'HELD', reason: 'BLOCKED', number })
    expect(await texts(dana, number)).toEqual(['The first message.'])
    const page = await dana.visit('/agent/blocked')
    const after = await page.form(`Unblock ${email}`).submit()
    expect(after.main).not.toContain(email)
    expect((await mail.send({ from: email, subject: `Re: [#${number}]`, text: 'Now.' })).row.outcome).toBe('APPENDED')
    expect((await mail.row(reply.messageId)).outcome).toBe('HELD')
    const log = await ada.visit('/admin/log')
    expect(log.main).toMatch(/Sender unblocked[\s\S]*Sender blocked/)
  })
})

describe('§4.5 §7: a blocked sender’s public request', () => {
  test('is held apart, with the same page and number and no mail at all; an agent releases it', async () => {
    const email = 'pest@nuisance.example'
    await block('nuisance.example', '#10001')
    const number = await request(here, { email, subject: 'A blocked bandicoot', subscribe: true })
    expect(number).toBeGreaterThan(10_000)
    expect(await mailsTo(email)).toEqual([])
    expect((await mailsTo(people.dana.email)).filter(({ subject }) => subject.includes('bandicoot'))).toEqual([])
    expect((await dana.visit('/agent/held')).main).not.toContain('bandicoot')
    const list = await dana.visit('/agent/held?tab=blocked')
    expect(list.main).toContain('A blocked bandicoot')
    await expectGoodPage(list)
    await list.form(`Release #${number}`).submit()
    expect((await dana.visit('/agent?tab=all')).main).toContain('A blocked bandicoot')
    expect((await mailsTo(people.dirk.email)).filter(({ subject }) => subject.includes('bandicoot'))).toHaveLength(1)
    await answer(dana, number, 'Please stop.')
    expect((await mailTo(email, /Please stop/)).subject).toContain(`[#${number}]`) // an agent’s own word
    await update(dana, number, { status: 'DONE' })
    // The invitation is what they wished for, and by the word of an agent now.
    expect((await mailsTo(email)).map(({ subject }) => subject.includes(`#${number}`))).toEqual([false, true])
    expect(
      (
        await sql(`select distinct dropped_because from outbox_mail where recipient = $1 and state = 'DROPPED'`, [
          email,
        ])
      ).map(row => row.dropped_because),
    ).toEqual(['WITHHELD'])
  })

  test('whoever logs in still reaches the team in the portal; the person’s page says so', async () => {
    const { email, browser } = await writer()
    await block(email, 'Rude')
    const number = await open(browser, 'From the portal')
    expect((await dana.visit('/agent?tab=all')).main).toContain('From the portal')
    expect((await sql('select hold from ticket where number = $1', [number]))[0]?.hold).toBeNull()
    const page = await dana.visit(await personPage(here, email))
    expect(page.main).toContain('Blocked sender')
    expect(page.main).toContain('an admin disables the account')
    expect(page.main).toContain('Rude')
    await expectGoodPage(page)
    const { data } = await browser.graphql('{ viewer { blockedSender { sender } } }')
    expect(data.viewer.blockedSender).toBeNull()
    const ticket = await dana.visit(`/agent/tickets/${number}`)
    expect((await ticket.follow(`Block ${email}`)).form('Block').value('sender')).toBe(email)
  })
})

describe('§4.5: who can be blocked', () => {
  test('nobody of the team, nor where they write from, nor a provider of everybody; twice is once', async () => {
    const ours = here.plaindesk.config.supportAddress
    for (const sender of [people.dana.email, 'plaindesk.example', ours, ours.slice(ours.indexOf('@'))])
      expect(await block(sender), sender).toBe('TEAM_SENDER')
    expect(await block('gmail.com')).toBe('PUBLIC_DOMAIN')
    for (const sender of ['nonsense', 'a b@c.example', '@', 'example'])
      expect(await block(sender)).toBe('INVALID_SENDER')
    for (const _ of [1, 2]) expect(await block('somebody@gmail.com')).toBeNull()
    expect(await sql(`select 1 from blocked_sender where sender = 'somebody@gmail.com'`)).toHaveLength(1)
    const page = await dana.visit('/agent/blocked')
    const again = await page.form('Block').fill({ sender: 'web.de', reason: 'Why not' }).submit()
    expect(again.status).toBe(422)
    expect(again.errors.join()).toContain('Block the single address.')
    expect(again.form('Block').value('reason')).toBe('Why not')
  })

  test('a colleague who comes later is not blocked by an old block of their domain', async () => {
    await block('later.example')
    await sql(`update person set email = 'dirk@later.example' where email = $1`, [people.dirk.email])
    const number = await open(as('ann'), 'Answered by Dirk')
    const { row } = await mail.send({ from: 'dirk@later.example', subject: `[#${number}]`, text: 'A note by mail.' })
    expect(row).toMatchObject({ outcome: 'APPENDED', number })
  })

  test('§3: agents and admins alone', async () => {
    for (const name of ['sam', 'ann'] as const) {
      expect(await block('x@x.example', '', as(name))).toBe('FORBIDDEN')
      const { code } = await as(name).graphql('{ blockedSenders { nodes { sender } } }')
      expect(code).toBe('FORBIDDEN')
    }
    await block('x@x.example')
    const [row] = await sql(`select id from blocked_sender where sender = 'x@x.example'`)
    const node = `query { node(id: "blockedSender_${row?.id}") { id } }`
    expect((await as('sam').graphql(node)).data.node).toBeNull()
    expect((await dana.graphql(node)).data.node).not.toBeNull()
  })
})
