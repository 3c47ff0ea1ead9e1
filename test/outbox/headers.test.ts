// Headers and signature of mails as a mail server receives them.
import { generateKeyPairSync } from 'node:crypto'
import { authenticate } from 'mailauth'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Config, loadConfig } from '../../src/config.ts'
import { translator } from '../../src/i18n/translate.ts'
import { letterWriters } from '../../src/mails.ts'
import { headersOf } from '../../src/outbox/headers.ts'
import type { Letter } from '../../src/outbox/letter.ts'
import { messageIdKey, parseMessageId } from '../../src/outbox/message-id.ts'
import { openOutbox } from '../../src/outbox/outbox.ts'
import { OutboxMail } from '../../src/outbox/outbox-mail.ts'
import { layOut } from '../../src/outbox/render.ts'
import { type Mail, Mailbox } from '../kit/mailbox.ts'
import { fileStore } from './post-office.ts'

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const dkim = {
  domain: 'help.example',
  selector: 'desk',
  privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
}
const ticket = '0199a000-0000-7000-8000-000000000001'
const leaveUrl = 'https://desk.example/list/leave/AZmgAAAAcACAAAAAAAAAAQ.qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq'

const letter: Letter = {
  subject: '[#10042] The printer prints half pages',
  origin: 'auto-generated',
  thread: { ticket, side: 'customer', isStart: false },
  reason: 'ticket',
  leaveUrl,
  facts: { greeting: 'Hello,', oneTime: { url: 'https://desk.example/password/reset/x', validity: 'One hour.' } },
  isStale: false,
}

let mailbox: Mailbox
beforeAll(async () => {
  mailbox = await Mailbox.open()
})
afterAll(() => mailbox.close())
beforeEach(() => mailbox.forget())

function config(own: Partial<Config> = {}): Config {
  const env = {
    SESSION_SECRET: 'a secret of at least thirty-two characters',
    BASE_URL: 'https://desk.example',
    EXPOSE_DEVELOPMENT: 'true',
    MAIL_FROM: 'help@help.example',
    SUPPORT_ADDRESS: 'desk@help.example',
    BRAND_NAME: 'Nörd "Light" <x@y.example>, Inc.',
    SMTP_URL: mailbox.url,
  }
  return { ...loadConfig(env), ...own }
}

/** Sends a letter as the reset mail and gives back what the server got. */
async function sent(
  own: Partial<Letter> = {},
  settings: Partial<Config> = {},
  recipient = 'ann@acme.example',
): Promise<Mail> {
  const mail = new OutboxMail('reset', recipient, 'en', {}, new Date())
  const written = { ...letter, ...own }
  const outbox = openOutbox({ current: config(settings) }, letterWriters, fileStore)
  await outbox.deliver?.({
    ...headersOf(written, mail, config(settings)),
    ...layOut(written, mail, config(settings), translator('en')),
  })
  outbox.close()
  return mailbox.all.at(-1)!
}

test('§6: sender, recipient and way back', async () => {
  const mail = await sent()
  expect(mail.parsed.from?.value).toEqual([{ name: 'Nörd "Light" <x@y.example>, Inc.', address: 'help@help.example' }])
  expect(mail.header('To')).toBe('ann@acme.example')
  expect(mail.recipients).toEqual(['ann@acme.example'])
  expect(mail.header('Reply-To')).toBe('desk@help.example')
  expect(mail.from).toBe('desk@help.example')
  expect(mail.header('Content-Language')).toBe('en')
  expect(mail.header('X-Mailer')).toBe('')
})

test('§6: text and HTML say the same', async () => {
  const mail = await sent()
  expect(mail.parsed.headers.get('content-type')).toMatchObject({ value: 'multipart/alternative' })
  expect(mail.link(/password\/reset/)).toBe('https://desk.example/password/reset/x')
  expect(mail.html).toContain('href="https://desk.example/password/reset/x"')
})

describe('§6: what is automatic says so', () => {
  test.each([
    ['auto-replied', 'auto-replied', 'All'],
    ['auto-generated', 'auto-generated', 'All'],
    ['person', '', ''],
  ] as const)('%s', async (origin, submitted, suppress) => {
    const mail = await sent({ origin })
    expect(mail.header('Auto-Submitted')).toBe(submitted)
    expect(mail.header('X-Auto-Response-Suppress')).toBe(suppress)
  })
})

describe('§6: one thread', () => {
  const key = messageIdKey('a secret of at least thirty-two characters')

  test('the receipt begins it, what follows refers to the receipt', async () => {
    const receipt = await sent({ thread: { ticket, side: 'customer', isStart: true } })
    const notice = await sent()
    expect(receipt.header('In-Reply-To')).toBe('')
    expect(notice.header('In-Reply-To')).toBe(receipt.messageId)
    expect(notice.header('References')).toBe(receipt.messageId)
    expect(notice.messageId).not.toBe(receipt.messageId)
    expect(parseMessageId(notice.messageId, key)?.ticket).toBe(ticket)
  })

  test("the team's mails are a thread of their own", async () => {
    const [customer, team] = [
      await sent({ thread: { ticket, side: 'customer', isStart: true } }),
      await sent({ thread: { ticket, side: 'team', isStart: true } }),
    ]
    expect(team.messageId).not.toBe(customer.messageId)
    expect((await sent({ thread: { ticket, side: 'team', isStart: false } })).header('References')).toBe(team.messageId)
  })

  test('a mail about no ticket stands alone', async () => {
    const mail = await sent({ thread: null })
    expect(mail.header('References')).toBe('')
    expect(parseMessageId(mail.messageId, key)?.ticket).toBeNull()
  })
})

describe('§6 V16: leaving the list from a mail', () => {
  test('a member has the link in the foot and for the button of the mail program', async () => {
    const mail = await sent()
    expect(mail.header('List-Unsubscribe')).toBe(`<${leaveUrl}>`)
    expect(mail.header('List-Unsubscribe-Post')).toBe('List-Unsubscribe=One-Click')
    expect(mail.header('List-Id')).toBe('<support.help.example>')
    expect(mail.hasLink(/list\/leave/)).toBe(true)
    expect(mail.html).toContain(leaveUrl)
  })

  test('nobody else has', async () => {
    const mail = await sent({ leaveUrl: null })
    for (const name of ['List-Unsubscribe', 'List-Unsubscribe-Post', 'List-Id']) expect(mail.header(name)).toBe('')
    expect(mail.content).not.toContain('/list/leave/')
  })

  test.each([
    ['https and DKIM', { dkim }, 'List-Unsubscribe=One-Click'],
    ['no DKIM', {}, ''],
    ['no https', { dkim, baseUrl: 'http://desk.example' }, ''],
  ])('RFC 8058: in production one click needs https and DKIM: %s', async (_name, settings, header) => {
    const mail = await sent({}, { production: true, ...settings })
    expect(mail.header('List-Unsubscribe-Post')).toBe(header)
    expect(mail.header('List-Unsubscribe')).not.toBe('')
  })
})

describe('DKIM', () => {
  const record = `v=DKIM1; k=rsa; p=${publicKey.export({ type: 'spki', format: 'der' }).toString('base64')}`
  const resolver = async (name: string, type: string) => {
    if (type === 'TXT' && name === 'desk._domainkey.help.example') return [[record]]
    throw Object.assign(new Error('no such name'), { code: 'ENOTFOUND' })
  }
  const verdict = async (raw: Buffer) => {
    const { dkim: checked } = await authenticate(raw, {
      ip: '127.0.0.1',
      helo: 'x',
      sender: 'help@help.example',
      resolver,
    })
    return checked.results[0]
  }

  test('the signature is rsa-sha256, holds, and covers what people and programs act on (ASVS 11.6.1)', async () => {
    const mail = await sent({ subject: 'Größe 😀 [#10042]' }, { dkim })
    expect(mail.header('DKIM-Signature')).toMatch(/\ba=rsa-sha256;/)
    const found = await verdict(mail.raw)
    expect(found?.status.result).toBe('pass')
    expect(found?.signingHeaders?.keys.toLowerCase().split(/[:;]\s*/)).toEqual(
      expect.arrayContaining([
        'from',
        'reply-to',
        'to',
        'subject',
        'message-id',
        'list-unsubscribe',
        'list-unsubscribe-post',
      ]),
    )
  })

  test('a changed mail fails, an unsigned one has none', async () => {
    const mail = await sent({}, { dkim })
    expect((await verdict(Buffer.from(mail.raw.toString().replace('password', 'passw0rd'))))?.status.result).not.toBe(
      'pass',
    )
    expect((await sent()).header('DKIM-Signature')).toBe('')
  })
})

describe('header injection', () => {
  const attacks = [
    'x\r\nBcc: victim@evil.example',
    'x\nBcc: victim@evil.example\n\nbody',
    'x\rBcc: victim@evil.example',
    'x\u0000\r\n\r\n<b>body</b>',
    'x\u2028Bcc: victim@evil.example',
    `${'long '.repeat(200)}\r\n Bcc: victim@evil.example`,
    '=?utf-8?Q?x=0D=0ABcc:_victim@evil.example?=',
    '"x" <victim@evil.example>, other@evil.example',
  ]

  test.each(attacks)('a subject cannot add a header: %j (ASVS 1.3.3, 1.3.11)', async subject => {
    const mail = await sent({ subject })
    expect(mail.header('Bcc')).toBe('')
    expect(mail.recipients).toEqual(['ann@acme.example'])
    expect(mail.parsed.headerLines.filter(({ key }) => key === 'subject')).toHaveLength(1)
    expect(mail.text).not.toContain('<b>body</b>')
  })

  test.each(attacks)('a brand name cannot: %j', async name => {
    const mail = await sent({}, { mailFrom: { name, address: 'help@help.example' } })
    expect(mail.header('Bcc')).toBe('')
    expect(mail.parsed.from?.value.map(({ address }) => address)).toEqual(['help@help.example'])
  })

  test.each([
    'ann@acme.example\r\nBcc: victim@evil.example',
    'ann@acme.example>\r\nRCPT TO:<victim@evil.example',
    'ann@acme.example, victim@evil.example',
    'Ann <ann@acme.example>',
  ])('an address that is not one goes nowhere, though none like this is ever stored: %j', async recipient => {
    await expect(sent({}, {}, recipient)).rejects.toThrow('recipient')
    expect(mailbox.all).toEqual([])
  })
})
