// Whose mail it is: what proves a sender, and what is done without proof. The DNS is ours; the signatures are real.
import MailComposer from 'nodemailer/lib/mail-composer/index.js'
import { describe, expect, test } from 'vitest'
import { people } from '../kit/cast.ts'
import { open, read, texts } from '../tickets/deeds.ts'
import { world } from '../world.ts'
import { post } from './post.ts'
import { keyOf, names, signedBy } from './signing.ts'

const dns = names({
  ...keyOf('acme.example'),
  ...keyOf('globex.example'),
  ...keyOf('plaindesk.example'),
  'acme.example TXT': [['v=spf1 ip4:192.0.2.1 -all']],
})
const here = await world({ MAIL_AUTH: 'enforce' }, { resolver: dns.resolver.bind(dns) })
const { as, mailTo, settled, sql, plaindesk, mailbox } = here
const mail = await post(here)
const bo = as('bo')
const dana = as('dana')
const to = plaindesk.config.supportAddress

/** The mail as the sender's own server signs it; `domain` is whose signature it bears, null = nobody's. */
async function signed(message: object, domain: string | null) {
  const messageId = `<${crypto.randomUUID()}@mail.example>`
  const raw = await new MailComposer({ to, messageId, ...message }).compile().build()
  if (domain === null) return { raw, messageId }
  return { raw: await signedBy(domain, raw), messageId }
}
async function send(message: { from: string; [field: string]: unknown }, domain: string | null) {
  const { raw, messageId } = await signed(message, domain)
  return mail.send({ raw, messageId, envelope: { from: message.from, to: String(message.to ?? to) } })
}

describe('§6: MAIL_AUTH=enforce', () => {
  test('H13: an aligned signature proves the sender, and the mail is filed', async () => {
    const { code, row } = await send({ from: people.bo.email, subject: 'Signed', text: 'It is me.' }, 'acme.example')
    expect([code, row.outcome, row.proof]).toEqual([250, 'CREATED', 'AUTHENTICATED'])
  })

  test("somebody else's signature proves nothing: it is held, and nobody is told who has an account", async () => {
    mailbox.forget()
    const known = await send({ from: people.bo.email, subject: 'Forged', text: 'x' }, 'globex.example')
    const unknown = await send({ from: 'nobody@nowhere.example', subject: 'Forged', text: 'x' }, null)
    for (const { code, row } of [known, unknown])
      expect([code, row.outcome, row.reason]).toEqual([250, 'HELD', 'NOT_PROVEN'])
    expect(known.answer.replace(/[0-9a-f-]{36}/, '')).toBe(unknown.answer.replace(/[0-9a-f-]{36}/, ''))
    expect(mailbox.all).toEqual([])
  })

  test('a proven stranger is refused with 550', async () => {
    const { code, row } = await send({ from: 'x@globex.example', subject: 'Hi', text: 'x' }, 'globex.example')
    expect([code, row.outcome, row.reason]).toEqual([550, 'REFUSED', 'NO_ACCOUNT'])
  })

  test('a broken signature proves nothing', async () => {
    const { raw, messageId } = await signed(
      { from: people.bo.email, subject: 'Changed', text: 'Pay 10.' },
      'acme.example',
    )
    const changed = Buffer.from(raw.toString().replace('Pay 10.', 'Pay 99.'))
    const { row } = await mail.send({ raw: changed, messageId, envelope: { from: people.bo.email, to } })
    expect([row.outcome, row.reason]).toEqual(['HELD', 'NOT_PROVEN'])
  })

  test('H15: without proof, our signed reference and a sender who takes part: filed, and marked', async () => {
    const number = await open(bo, 'Unsigned reply')
    const receipt = await mailTo(people.bo.email, new RegExp(`#${number}`))
    const { row } = await send(
      { from: people.bo.email, subject: 'Re: x', inReplyTo: receipt.messageId, text: 'No DKIM here.' },
      null,
    )
    expect(row).toMatchObject({ outcome: 'APPENDED', proof: 'NONE', number })
    expect((await dana.visit(`/agent/tickets/${number}`)).main).toContain('sender not proven')
  })

  test('a number alone, without proof, is held: whoever knows a number and an address gets nowhere', async () => {
    const number = await open(bo, 'Numbered')
    const { row } = await send({ from: people.bo.email, subject: `Re: [#${number}] x`, text: 'Really Bo?' }, null)
    expect([row.outcome, row.reason]).toEqual(['HELD', 'NOT_PROVEN'])
    expect(await texts(bo, number)).toEqual(['The first message.'])
  })

  test('an agent answers the customer by mail: proven, at the answer address; else it stays a note', async () => {
    const number = await open(bo, 'Answered from the train')
    const told = await mailTo(people.dana.email, new RegExp(`#${number}`))
    const answerAddress = /mailto:([^"?]+\+a\.[^"?]+)/.exec(told.html)?.[1] ?? ''
    expect(answerAddress).toContain('+a.')
    const { row: note } = await send(
      { from: people.dana.email, to: answerAddress, subject: 'Re: x', text: 'Unproven answer' },
      null,
    )
    expect(note.outcome).toBe('APPENDED')
    const quoted =
      '\n\nOn Sun, Nov 22, 2026 at 8:00 AM Plaindesk <help@plaindesk.example> wrote:\n\n> For the team alone.\n'
    const { row } = await send(
      { from: people.dana.email, to: answerAddress, subject: 'Re: x', text: `Try it again now.${quoted}` },
      'plaindesk.example',
    )
    expect(row).toMatchObject({ outcome: 'APPENDED', number })
    expect(await texts(bo, number)).toEqual(['The first message.', 'Try it again now.'])
    expect((await read(bo, number)).status).toBe('WAITING')
    expect((await bo.visit(`/tickets/${number}`)).main).not.toContain('For the team alone.')
    expect((await mailTo(people.bo.email, /Try it again now/)).subject).toContain(`[#${number}]`)
  })

  test('a DNS that gives no answer: it is tried again, and filed when the answer comes', async () => {
    dns.isDown = true
    const { raw, messageId } = await signed({ from: people.bo.email, subject: 'Later', text: 'x' }, 'acme.example')
    await plaindesk.reception.receive(raw, { door: 'SMTP', from: people.bo.email, to: [to], client: null })
    await expect.poll(async () => (await mail.row(messageId)).outcome).toBe(null)
    expect((await sql('select proof from incoming_mail where message_id = $1', [messageId]))[0]?.proof).toBe('UNKNOWN')
    dns.isDown = false
    await sql(`update graphile_worker._private_jobs set run_at = now() where key like 'file-mail:%'`)
    await settled()
    await expect.poll(async () => (await mail.row(messageId)).outcome).toBe('CREATED')
  })

  test('SPF of the connection that brought it counts, aligned with the author', async () => {
    const { raw, messageId } = await signed({ from: people.bo.email, subject: 'By SPF', text: 'x' }, null)
    const client = { address: '192.0.2.1', helo: 'mx.acme.example' }
    await plaindesk.reception.receive(raw, { door: 'SMTP', from: people.bo.email, to: [to], client })
    await settled()
    expect(await mail.row(messageId)).toMatchObject({ outcome: 'CREATED', proof: 'AUTHENTICATED' })
    const { raw: other, messageId: otherId } = await signed({ from: people.bo.email, subject: 'Not', text: 'x' }, null)
    const elsewhere = { address: '192.0.2.99', helo: 'evil.example' }
    await plaindesk.reception.receive(other, { door: 'SMTP', from: people.bo.email, to: [to], client: elsewhere })
    await settled()
    expect(await mail.row(otherId)).toMatchObject({ outcome: 'HELD' })
  })
})
