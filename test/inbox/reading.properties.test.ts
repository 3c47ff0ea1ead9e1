import { readdirSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { MailFacts } from '../../src/inbox/reading/mail-facts.ts'
import { readMail } from '../../src/inbox/reading/read-mail.ts'

const folder = new URL('./mail/', import.meta.url)
const corpus = readdirSync(folder)
  .filter(name => name.endsWith('.eml'))
  .map(name => readFileSync(new URL(name, folder)))

/** Lines with something to see in them. */
const linesOf = (text: string): string[] =>
  text
    .split('\n')
    .map(line => line.trim())
    .filter(line => /[\p{L}\p{N}\p{P}\p{S}]/u.test(line))

/** What holds for whatever was read. */
function expectFacts(facts: MailFacts, raw: Buffer): void {
  const { text, visible, folded, subject, parts, from } = facts
  expect(linesOf(visible).concat(linesOf(folded)).toSorted()).toEqual(linesOf(text).toSorted())
  for (const shown of [text, subject, from?.name ?? '', ...parts.map(part => part.filename)]) {
    expect(shown.normalize('NFC')).toBe(shown)
    expect(shown.isWellFormed()).toBe(true)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: none of them may arrive
    expect(shown).not.toMatch(/[\0\r\u001B\u202A-\u202E]/)
  }
  for (const part of parts) {
    expect(part.size).toBe(part.content.length)
    expect(part.size).toBeLessThanOrEqual(raw.length * 2)
    expect(part.filename).not.toBe('')
    expect(part.contentType).toMatch(/^[^\s/]+\/[^\s/]+$/)
  }
}

/** A mail of the corpus with pieces cut out, doubled, turned into other bytes. */
const mutated = fc
  .tuple(
    fc.constantFrom(...corpus),
    fc.array(
      fc.record({
        at: fc.double({ min: 0, max: 1, noNaN: true }),
        length: fc.nat(60),
        put: fc.oneof(
          fc.uint8Array({ maxLength: 12 }),
          fc
            .constantFrom(
              '\n',
              '\r',
              '\n\n',
              '--',
              '=?utf-8?B?',
              '"',
              '<',
              ';',
              '=',
              'Content-Type: multipart/mixed; boundary=x\n\n--x\n',
            )
            .map(text => Buffer.from(text)),
        ),
      }),
      { minLength: 1, maxLength: 6 },
    ),
  )
  .map(([mail, changes]) =>
    changes.reduce((bytes: Buffer, { at, length, put }) => {
      const from = Math.floor(at * bytes.length)
      return Buffer.concat([bytes.subarray(0, from), put, bytes.subarray(from + length)])
    }, mail),
  )

describe('§9: whatever bytes arrive are read', () => {
  test('any bytes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 3_000 }), async bytes => {
        const raw = Buffer.from(bytes)
        expectFacts(await readMail(raw), raw)
      }),
      { numRuns: 300 },
    )
  })

  test('any mail of the corpus, damaged', async () => {
    await fc.assert(
      fc.asyncProperty(mutated, async raw => expectFacts(await readMail(raw), raw)),
      { numRuns: 600 },
    )
  })

  test('text and subject arrive in every charset and encoding that has their letters', async () => {
    const letters = fc.string({ unit: fc.constantFrom(...'abc äöüß ÄÖ €„“–'), minLength: 1, maxLength: 40 })
    await fc.assert(
      fc.asyncProperty(letters, async written => {
        const text = written.replace(/\s+/g, ' ').trim()
        const encoded = Buffer.from(text).toString('base64')
        const raw = Buffer.from(
          `Subject: =?utf-8?B?${encoded}?=\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\n${encoded}\n`,
        )
        const facts = await readMail(raw)
        expect([facts.subject, facts.text]).toEqual([text, text])
      }),
    )
  })
})

// Whatever costs more than its bytes is found out by its not coming to an end.
describe('§9: what is written to cost time or memory', () => {
  const many = (piece: string, times: number) => piece.repeat(times)
  const nested = Array.from(
    { length: 3_000 },
    (_, depth) => `Content-Type: multipart/mixed; boundary=b${depth}\n\n--b${depth}\n`,
  ).join('')
  const parts = 'Content-Type: multipart/mixed; boundary=x\n\n'
  test.each([
    ['one line of 20 MB', `Subject: x\n\n${many('a', 20_000_000)}`],
    ['20 MB of spaces', many(' ', 20_000_000)],
    ['20 MB of equals signs', `Content-Transfer-Encoding: quoted-printable\n\n${many('=', 20_000_000)}`],
    ['parts within parts, 3,000 deep', nested],
    ['a million parts', `${parts}${many('--x\n\nhi\n', 1_000_000)}`],
    [
      'boundaries within one another',
      `Content-Type: multipart/alternative; boundary=x\n\n${many('--x\nContent-Type: multipart/alternative; boundary=x\n\n', 20_000)}`,
    ],
    ['500,000 headers', `${many('X-A: b\n', 500_000)}\nx`],
    ['a header of 20 MB', `Subject: ${many('=?utf-8?Q?a?= ', 1_400_000)}\n\nx`],
    ['lines that might be headers', `Subject: a\n${many(`${many('nothing\n', 15)}From: b\n`, 50_000)}`],
    ['comments that never close', `From: ${many('(', 250_000)}\n\nx`],
    ['quotes that never close', `From: ${many('"a', 125_000)}\n\nx`],
    ['a name of 125,000 words', `From: ${many('a ', 125_000)}<a@b.example>\n\nx`],
    ['an address of at signs', `From: =?${many('@', 240_000)}?\n\nx`],
    ['an encoded word of spaces', `Subject: =?${many(' ', 240_000)}x\n\nx`],
    ['a parameter of spaces', `Content-Type: text/plain charset=x${many(' ', 240_000)}y\n\nx`],
    [
      'a line of at signs before a header',
      `Subject: x\n\n${many('@', 500_000)} x\nFrom: a@b.example\nSubject: b\nTo: c\n`,
    ],
    ['a type of spaces', `Content-Type: text/plain${many(' ', 240_000)}a\n\nx`],
    ['a name in 25,000 pieces', `Content-Disposition: attachment; ${many('filename*1*=%20;', 25_000)}\n\nx`],
    ['uuencoded files that never end', `Subject: x\n\n${many('begin 644 x\n#86)C\n', 100_000)}`],
    ['pictures that never end', `Content-Type: text/html\n\n${many('<img src=cid:a', 150_000)}`],
  ])('%s', async (_, source) => {
    const raw = Buffer.from(source)
    const facts = await readMail(raw)
    expect(facts.parts.length).toBeLessThanOrEqual(10_000)
    expect(facts.text.length).toBeLessThanOrEqual(5_000_000)
  })

  // Each of them took a second or more where it was looked through again and again; all together still have half a minute.
  test.each(['(', ';', ',', '"', '\\"', '<', '<"', 'x', 'a@', '@', 'q=0.5,', ' ', '\u00a0', '_', ':', '(\\)', '"a" '])(
    'issue 6 Safety: headers of nothing but %j',
    async mark => {
      const value = many(mark, Math.ceil(131_000 / mark.length))
      for (const tail of ['', ' <ann@acme.example>']) {
        const headers = ['From', 'To', 'Cc', 'Reply-To', 'Subject', 'References'].map(
          name => `${name}: ${value}${tail}`,
        )
        const raw = Buffer.from(`${many(`${headers.join('\r\n')}\r\n`, 5)}\r\nHello`)
        const facts = await readMail(raw)
        expect(facts.text.trim()).toBe('Hello')
      }
    },
  )

  test('a part of 25 MB takes its decoded size and little more', async () => {
    const raw = Buffer.from(
      `${parts}--x\n\nhi\n--x\nContent-Type: application/pdf\nContent-Transfer-Encoding: base64\n\n${many(`${many('QUJD', 19)}\r\n`, 320_000)}--x--\n`,
    )
    const before = process.memoryUsage().arrayBuffers
    const facts = await readMail(raw)
    const taken = process.memoryUsage().arrayBuffers - before
    expect(facts.parts.map(({ filename, size }) => [filename, size])).toEqual([['part-2.pdf', 18_240_000]])
    expect(taken).toBeLessThan(raw.length)
  })
})
