// What an MTA is told, word for word, over real sockets.
import { rmSync } from 'node:fs'
import { connect } from 'node:net'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { createTransport } from 'nodemailer'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { loadConfig } from '../../src/config.ts'
import { openSmtpListener, type SmtpListener } from '../../src/inbox/doors/smtp-listener.ts'
import { replyAddress } from '../../src/inbox/reply-address.ts'
import type { Listener } from '../../src/lib/settings.ts'
import { createLog } from '../../src/log.ts'
import { newFolder } from '../kit/folder.ts'
import { Conversation } from './conversation.ts'
import { KeptMail } from './kept.ts'

const dataDir = newFolder('listening')
const config = loadConfig({ DATA_DIR: dataDir, MAIL_FROM: 'help@desk.example', MAX_MAIL_MB: '1' })
const log = createLog({ logLevel: process.env.TEST_LOG ?? 'silent' })
const place: Listener = { protocol: 'smtp', host: '127.0.0.1', port: 0, path: null }
const kept = new KeptMail()
const open: SmtpListener[] = []

async function listener(own: Partial<Listener> = {}, idle?: number): Promise<SmtpListener> {
  const opened = await openSmtpListener(kept, { ...place, ...own }, { config, log, ...(idle ? { idle } : {}) })
  open.push(opened)
  return opened
}

const smtp = await listener()
const lmtp = await listener({ protocol: 'lmtp' })
afterAll(async () => {
  await Promise.all(open.map(each => each.stop()))
  rmSync(dataDir, { recursive: true })
})
beforeEach(() => {
  kept.forget()
  kept.outcome = 'created'
  kept.trouble = null
  kept.pause = null
})

const hello = 'Subject: Hello\r\n\r\nGood morning\r\n'
const before = ['EHLO mta.example', 'MAIL FROM:<ann@acme.example>', 'RCPT TO:<help@desk.example>']

/** A conversation up to and with DATA. */
async function toData(at = smtp): Promise<Conversation> {
  const client = await Conversation.with(at.address())
  await client.begin(...before.map(line => (at === lmtp ? line.replace('EHLO', 'LHLO') : line)), 'DATA')
  return client
}

describe('§6 whom mail is taken for', () => {
  test.each([
    ['help@desk.example', 250],
    ['HELP@Desk.Example', 250],
    [replyAddress('reply', 10042, config) ?? '', 250],
    [(replyAddress('answer', 10042, config) ?? '').toUpperCase(), 250],
    ['help+r.10042.0123456789abcdef@desk.example', 550],
    ['help+anything@desk.example', 550],
    ['sales@desk.example', 550],
    ['help@desk.example.evil.example', 550],
    ['ann@acme.example', 550],
  ])('%s: %i', async (recipient, code) => {
    const client = await Conversation.with(smtp.address())
    await client.begin('EHLO mta.example', 'MAIL FROM:<ann@acme.example>')
    const answer = await client.say(`RCPT TO:<${recipient}>`)
    expect(answer).toMatch(new RegExp(`^${code} `))
    if (code === 550)
      expect(answer).toContain(`write to help@desk.example or use the form at ${config.baseUrl}/tickets/new`)
    client.end()
  })

  test('§6: of two hundred recipients one is ours, and the mail is taken once', async () => {
    const client = await Conversation.with(smtp.address())
    await client.begin('EHLO mta.example', 'MAIL FROM:<ann@acme.example>')
    for (let i = 0; i < 199; i++) expect(await client.say(`RCPT TO:<someone${i}@other.example>`)).toMatch(/^550 /)
    await client.begin('RCPT TO:<help@desk.example>', 'RCPT TO:<Help@desk.example>', 'DATA')
    expect(await client.content(hello)).toMatch(/^250 /)
    expect(kept.all).toHaveLength(1)
    expect(kept.all[0]?.envelope.to).toEqual(['Help@desk.example'])
    client.end()
  })
})

describe('a mail', () => {
  test('§6: is kept as it came, with its envelope, and answered with its number', async () => {
    const client = await toData()
    const raw = `From: Ann <ann@acme.example>\r\n${hello}.\r\n..two dots\r\n`
    expect(await client.content(raw)).toBe('250 2.6.0 Taken as mail_1')
    expect(kept.all).toHaveLength(1)
    expect(kept.all[0]?.raw.toString()).toBe(`${raw}\r\n`)
    expect(kept.all[0]?.envelope).toEqual({
      door: 'SMTP',
      from: 'ann@acme.example',
      to: ['help@desk.example'],
      client: { address: '127.0.0.1', helo: 'mta.example' },
    })
    expect(await client.say('QUIT')).toMatch(/^221/)
  })

  test('§6: comes from nobody (<>) as bounces do', async () => {
    const client = await Conversation.with(smtp.address())
    await client.begin('EHLO mta.example', 'MAIL FROM:<>', 'RCPT TO:<help@desk.example>', 'DATA')
    await client.content(hello)
    expect(kept.all[0]?.envelope.from).toBe('')
    client.end()
  })

  test('§9: with NUL bytes, bare line feeds and bytes of no charset is kept byte by byte', async () => {
    const client = await toData()
    const raw = Buffer.concat([Buffer.from('Subject: a\0b\n\n'), Buffer.from([0, 1, 255, 254, 13, 10, 0])])
    expect(await client.content(raw)).toMatch(/^250 /)
    expect(kept.all[0]?.raw).toEqual(Buffer.concat([raw, Buffer.from('\r\n')]))
    client.end()
  })

  test('§9: without a single byte is a mail, too', async () => {
    const client = await toData()
    client.socket.write('.\r\n')
    expect(await client.answer()).toMatch(/^250 /)
    expect(kept.all[0]?.raw).toHaveLength(0)
    client.end()
  })

  test.each(['\n.\n', '\r.\r', '\n.\r\n', '\r\n.\n'])(
    'RFC 5321 §4.1.1.4: only a dot between CRLFs ends it; after %j no second mail can be smuggled in',
    async end => {
      const client = await toData()
      const smuggled = `${end}MAIL FROM:<dana@plaindesk.example>\r\nRCPT TO:<help@desk.example>\r\nDATA\r\nI am Dana\r\n`
      client.socket.write(`Subject: Hello\r\n\r\nGood morning${smuggled}.\r\n`)
      expect(await client.answer()).toMatch(/^250 /)
      expect(kept.all).toHaveLength(1)
      expect(kept.all[0]?.raw.toString()).toContain('I am Dana')
      client.end()
    },
  )

  test.each(['a..b.@docomo.ne.jp', 'ann+tag=1@acme.example', 'x@[192.0.2.1]'])(
    'from %s, which some provider gives out',
    async from => {
      const client = await Conversation.with(smtp.address())
      await client.begin('EHLO mta.example', `MAIL FROM:<${from}>`, 'RCPT TO:<help@desk.example>', 'DATA')
      expect(await client.content(hello)).toMatch(/^250 /)
      expect(kept.all[0]?.envelope.from).toBe(from)
      client.end()
    },
  )

  test('several come in one connection, each with its own envelope', async () => {
    const client = await toData()
    await client.content(hello)
    await client.begin('MAIL FROM:<bo@acme.example>', 'RCPT TO:<help@desk.example>', 'DATA')
    expect(await client.content(hello)).toMatch(/^250 /)
    expect(kept.all.map(({ envelope }) => envelope.from)).toEqual(['ann@acme.example', 'bo@acme.example'])
    client.end()
  })

  test('RFC 2920: all commands at once are answered in order', async () => {
    const client = await Conversation.with(smtp.address())
    await client.begin('EHLO mta.example')
    client.socket.write(
      'MAIL FROM:<ann@acme.example>\r\nRCPT TO:<no@desk.example>\r\nRCPT TO:<help@desk.example>\r\nDATA\r\n',
    )
    const codes = [await client.answer(), await client.answer(), await client.answer(), await client.answer()]
    expect(codes.map(answer => answer.slice(0, 3))).toEqual(['250', '550', '250', '354'])
    client.socket.write(`${hello}.\r\nMAIL FROM:<bo@acme.example>\r\nQUIT\r\n`)
    const rest = [await client.answer(), await client.answer(), await client.answer()]
    expect(rest.map(answer => answer.slice(0, 3))).toEqual(['250', '250', '221'])
  })

  test('RFC 6531 6152: addresses in UTF-8, content in 8 bit', async () => {
    const client = await Conversation.with(smtp.address())
    expect(await client.say('EHLO mta.example')).toMatch(/8BITMIME[\s\S]*SMTPUTF8|SMTPUTF8[\s\S]*8BITMIME/)
    const from = Buffer.from('jürgen@bücher.example').toString('latin1')
    client.socket.write(Buffer.from(`MAIL FROM:<${from}> BODY=8BITMIME SMTPUTF8\r\n`, 'latin1'))
    expect(await client.answer()).toMatch(/^250 /)
    await client.begin('RCPT TO:<help@desk.example>', 'DATA')
    await client.content(Buffer.from('Subject: Grüße\r\n\r\nÄ'))
    expect(kept.all[0]?.envelope.from).toBe('jürgen@bücher.example')
    client.end()
  })

  test('from a real mail program (nodemailer)', async () => {
    const { port } = new URL(smtp.address() ?? '')
    const transport = createTransport({ host: '127.0.0.1', port: Number(port), ignoreTLS: true })
    const { response } = await transport.sendMail({ from: 'ann@acme.example', to: 'help@desk.example', text: 'Hello' })
    expect(response).toContain('Taken as mail_1')
    const refusal = transport.sendMail({ from: 'ann@acme.example', to: 'boss@desk.example', text: 'Hello' })
    await expect(refusal).rejects.toMatchObject({ responseCode: 550 })
    transport.close()
  })
})

describe('§6 the size of a mail', () => {
  const large = `From: ann@acme.example\r\nSubject: The film\r\n\r\n${`${'x'.repeat(998)}\r\n`.repeat(1100)}`

  test('§6: the limit is announced', async () => {
    const client = await Conversation.with(smtp.address())
    expect(await client.say('EHLO mta.example')).toMatch(/^250[- ]SIZE 1048576$/m)
    client.end()
  })

  test('§6: a sender that says the size first is told at once: 552, and the ledger has a line', async () => {
    const client = await Conversation.with(smtp.address())
    await client.begin('EHLO mta.example')
    const answer = await client.say('MAIL FROM:<ann@acme.example> SIZE=60000000')
    expect(answer).toMatch(/^552 .*up to 1 MB.*\/tickets\/new/)
    expect(kept.tooLarge).toMatchObject([{ size: 60_000_000, envelope: { from: 'ann@acme.example' } }])
    await client.begin('MAIL FROM:<ann@acme.example> SIZE=1048576')
    client.end()
  })

  test('§6: without a word before, 552 comes at the end, with sender and headers in the ledger', async () => {
    const client = await toData()
    expect(await client.content(large)).toMatch(/^552 /)
    expect(kept.all).toEqual([])
    const [line] = kept.tooLarge
    expect(line?.headers.toString()).toMatch(/^From: ann@acme\.example\r\nSubject: The film\r\n/)
    expect(line?.headers.length).toBeLessThan(100_000)
    expect(line?.size).toBeGreaterThan(1_100_000)
    expect(line?.envelope).toMatchObject({ from: 'ann@acme.example', to: ['help@desk.example'] })
    await client.begin('MAIL FROM:<ann@acme.example>')
    client.end()
  })

  test('§6: one that never ends is cut off', async () => {
    const client = await toData()
    const flood = setInterval(() => client.socket.write(large), 5)
    expect(await client.answer()).toMatch(/^552 /)
    clearInterval(flood)
    expect(kept.tooLarge).toHaveLength(1)
    client.end()
  })

  test('exactly the limit is taken', async () => {
    const client = await toData()
    expect(await client.content('x'.repeat(1024 * 1024 - 2))).toMatch(/^250 /)
    expect(kept.all[0]?.raw).toHaveLength(1024 * 1024)
    client.end()
  })

  test.each([10, 600_000, 1_000_000, 1_048_576])('a wrong word about it (SIZE=%i) spoils nothing', async declared => {
    const client = await Conversation.with(smtp.address())
    const raw = Buffer.alloc(700_000, 'Subject: Long\r\n\r\nabcdefghij\r\n')
    await client.begin('EHLO mta.example', `MAIL FROM:<ann@acme.example> SIZE=${declared}`, ...before.slice(2), 'DATA')
    expect(await client.content(raw)).toMatch(/^250 /)
    expect(kept.all[0]?.raw.equals(Buffer.concat([raw, Buffer.from('\r\n')]))).toBe(true)
    client.end()
  })

  test('a dozen mails of full size at once: what finds no room is sent away until later, none is lost', async () => {
    let go = () => {}
    kept.pause = new Promise<void>(resolve => (go = resolve))
    const clients = await Promise.all(Array.from({ length: 12 }, () => toData()))
    const answers = clients.map(client => client.content('x'.repeat(1024 * 1024 - 2)))
    await new Promise(resolve => setTimeout(resolve, 300))
    go()
    const codes = (await Promise.all(answers)).map(answer => answer.slice(0, 3))
    expect(codes.filter(code => code === '250')).toHaveLength(kept.all.length)
    expect(codes.filter(code => code === '451')).toHaveLength(12 - kept.all.length)
    expect(kept.all.length).toBeGreaterThanOrEqual(7)
    const client = await toData()
    expect(await client.content(hello)).toMatch(/^250 /)
    for (const each of [...clients, client]) each.end()
  })
})

describe('§6 the sender', () => {
  test('H13 §6: who is refused gets 550 and the two ways in', async () => {
    kept.outcome = 'refused'
    const client = await toData()
    expect(await client.content(hello)).toMatch(/^550 .*confirmed accounts.*\/tickets\/new.*\/register$/)
    client.end()
  })

  test.each(['held', 'duplicate', 'automatic', 'bounce', 'loop', 'unreadable', null] as const)(
    '§6: %s is told nothing but 250',
    async outcome => {
      kept.outcome = outcome
      const client = await toData()
      expect(await client.content(hello)).toMatch(/^250 2\.6\.0 Taken as mail_\d$/)
      client.end()
    },
  )

  test('§6: LMTP never answers 5xx for the sender, and answers for each recipient', async () => {
    kept.outcome = 'refused'
    const client = await Conversation.with(lmtp.address())
    const reply = replyAddress('reply', 10042, config)
    await client.begin('LHLO mta.example', 'MAIL FROM:<ann@acme.example>', 'RCPT TO:<help@desk.example>')
    expect(await client.say('RCPT TO:<boss@desk.example>')).toMatch(/^550 /)
    await client.begin(`RCPT TO:<${reply}>`, 'DATA')
    expect(await client.content(hello)).toMatch(/^250 /)
    expect(await client.answer()).toMatch(/^250 /)
    expect(kept.all).toMatchObject([{ envelope: { door: 'LMTP', to: ['help@desk.example', reply] } }])
    client.end()
  })

  test('RFC 2033: LMTP and SMTP do not take each other’s greeting', async () => {
    const mistaken = await Conversation.with(lmtp.address())
    expect(await mistaken.say('EHLO mta.example')).toMatch(/^500 /)
    mistaken.end()
  })
})

describe('§9 trouble', () => {
  test('§6 §9: database or store away: 451, and the next try is taken', async () => {
    kept.trouble = () => new Error('connect ECONNREFUSED')
    const client = await toData()
    const answer = await client.content(hello)
    expect(answer).toMatch(/^451 .*try again later/)
    expect(answer).not.toContain('ECONNREFUSED')
    kept.trouble = null
    await client.begin('MAIL FROM:<ann@acme.example>', 'RCPT TO:<help@desk.example>', 'DATA')
    expect(await client.content(hello)).toMatch(/^250 /)
    expect(kept.all).toHaveLength(1)
    client.end()
  })

  test('§9: a mail too large while the database is away is not refused for good', async () => {
    kept.trouble = () => new Error('connect ECONNREFUSED')
    const client = await Conversation.with(smtp.address())
    await client.begin('EHLO mta.example')
    expect(await client.say('MAIL FROM:<ann@acme.example> SIZE=60000000')).toMatch(/^451 /)
    client.end()
  })

  test('§9: a connection cut in the middle of a mail leaves nothing', async () => {
    const client = await toData()
    client.socket.write('Subject: Half\r\n\r\nI wanted to')
    await new Promise(resolve => setTimeout(resolve, 50))
    client.end()
    const next = await toData()
    await next.content(hello)
    expect(kept.all.map(({ raw }) => raw.toString())).toEqual([`${hello}\r\n`])
    expect(kept.tooLarge).toEqual([])
    next.end()
  })

  test('a slow client is waited for, a silent one is sent away', async () => {
    const impatient = await listener({}, 400)
    const slow = await toData(impatient)
    for (const piece of ['Sub', 'ject: Sl', 'ow\r\n', '\r\nword', ' by word\r\n']) {
      slow.socket.write(piece)
      await new Promise(resolve => setTimeout(resolve, 150))
    }
    slow.socket.write('.\r\n')
    expect(await slow.answer()).toMatch(/^250 /)
    expect(kept.all[0]?.raw.toString()).toBe('Subject: Slow\r\n\r\nword by word\r\n')
    expect(await slow.answer()).toMatch(/^421 /)
    slow.end()
  })

  test('no commands but those of delivering', async () => {
    const client = await Conversation.with(smtp.address())
    const features = await client.say('EHLO mta.example')
    expect(features).not.toMatch(/AUTH|STARTTLS/)
    for (const line of ['AUTH PLAIN AGEAYg==', 'STARTTLS', 'WIZ x', 'SHELL x'])
      expect(await client.say(line)).toMatch(/^5/)
    client.end()
  })

  test('nothing that a client says begins a line of an answer', async () => {
    const client = await Conversation.with(smtp.address())
    await client.begin('EHLO mta.example')
    expect(await client.say('MAIL FROM:<ann@acme.example\n250 ok>')).toMatch(/^5/)
    client.end()
  })
})

describe('§6 on whose behalf an MTA delivers', () => {
  test.each([
    ['XCLIENT ADDR=203.0.113.7 NAME=mail.acme.example', ['EHLO mail.acme.example']],
    ['XFORWARD ADDR=203.0.113.7 NAME=mail.acme.example HELO=mail.acme.example', []],
  ])('from loopback: %s', async (line, again) => {
    const client = await Conversation.with(smtp.address())
    await client.begin('EHLO mta.example', line, ...again, ...before.slice(1), 'DATA')
    await client.content(hello)
    expect(kept.all[0]?.envelope.client).toEqual({ address: '203.0.113.7', helo: 'mail.acme.example' })
    client.end()
  })

  const outside = Object.values(networkInterfaces())
    .flat()
    .find(each => each && !each.internal && each.family === 'IPv4')?.address
  test.skipIf(!outside)('not from elsewhere', async () => {
    const open = await listener({ host: '0.0.0.0' })
    const { port } = new URL(open.address() ?? '')
    const client = await Conversation.with(`smtp://${outside}:${port}`)
    expect(await client.say('EHLO mta.example')).not.toMatch(/XCLIENT|XFORWARD/)
    for (const command of ['XCLIENT', 'XFORWARD'])
      expect(await client.say(`${command} ADDR=203.0.113.7`)).toMatch(/^550 /)
    client.end()
  })
})

describe('the address', () => {
  test('a Unix socket, also one that a killed process left', async () => {
    const path = join(dataDir, 'smtp.sock')
    const { spawnSync } = await import('node:child_process')
    spawnSync(process.execPath, [
      '-e',
      `require('net').createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, 'SIGKILL'))`,
    ])
    const unix = await listener({ path })
    const client = await toData(unix)
    expect(await client.content(hello)).toMatch(/^250 /)
    expect(kept.all[0]?.envelope.client).toBeNull()
    client.end()
  })

  test('where another worker takes mail, this one waits and then takes over', async () => {
    const first = await listener()
    const port = Number(new URL(first.address() ?? '').port)
    const second = await listener({ port })
    expect(second.address()).toBeNull()
    await first.stop()
    await expect.poll(() => second.address()).not.toBeNull()
    const client = await toData(second)
    expect(await client.content(hello)).toMatch(/^250 /)
    client.end()
  })

  test('stopping: idle clients are sent away, a mail under way gets its answer, nobody new is taken', async () => {
    const ending = await listener()
    const idle = await Conversation.with(ending.address())
    const busy = await toData(ending)
    let go = () => {}
    kept.pause = new Promise<void>(resolve => (go = resolve))
    busy.socket.write(`${hello}.\r\n`)
    await new Promise(resolve => setTimeout(resolve, 50))
    const { port } = new URL(ending.address() ?? '')
    const stopped = ending.stop()
    expect(await idle.answer()).toMatch(/^421 /)
    go()
    expect(await busy.answer()).toMatch(/^250 /)
    await busy.closed()
    await stopped
    expect(kept.all).toHaveLength(1)
    const error = await new Promise(resolve => connect(Number(port), '127.0.0.1').once('error', resolve))
    expect(error).toMatchObject({ code: 'ECONNREFUSED' })
  })
})
