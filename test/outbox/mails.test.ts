// What is in the mails, as their readers get them.
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { ScanResult } from '../../src/files/stored-file.ts'
import { type Language, languages } from '../../src/i18n/language.ts'
import { Mailbox, MailboxTrouble } from '../../src/inbox/doors/mailbox.ts'
import { parseReplyAddress } from '../../src/inbox/reply-address.ts'
import { Webhook, WebhookEvent } from '../../src/integrations/webhook.ts'
import { Membership } from '../../src/list/membership.ts'
import { type MailRows, type MailTemplate, mailTemplates } from '../../src/outbox/outbox-mail.ts'
import { LinkKind } from '../../src/people/one-time-link.ts'
import type { User } from '../../src/people/user.ts'
import { Message } from '../../src/tickets/message.ts'
import { Ticket } from '../../src/tickets/ticket.ts'
import { TicketStatus } from '../../src/tickets/ticket-status.ts'
import { Channel } from '../../src/tickets/vocabulary.ts'
import { newFolder } from '../kit/folder.ts'
import type { Mail } from '../kit/mailbox.ts'
import { agent, file, type PostOffice, postOffice } from './post-office.ts'

let office: PostOffice
let ann: User
let contact: User
let dana: User
let ticket: Ticket

beforeAll(async () => {
  office = await postOffice()
  ann = await office.person({ language: 'de', isMember: true })
  contact = await office.person({ name: 'Buy at spam.example', isContact: true, language: 'en' })
  dana = await office.person({ ...agent, language: 'de' })
  ticket = await office.ticket(ann)
})

/** Dana's answer, saved. */
async function answered(text: string, status = TicketStatus.WAITING, isNote = false): Promise<Message> {
  const em = office.em()
  const found = await em.findOneOrFail(Ticket, ticket.id, { populate: ['messages', 'events'] })
  const details = { channel: Channel.WEB, now: new Date() }
  const author = em.getReference(dana.constructor as typeof User, dana.id)
  const message = isNote ? found.note(author, text, details) : found.answer(author, text, status, details)
  message.attachments.add(file('Ä "manual" <1>.pdf'))
  await em.flush()
  return message
}

const kinds: Partial<Record<MailTemplate, LinkKind>> = {
  invitation: LinkKind.INVITATION,
  registration: LinkKind.REGISTRATION,
  reset: LinkKind.RESET,
  'address-confirm': LinkKind.ADDRESS,
  'list-confirm': LinkKind.CONFIRM,
  'list-left': LinkKind.UNDO_LEAVE,
}

/** A mailbox of which the admins were told that it cannot be read. */
function silent(): Mailbox {
  const details = { trouble: MailboxTrouble.LOGIN, lastError: 'NO [AUTH] Invalid credentials', alarmedAt: new Date() }
  return Object.assign(new Mailbox(`imap.example/${Math.random()}`, new Date()), details)
}

function switchedOff(): Webhook {
  const webhook = new Webhook('https://hooks.example/in', [WebhookEvent.TICKET_CREATED], 'x', new Date())
  return Object.assign(webhook, { isActive: false, failingSince: new Date() })
}

/** Some mail of each kind, to somebody who may get it. */
async function some(template: MailTemplate, language: Language): Promise<Mail> {
  const isTeam = template.startsWith('team')
  const reader = isTeam ? dana : await office.person({ language, isMember: true })
  const own = await office.ticket(reader)
  const kind = kinds[template]
  if (template === 'reminder') await office.sql(`update ticket set status = 'WAITING' where id = $1`, [own.id])
  const rows: MailRows = { ticket: own.id }
  if (template === 'answer' || template === 'team-comment') rows.message = own.messages.getItems()[0]!.id
  if (template === 'done' || template === 'satisfaction')
    await office.sql(`update ticket set status = 'DONE' where id = $1`, [own.id])
  if (template.startsWith('mailbox')) rows.mailbox = (await office.save(silent())).id
  if (template === 'webhook-off') rows.webhook = (await office.save(switchedOff())).id
  if (kind) rows.link = (await office.link(kind, reader)).id
  return office.mail(template, Object.assign(reader, { language }), rows)
}

describe.each(mailTemplates)('§6: %s', template => {
  test.each(languages)('is whole in %s', async language => {
    const mail = await some(template, language)
    expect(mail.header('Content-Language')).toBe(language)
    expect(mail.html).toContain(`<html lang="${language}">`)
    expect(mail.text).toContain(language === 'de' ? 'Kontakt: ' : 'Contact: ')
    expect(mail.content).not.toMatch(/undefined|null|\[object|NaN|\{\{|mail:[a-z]/)
    expect(mail.text.split('\n').filter(line => line.length > 72 && !/https?:/.test(line))).toEqual([])
    for (const link of mail.links) expect(mail.html).toContain(`href="${link}"`)
    expect(mail.hasLink(/www\.example\/imprint/)).toBe(true)
    expect(mail.html).not.toMatch(/<(img|script|table|form|iframe|link)\b|url\(|\son\w+=/)
  })
})

test('the languages differ in every mail', async () => {
  for (const template of mailTemplates) {
    const [en, de] = [await some(template, 'en'), await some(template, 'de')]
    expect(en.html.match(/<h1[^>]*>.*<\/h1>/)?.[0], template).not.toBe(de.html.match(/<h1[^>]*>.*<\/h1>/)?.[0])
  }
})

describe('receipt', () => {
  test('V9 H2: tells number, subject, when, and the way to the ticket', async () => {
    const mail = await office.mail('receipt', ann, { ticket: ticket.id })
    expect(mail.subject).toBe(`[#${ticket.number}] The printer prints half pages`)
    expect(mail.text).toContain('Guten Tag Ann Berger,')
    expect(mail.text).toContain(`#${ticket.number}`)
    expect(mail.text).toContain('> Since yesterday.\n>\n> > odd')
    expect(mail.hasLink(new RegExp(`^https://desk.example/tickets/${ticket.number}$`))).toBe(true)
    expect(mail.text).toContain('page.pdf (1,4 MB)')
    expect(mail.header('Auto-Submitted')).toBe('auto-replied')
    expect(mail.hasLink(/\/list\/leave\//)).toBe(true)
  })

  test('H18: names our sender, the spam folder and the address it went to', async () => {
    for (const language of languages) {
      const mail = await office.mail('receipt', Object.assign(ann, { language }), { ticket: ticket.id })
      expect(mail.text).toContain('help@help.example')
      expect(mail.text).toMatch(/spam/i)
      expect(mail.text).toContain(ann.email)
    }
    ann.language = 'de'
  })

  test('H8: shows a contact the way to a full account', async () => {
    const own = await office.ticket(contact)
    const mail = await office.mail('receipt', contact, { ticket: own.id })
    expect(mail.hasLink(/^https:\/\/desk\.example\/register$/)).toBe(true)
    expect(mail.hasLink(/\/tickets\//)).toBe(false)
    expect(mail.header('List-Unsubscribe')).toBe('')
    expect(mail.content).not.toContain('/list/leave/')
  })

  test('§3: to an unproven address carries the number and fixed words, and a short subject without links', async () => {
    const subject = 'Cheap at https://spam.example/buy and very very very very very very very very very long indeed'
    const own = await office.ticket(contact, { subject, text: 'Buy at https://spam.example', proven: false })
    const mail = await office.mail('receipt', contact, { ticket: own.id })
    expect(mail.content).not.toMatch(/spam\.example|Buy at|page\.pdf/)
    expect(mail.subject).toMatch(/^\[#\d+\] Cheap at … and very/)
    expect(mail.subject.replace(/^\[#\d+\] /, '').length).toBeLessThanOrEqual(60)
    expect(mail.text).toContain('Hello,')
    expect(mail.hasLink(/\/register$/)).toBe(true)
  })

  test('§3: an account that did not send it gets the short form too', async () => {
    const own = await office.ticket(ann, { subject: 'See www.spam.example', text: 'secret words', proven: false })
    const mail = await office.mail('receipt', ann, { ticket: own.id })
    expect(mail.content).not.toMatch(/www\.spam|secret words/)
    expect(mail.hasLink(/\/tickets\/\d+$/)).toBe(true)
  })
})

describe('invitation', () => {
  test('V10: has one link, to set the password, and says in words how long it works', async () => {
    const link = await office.link(LinkKind.INVITATION, contact, { joinsList: true })
    const mail = await office.mail('invitation', contact, { link: link.id })
    expect(mail.links.filter(each => each.startsWith('https://desk.example'))).toHaveLength(1)
    expect(mail.html.match(/href="https:\/\/desk\.example[^"]*"/g)).toHaveLength(1)
    expect(mail.link(/\/password\/set\/[\w-]{22}\.[\w-]{43}$/)).toBeTruthy()
    expect(mail.text).toMatch(/for 14 days, until \d+ \w+ \d{4} at \d\d:\d\d/)
    expect(mail.text.replace(/\s+/g, ' ')).toContain('be on the support list')
    expect(mail.header('List-Unsubscribe')).toBe('')
  })

  test('§3: never carries the name that was typed', async () => {
    const link = await office.link(LinkKind.INVITATION, contact, { joinsList: true })
    expect((await office.mail('invitation', contact, { link: link.id })).content).not.toContain('spam.example')
  })

  test('H8: without the wish to join it does not speak of it', async () => {
    const link = await office.link(LinkKind.INVITATION, contact)
    expect((await office.mail('invitation', contact, { link: link.id })).text).not.toContain('support list')
  })

  test("staff are greeted by name and hear nothing of a customer's list", async () => {
    const sam = await office.person({ ...agent, isContact: true, language: 'en' })
    const link = await office.link(LinkKind.INVITATION, sam)
    const mail = await office.mail('invitation', sam, { link: link.id })
    expect(mail.text).toContain('Hello Dana Weber,')
    expect(mail.text).not.toContain('support list')
  })
})

test('V14: a reset works for an hour and says so in words', async () => {
  const link = await office.link(LinkKind.RESET, ann)
  const mail = await office.mail('reset', ann, { link: link.id })
  expect(mail.text.replace(/\s+/g, ' ')).toContain('einmal und eine Stunde lang, bis')
  expect(mail.link(/\/password\/reset\//)).toBeTruthy()
})

test('§3: the mail to a new address does not carry the name of the account', async () => {
  const link = await office.link(LinkKind.ADDRESS, ann)
  const mail = await office.mail(
    'address-confirm',
    { address: 'new@elsewhere.example', language: 'en' },
    { link: link.id, user: ann.id },
  )
  expect(mail.content).not.toContain('Ann Berger')
  expect(mail.recipients).toEqual(['new@elsewhere.example'])
  expect(mail.link(/\/account\/address\//)).toBeTruthy()
})

test('§3: the old address hears of the change, but not the new one', async () => {
  const mail = await office.mail('address-changed', { address: 'old@acme.example', language: 'en' }, { user: ann.id })
  expect(mail.text).toContain('old@acme.example')
  expect(mail.content).not.toContain(ann.email)
  expect(mail.links.filter(link => link.startsWith('https://desk.example'))).toEqual([])
})

describe('answer', () => {
  test('H14: brings the words as they are, links to the files, and the thread', async () => {
    const receipt = await office.mail('receipt', ann, { ticket: ticket.id })
    const words = `Try <b>this</b> & that: https://a.example/x?a=1&b=2.\n\n  indented ${'long '.repeat(30)}`
    const message = await answered(words)
    const mail = await office.mail('answer', ann, { ticket: ticket.id, message: message.id })
    expect(mail.subject).toBe(`Re: [#${ticket.number}] The printer prints half pages`)
    expect(mail.text).toContain('Dana Weber hat')
    expect(mail.text).toContain(words.trimEnd())
    expect(mail.html).toContain('&lt;b&gt;this&lt;/b&gt; &amp; that: <a href="https://a.example/x?a=1&amp;b=2"')
    expect(mail.link(/\/attachments\/attachment_/)).toMatch(/%C3%84%20%22manual%22%20%3C1%3E\.pdf$/)
    expect(mail.html).toContain('Ä &quot;manual&quot; &lt;1&gt;.pdf (1,4 MB)')
    expect(mail.text).toContain('Wartet auf Sie')
    expect(mail.header('In-Reply-To')).toBe(receipt.messageId)
    expect(mail.header('References')).toContain(receipt.messageId)
    expect(mail.header('Auto-Submitted')).toBe('')
    expect(mail.hasLink(/\/list\/leave\//)).toBe(true)
    expect(parseReplyAddress(mail.header('Reply-To'), office.config)).toEqual({ kind: 'reply', ticket: ticket.number })
    expect(mail.from).toBe('help@help.example')
  })

  test('H16, §7: the files travel with it, also to a contact who cannot open the portal', async () => {
    const own = await office.ticket(contact)
    const [message] = own.messages.getItems()
    const mail = await office.mail('answer', contact, { ticket: own.id, message: message!.id })
    const [page] = mail.parsed.attachments
    expect([page?.filename, page?.contentType, page?.content.toString()]).toEqual([
      'page.pdf',
      'application/pdf',
      'What is in the file',
    ])
    expect(mail.content).not.toContain('/attachments/')
  })

  test('§7: what is larger than a mail may be stays a link in the portal; what the scanner has not passed, too', async () => {
    const message = await answered('See the files.')
    const em = office.em()
    const found = await em.findOneOrFail(Message, message.id, { populate: ['attachments'] })
    found.attachments.add(Object.assign(file('film.mp4'), { size: 16_000_000 }))
    found.attachments.add(Object.assign(file('waits.pdf'), { scan: ScanResult.PENDING }))
    await em.flush()
    const mail = await office.mail('answer', ann, { ticket: ticket.id, message: message.id })
    expect(mail.parsed.attachments.map(({ filename }) => filename)).toEqual(['Ä "manual" <1>.pdf'])
    expect(mail.links.filter(link => link.includes('/attachments/'))).toHaveLength(3)
  })

  test('V5: files alone are told as files', async () => {
    const message = await answered('')
    const mail = await office.mail('answer', ann, { ticket: ticket.id, message: message.id })
    expect(mail.text).toContain('Dateien hinzugefügt')
    expect(mail.text).not.toContain('-----')
  })

  test('an internal note is never mailed, whoever asks for it', async () => {
    const note = await answered('for us only', TicketStatus.OPEN, true)
    const mail = await office.enqueue('answer', ann, { ticket: ticket.id, message: note.id })
    const before = office.mailbox.all.length
    await office.send(mail)
    expect(office.mailbox.all).toHaveLength(before)
    expect((await office.row(mail)).state).toBe('DROPPED')
  })
})

describe('done', () => {
  test('H17: announces when silence closes it', async () => {
    const own = await office.ticket(ann)
    await office.sql(`update ticket set status = 'DONE', last_message_at = '2099-11-22T12:00:00Z' where id = $1`, [
      own.id,
    ])
    const mail = await office.mail('done', ann, { ticket: own.id })
    expect(mail.text.replace(/\s+/g, ' ')).toContain(
      '21 Tage lang nichts von Ihnen hören, schließen wir sie am 13. Dezember 2099 endgültig ab',
    )
    expect(mail.header('Auto-Submitted')).toBe('auto-generated')
  })

  test.each([
    [
      'en',
      /Simply reply to this mail and we take it up again.*for 21 days, we close the request for good on \d+ \w+ \d{4}/,
    ],
    [
      'de',
      /Antworten Sie einfach auf diese E-Mail, dann nehmen wir die Anfrage wieder auf.*schließen wir sie am \d+\. \S+ \d{4} endgültig ab/,
    ],
  ] as const)(
    'H17: says what a reply does and when it closes for good, and takes the reply (%s)',
    async (language, words) => {
      const reader = await office.person({ language })
      const own = await office.ticket(reader)
      await office.sql(`update ticket set status = 'DONE' where id = $1`, [own.id])
      const mail = await office.mail('done', reader, { ticket: own.id })
      expect(mail.text.replace(/\s+/g, ' ')).toMatch(words)
      expect(parseReplyAddress(mail.header('Reply-To'), office.config)).toEqual({ kind: 'reply', ticket: own.number })
    },
  )

  test('H17: what a program writes moves neither the status nor the day on which it closes', () => {
    const details = (now: string) => ({ channel: Channel.EMAIL, now: new Date(now) })
    const own = Ticket.open(ann, 'Out of office', 'x', { ...details('2026-11-01T10:00:00Z'), proven: true })
    own.answer(dana, 'Done.', TicketStatus.DONE, details('2026-11-02T10:00:00Z'))
    own.keepAutomatic(ann, 'I am away.', details('2026-11-03T10:00:00Z'))
    expect(own.status).toBe(TicketStatus.DONE)
    expect(own.lastMessageAt).toEqual(new Date('2026-11-02T10:00:00Z'))
  })

  test('H17: brings the answer it was done with', async () => {
    const message = await answered('That was it.', TicketStatus.DONE)
    const mail = await office.mail('done', ann, { ticket: ticket.id, message: message.id })
    expect(mail.text).toContain('That was it.')
    expect(mail.header('Auto-Submitted')).toBe('')
  })
})

describe('the support list', () => {
  test('V16: leaving is confirmed with an undo link and without a leave link', async () => {
    const cem = await office.person({ language: 'en' })
    const link = await office.link(LinkKind.UNDO_LEAVE, cem)
    const mail = await office.mail('list-left', cem, { link: link.id })
    expect(mail.link(/\/list\/undo\//)).toBeTruthy()
    expect(mail.text).toContain('sales@help.example')
    expect(mail.text).toContain('14 days')
    expect(mail.content).not.toContain('/list/leave/')
  })

  test('V16: a leave link is the same in every mail of one stay', async () => {
    const [one, two] = [await office.mail('receipt', ann, { ticket: ticket.id }), await office.mail('list-joined', ann)]
    expect(one.link(/\/list\/leave\//)).toBe(two.link(/\/list\/leave\//))
  })

  test('who left meanwhile is not welcomed', async () => {
    const cem = await office.person({ isMember: true })
    const mail = await office.enqueue('list-joined', cem)
    await office.em().nativeDelete(Membership, { user: cem.id })
    await office.send(mail)
    expect((await office.row(mail)).state).toBe('DROPPED')
  })
})

describe('the team', () => {
  test('§6: hears who wrote what, and whether the address is proven', async () => {
    const own = await office.ticket(contact, { proven: false })
    const mail = await office.mail('team-new-ticket', dana, { ticket: own.id })
    expect(mail.subject).toBe(`[#${own.number}] The printer prints half pages`)
    expect(mail.text).toContain(`${contact.email}, Adresse nicht bestätigt`)
    expect(mail.text).toContain('Since yesterday.')
    expect(mail.link(/\/agent\/tickets\/\d+$/)).toBeTruthy()
    expect(mail.content).not.toContain('/list/leave/')
    expect(mail.header('Auto-Submitted')).toBe('auto-generated')
  })

  test('§6: a plain reply is a note on the ticket; the customer is answered at an address of its own', async () => {
    for (const template of ['team-new-ticket', 'team-comment'] as const) {
      const message = template === 'team-comment' ? { message: ticket.messages.getItems()[0]!.id } : {}
      const mail = await office.mail(template, dana, { ticket: ticket.id, ...message })
      const told = /per Mail antworten:\s+(\S+)/.exec(mail.text)?.[1] ?? ''
      expect(mail.html).toContain(`href="mailto:${told}"`)
      expect(parseReplyAddress(told, office.config)).toEqual({ kind: 'answer', ticket: ticket.number })
      expect(parseReplyAddress(mail.header('Reply-To'), office.config)).toEqual({
        kind: 'reply',
        ticket: ticket.number,
      })
    }
  })

  test('§6: a comment follows in the same thread', async () => {
    const first = await office.mail('team-new-ticket', dana, { ticket: ticket.id })
    const message = ticket.messages.getItems()[0]!
    const mail = await office.mail('team-comment', dana, { ticket: ticket.id, message: message.id })
    expect(mail.header('References')).toBe(first.messageId)
    expect(mail.messageId).not.toBe(first.messageId)
  })
})

test("dates are in the reader's time zone", async () => {
  const far = await office.person({ timezone: 'Pacific/Auckland', language: 'en' })
  const own = await office.ticket(far)
  await office.sql(`update ticket set created_at = '2026-11-22T12:30:00Z' where id = $1`, [own.id])
  expect((await office.mail('receipt', far, { ticket: own.id })).text).toContain('23 November 2026 at 01:30')
})

test('§7: BRAND_LOGO stands on every mail and travels with it', async () => {
  const folder = newFolder('logo')
  const file = join(folder, 'logo.png')
  await writeFile(file, 'what a picture')
  const branded = await postOffice({ BRAND_LOGO: file })
  await rm(folder, { recursive: true })
  const { parsed, raw } = await branded.mail('password-changed', await branded.person())
  expect(parsed.attachments.map(({ cid, contentType, content }) => [cid, contentType, content.toString()])).toEqual([
    ['logo', 'image/png', 'what a picture'],
  ])
  expect(raw.toString()).toContain('src=3D"cid:logo"')
  expect(raw.toString()).toContain('multipart/related')
})
