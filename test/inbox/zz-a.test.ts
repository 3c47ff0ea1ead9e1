import { readdirSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { MailFacts } from '/work/main/src/inbox/reading/mail-facts.ts'
import { readMail } from '/work/main/src/inbox/reading/read-mail.ts'

const folder = new URL('file:///work/main/test/inbox/mail/', import.meta.url)
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
    if (/[\0\r\u001B\u202A-\u202E]/.test(shown)) console.log('BAD', JSON.stringify(shown)); expect(shown).not.toMatch(/[\0\r\u001B\u202A-\u202E]/)
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
      { numRuns: 10 },
    )
  })

  test('any mail of the corpus, damaged', async () => {
    await fc.assert(
      fc.asyncProperty(mutated, async raw => expectFacts(await readMail(raw), raw)),
      { seed: 403085479, path: "5247:2:15:0:1:6:1:1:2:4:1:9:1:1:1:2:4:2:1:1:1:2:3:1:5:6:5:6:6:6:7:6:6:7:7", endOnFailure: true },
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
