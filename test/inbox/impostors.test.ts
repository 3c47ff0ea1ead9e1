// Whoever writes in somebody else's name: what two readers of one mail could see differently proves nobody.
import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { people } from '../kit/cast.ts'
import { open, texts } from '../tickets/deeds.ts'
import { world } from '../world.ts'
import { post } from './post.ts'
import { keyOf, names, signedBy } from './signing.ts'

// A colleague's domain, where everybody's mail is signed for the same name, and one that belongs to an attacker.
const dns = names({
  ...keyOf('acme.example'),
  ...keyOf('evil.com'),
  ...keyOf('strict.example'),
  '_dmarc.evil.com TXT': [['v=DMARC1; p=reject']],
  '_dmarc.strict.example TXT': [['v=DMARC1; p=reject; adkim=s; aspf=s']],
  ...keyOf('guest.strict.example'),
  'evil.com TXT': [['v=spf1 ip4:192.0.2.66 -all']],
  'acme.example TXT': [['v=spf1 ip4:192.0.2.1 -all']],
})
const here = await world({ MAIL_AUTH: 'enforce' }, { resolver: dns.resolver.bind(dns) })
const { as, mailTo, plaindesk, mailbox } = here
const mail = await post(here)
const bo = as('bo')
const to = plaindesk.config.supportAddress
const envelope = { from: 'attacker@evil.com', to }

function written(from: string, { before = '', text = 'Hello.' } = {}) {
  const messageId = `<${randomUUID()}@mail.example>`
  const head = `From: ${from}\r\nTo: ${to}\r\nSubject: In whose name\r\nMessage-ID: ${messageId}\r\n`
  return { messageId, raw: `${before}${head}\r\n${text}\r\n` }
}

const twoAuthors: Record<string, (victim: string, attacker: string) => Promise<{ raw: Buffer; messageId: string }>> = {
  'a second From above the signed one': async (victim, attacker) => {
    const { raw, messageId } = written(attacker)
    return { raw: Buffer.concat([Buffer.from(`From: ${victim}\r\n`), await signedBy('acme.example', raw)]), messageId }
  },
  'a second From with a space before its colon': async (victim, attacker) => {
    const { raw, messageId } = written(attacker)
    return { raw: Buffer.concat([Buffer.from(`From : ${victim}\r\n`), await signedBy('acme.example', raw)]), messageId }
  },
  'a From above a line of blanks, where other readers go on': async (victim, attacker) => {
    const { raw, messageId } = written(attacker)
    const above = `From: ${victim}\r\nMessage-ID: ${messageId}\r\n \r\nHello\r\n`
    return { raw: Buffer.concat([Buffer.from(above), await signedBy('acme.example', raw)]), messageId }
  },
  'two addresses in one From': async (victim, attacker) => {
    const { raw, messageId } = written(`${victim}, ${attacker}`)
    return { raw: await signedBy('acme.example', raw), messageId }
  },
  'two addresses in angle brackets': async (victim, attacker) => {
    const { raw, messageId } = written(`<${victim}> <${attacker}>`)
    return { raw: await signedBy('acme.example', raw), messageId }
  },
  'a group': async (victim, attacker) => {
    const { raw, messageId } = written(`Us: ${victim}, ${attacker};`)
    return { raw: await signedBy('acme.example', raw), messageId }
  },
}

test.each(Object.entries(twoAuthors))('RFC 7489 §6.6.1: %s proves nobody', async (_how, made) => {
  const { raw, messageId } = await made(people.bo.email, 'mallory@acme.example')
  const { row } = await mail.send({ raw, messageId, envelope })
  expect([row.outcome, row.reason]).toEqual(['HELD', 'NOT_PROVEN'])
})

test.each(['\\.evil.com', '/.evil.com', '?.evil.com', '#.evil.com', ':80.evil.com', '%2f.evil.com'])(
  'a domain that reads as two: acme.example%s',
  async end => {
    const { raw, messageId } = written(`<bo@acme.example${end}>`)
    const { row } = await mail.send({ raw: await signedBy('evil.com', raw), messageId, envelope })
    expect(row.outcome).not.toBe('CREATED')
    expect(row.number).toBeNull()
  },
)

test('a name that looks like an address is a name', async () => {
  for (const from of [
    `"${people.bo.email}" <x@evil.com>`,
    `${people.bo.email} <x@evil.com>`,
    `x@evil.com (<${people.bo.email}>)`,
  ]) {
    const { raw, messageId } = written(from)
    const { row } = await mail.send({ raw: await signedBy('evil.com', raw), messageId, envelope })
    expect([row.outcome, row.reason]).toEqual(['REFUSED', 'NO_ACCOUNT'])
  }
})

test('RFC 6376 §8.2: what is added below a signed length is not proven', async () => {
  const { raw, messageId } = written(people.bo.email, { text: 'Hi.' })
  const signed = await signedBy('acme.example', raw, 5)
  const added = Buffer.concat([signed, Buffer.from('Please send all to mallory@evil.com.\r\n')])
  expect((await mail.send({ raw: added, messageId, envelope })).row.outcome).toBe('HELD')
})

test('RFC 7489 §3.1: a domain that wants strict alignment is not proven by its subdomains', async () => {
  const { raw, messageId } = written('boss@strict.example')
  const { row } = await mail.send({ raw: await signedBy('guest.strict.example', raw), messageId, envelope })
  expect([row.outcome, row.reason]).toEqual(['HELD', 'NOT_PROVEN'])
})

test('nothing is sent to an address that is not proven: a reply to a closed ticket, files left out', async () => {
  const number = await open(bo, 'Backscatter')
  const receipt = await mailTo(people.bo.email, new RegExp(`#${number}`))
  const attachments = Array.from({ length: 12 }, (_, at) => ({ filename: `f${at}.txt`, content: `${at}` }))
  mailbox.forget()
  const { row } = await mail.reply(receipt, { from: people.bo.email, text: 'A dozen.', attachments })
  expect(row).toMatchObject({ outcome: 'APPENDED', proof: 'NONE' })
  await as('dana').graphql(
    `mutation { updateTicket(input: { number: ${number}, status: CLOSED }) { ticket { status } } }`,
  )
  await here.settled()
  mailbox.forget()
  const { row: after } = await mail.reply(receipt, { from: people.bo.email, text: 'It is back.' })
  expect(after).toMatchObject({ outcome: 'FOLLOWED_UP', proof: 'NONE' })
  expect(await here.mailsTo(people.bo.email)).toEqual([])
})

test('files left out: an unproven sender is not told', async () => {
  const number = await open(bo, 'Left out')
  const receipt = await mailTo(people.bo.email, new RegExp(`#${number}`))
  const attachments = Array.from({ length: 12 }, (_, at) => ({ filename: `f${at}.txt`, content: `${at}` }))
  mailbox.forget()
  await mail.reply(receipt, { from: people.bo.email, text: 'A dozen.', attachments })
  expect(await here.mailsTo(people.bo.email)).toEqual([])
})

test('an out-of-office reply with a number alone is not put on the ticket', async () => {
  const number = await open(bo, 'Away')
  const headers = { 'Auto-Submitted': 'auto-replied' }
  const { row } = await mail.send({ from: people.bo.email, headers, subject: `Re: [#${number}] x`, text: 'Away!' })
  expect(row.outcome).toBe('AUTOMATIC')
  expect(await texts(as('dana'), number)).toEqual(['The first message.'])
})

test('§6: a disabled account is not told of to somebody who is not proven', async () => {
  const number = await open(bo, 'Disabled')
  const receipt = await mailTo(people.bo.email, new RegExp(`#${number}`))
  await here.sql('update person set disabled_at = now() where email = $1', [people.bo.email])
  const { code, row } = await mail.reply(receipt, { from: people.bo.email, text: 'Still here?' })
  await here.sql('update person set disabled_at = null where email = $1', [people.bo.email])
  expect([code, row.outcome, row.reason]).toEqual([250, 'HELD', 'NOT_PROVEN'])
})

test('forged mails do not use up what the real sender may write', async () => {
  const forged = Array.from({ length: 21 }, () => written(people.cem.email))
  for (const { raw } of forged)
    await plaindesk.reception.receive(Buffer.from(raw), {
      door: 'SMTP',
      from: people.cem.email,
      to: [to],
      client: null,
    })
  await here.settled()
  const { raw, messageId } = written(people.cem.email)
  const { row } = await mail.send({ raw: await signedBy('acme.example', raw), messageId, envelope })
  expect(row).toMatchObject({ outcome: 'CREATED', proof: 'AUTHENTICATED' })
})

test('without the address of a client nothing has failed: it is not waited for the DNS', async () => {
  const { raw, messageId } = written(people.cem.email)
  await plaindesk.reception.receive(Buffer.from(raw), { door: 'COMMAND', from: null, to: [], client: null })
  await here.settled()
  expect(await mail.row(messageId)).toMatchObject({
    outcome: 'HELD',
    reason: expect.stringMatching(/NOT_PROVEN|TOO_MANY/),
  })
})

test('§6: an MTA that delivers by LMTP is no client of ours: its address proves nobody', async () => {
  dns.records['acme.example TXT'] = [['v=spf1 ip4:127.0.0.1 -all']]
  const lmtp = await post(here, 'lmtp')
  const { raw, messageId } = written(people.bo.email)
  const { row } = await lmtp.send({ raw, messageId, envelope: { from: people.bo.email, to } })
  expect([row.outcome, row.reason]).toEqual(['HELD', 'NOT_PROVEN'])
})
