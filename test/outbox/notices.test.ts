// What senders of mails are told, and how often at most.
import { expect, test } from 'vitest'
import { bareSubject, mayReceipt } from '../../src/inbox/receipt-budget.ts'
import { tellFilesLeftOut, tellRefused, tellTooLarge } from '../../src/inbox/tell-refused.ts'
import { enqueueMail } from '../../src/outbox/enqueue.ts'
import { people } from '../kit/cast.ts'
import { open } from '../tickets/deeds.ts'
import { world } from '../world.ts'

const { as, mailsTo, mailTo, plaindesk, sql } = await world()
const tx = <T>(work: (em: ReturnType<typeof fork>) => Promise<T>) => fork().transactional(work)
const fork = () => plaindesk.orm.em.fork()
const now = new Date('2026-11-22T10:00:00Z')
const later = (minutes: number) => new Date(now.getTime() + minutes * 60_000)

test('H13: who may not open a request by mail is told once a day, with the way to the form, whoever tells them', async () => {
  const sender = { address: 'stranger@refused.example', language: 'de' } as const
  const told = await Promise.all([1, 2, 3].map(() => tx(em => tellRefused(em, sender, now))))
  expect(told.filter(Boolean)).toHaveLength(1)
  expect(await tx(em => tellRefused(em, sender, later(60)))).toBe(false)
  const [mail, ...more] = await mailsTo(sender.address)
  expect(more).toEqual([])
  expect(mail?.subject).toContain('hat uns nicht erreicht')
  expect(mail?.hasLink(/\/tickets\/new$/)).toBe(true)
  expect(mail?.hasLink(/\/register$/)).toBe(true)
  expect(mail?.header('Auto-Submitted')).toBe('auto-replied')
  expect(mail?.header('X-Auto-Response-Suppress')).toBe('All')
  expect(await tx(em => tellRefused(em, sender, later(24 * 60)))).toBe(true)
  expect(await mailsTo(sender.address)).toHaveLength(2)
})

/** A mail in the ledger; answers its id. */
async function incoming(messageId: string): Promise<string> {
  const [row] = await sql(
    `insert into incoming_mail (id, door, envelope, received_at, size, sha256, message_id, attempts) values (gen_random_uuid(), 'IMAP', '{}', now(), 1, 'x', $1, 0) returning id`,
    [messageId],
  )
  return String(row?.id)
}

test('§6: a notice stands below the mail that it answers, whose Message-ID is nothing but one', async () => {
  const answered = async (messageId: string, address: string) => {
    const mail = await incoming(messageId)
    await tx(em => tellRefused(em, { address, language: 'en', mail }, now))
    return (await mailTo(address)).header('In-Reply-To')
  }
  expect(await answered('<CAF-1@mail.gmail.com>', 'thread1@refused.example')).toBe('<CAF-1@mail.gmail.com>')
  expect(await answered('<a> <b@x>\r\nBcc: victim@evil.example', 'thread2@refused.example')).toBe('')
})

test('§6: what began by mail goes on below that mail', async () => {
  const number = await open(as('bo'), 'Begun by mail')
  const mail = await incoming('<first@acme.example>')
  await sql(`update message set mail_id = $2 where ticket_id = (select id from ticket where number = $1)`, [
    number,
    mail,
  ])
  await mailTo(people.bo.email, /Begun by mail/)
  const [row] = await sql(`select id, requester_id as user from ticket where number = $1`, [number])
  const rows = { user: String(row?.user), ticket: String(row?.id) }
  await tx(async em => enqueueMail(em, 'receipt', { address: people.bo.email, language: 'en' }, rows, now))
  await tx(async em => enqueueMail(em, 'files-left-out', { address: people.bo.email, language: 'en' }, rows, now))
  const receipt = await mailTo(people.bo.email, /received your request/)
  const next = await mailTo(people.bo.email, /left out/)
  expect(receipt.header('In-Reply-To')).toBe('<first@acme.example>')
  expect(next.header('In-Reply-To')).toBe(receipt.messageId)
  expect(next.header('References')).toBe(`<first@acme.example> ${receipt.messageId}`)
})

test('H13: in English where the language cannot be guessed', async () => {
  await tx(em => tellRefused(em, { address: 'guess@refused.example', language: null }, now))
  expect((await mailTo('guess@refused.example')).subject).toBe('Your mail to Plaindesk has not reached us')
})

test('§9: of a mail that is too large its sender is told once a day, with the limit', async () => {
  const sender = { address: 'large@refused.example', language: 'en' } as const
  expect([await tx(em => tellTooLarge(em, sender, now)), await tx(em => tellTooLarge(em, sender, now))]).toEqual([
    true,
    false,
  ])
  const mail = await mailTo(sender.address)
  expect(mail.text.replace(/\s+/g, ' ')).toContain('larger than 25 MB')
  expect(mail.hasLink(/\/tickets\/new$/)).toBe(true)
})

test('H16: of files that were left out the sender is told in the ticket’s thread, once a mail', async () => {
  const number = await open(as('bo'), 'With a film')
  const [row] = await sql(
    `select t.id as ticket, t.requester_id as user, m.id as message from ticket t join message m on m.ticket_id = t.id where number = $1`,
    [number],
  )
  const rows = { user: String(row?.user), ticket: String(row?.ticket), message: String(row?.message) }
  const about = { address: people.bo.email, language: 'en', ...rows } as const
  expect([await tx(em => tellFilesLeftOut(em, about, now)), await tx(em => tellFilesLeftOut(em, about, now))]).toEqual([
    true,
    false,
  ])
  const mail = await mailTo(people.bo.email, /left out/)
  expect(mail.subject).toBe(`Re: [#${number}] With a film`)
  expect(mail.header('In-Reply-To')).not.toBe('')
})

test('§7: at most five receipts an hour for one sender of mails, also when all come at once', async () => {
  const ask = (at: Date) =>
    Promise.all(
      Array.from({ length: 9 }, (_, i) =>
        tx(em => mayReceipt(em, plaindesk.settings.current, 'many@loop.example', `Subject ${i} ${at}`, at)),
      ),
    )
  expect((await ask(now)).filter(Boolean)).toHaveLength(5)
  expect((await ask(later(59))).filter(Boolean)).toHaveLength(0)
  expect((await ask(later(61))).filter(Boolean)).toHaveLength(5)
  expect(await tx(em => mayReceipt(em, plaindesk.settings.current, 'other@loop.example', 'Subject 1', now))).toBe(true)
})

test('§7: one for the same subject, however often it went to and fro', async () => {
  const ask = (subject: string, at = now) =>
    tx(em => mayReceipt(em, plaindesk.settings.current, 'same@loop.example', subject, at))
  expect(await ask('Out of paper')).toBe(true)
  for (const subject of [
    'Out of paper',
    'Re: Out of paper',
    'AW: RE: [#10042] out of  Paper',
    'Fwd: [Ticket 77] Re[2]: Out of paper',
  ])
    expect(await ask(subject), subject).toBe(false)
  expect(await ask('Out of ink')).toBe(true)
  expect(await ask('Order 17')).toBe(true)
  expect(await ask('Order 18')).toBe(true)
  expect(await ask('Out of paper', later(61))).toBe(true)
})

test('§7: what is rolled back is not counted', async () => {
  const failed = tx(async em => {
    await mayReceipt(em, plaindesk.settings.current, 'rolled@loop.example', 'Back', now)
    throw new Error('rolled back')
  })
  await expect(failed).rejects.toThrow('rolled back')
  expect(await tx(em => mayReceipt(em, plaindesk.settings.current, 'rolled@loop.example', 'Back', now))).toBe(true)
})

test.each([
  ['', ''],
  ['Re:', ''],
  ['Re: Re: AW: x', 'x'],
  ['SV: WG: Umzug', 'umzug'],
  ['[#10042] Re: [#10043] Umzug', 'umzug'],
  ['Réf : autre chose', 'réf : autre chose'],
  ['Ref: 4711', '4711'],
  ['[wichtig] Umzug', '[wichtig] umzug'],
])('the bare subject of “%s”', (subject, bare) => expect(bareSubject(subject)).toBe(bare))
