// What people, programs and broken lines send (product §9), and whatever else comes up.
import fc from 'fast-check'

/** Stands in every text that would be markup, so that one found in a page was not escaped. */
export const MARK = 'xssmark'

const known = [
  '',
  ' ',
  '\0',
  'a\0b',
  '\u202Egpj.exe\u202C',
  '\u2066\u2069',
  '\ud800',
  '\uFEFF',
  'ﷺ'.repeat(300),
  'e\u0301'.repeat(2000),
  `"'><${MARK} onload=alert(1)>`,
  `</title></textarea><${MARK}>`,
  `javascript:alert('${MARK}')`,
  "'; drop table ticket; --",
  "1' or '1'='1",
  '\\',
  '%',
  '_%',
  '%00',
  '%0d%0aSet-Cookie: a=b',
  'a@b.example\r\nBcc: c@d.example',
  '\r\n\r\n<html>',
  '../../../../etc/passwd',
  '..\\..\\windows\\win.ini',
  '/etc/passwd',
  'C:\\con',
  '{{7*7}}<%= 7*7 %>$'.concat('{7*7}'),
  '__proto__',
  'constructor',
  'toString',
  '0',
  '-1',
  '1e400',
  '99999999999999999999',
  '2147483648',
  'NaN',
  'null',
  'undefined',
  'true',
  '[]',
  '{"$ne": null}',
  '2026-02-30',
  '9999999-01-01',
  '0000-00-00T00:00:00Z',
  'https://evil.example/',
  '//evil.example',
  '/\\evil.example',
  'user_00000000-0000-7000-8000-000000000000',
  'ticket_x',
  'user_',
  '_',
  'W10=',
  'eyJhIjpbXX0',
  'AAAAAAAAAAAAAAAAAAAAAA.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
  'a'.repeat(5_000),
  '(a+)+$',
  '& | ! :* () <->',
  '"',
  `=cmd|' /C calc'!A0`,
]

/** One line of text or many, of whatever letters. */
export const hostileText: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...known) },
  { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 60 }) },
  { weight: 1, arbitrary: fc.string({ unit: 'grapheme', maxLength: 200 }) },
  { weight: 1, arbitrary: fc.webUrl() },
  { weight: 1, arbitrary: fc.tuple(fc.constantFrom(...known), fc.constantFrom(...known)).map(both => both.join('')) },
  {
    weight: 1,
    arbitrary: fc.tuple(fc.constantFrom(...known), fc.nat(120_000)).map(([text, size]) => text.padEnd(size, 'x')),
  },
)

export const hostileNumber = fc.constantFrom<unknown>(
  0,
  -1,
  1,
  2147483647,
  -2147483648,
  Number.MAX_VALUE,
  1.5,
  99_999_999,
  null,
)

/** What a header may carry over the wire at all. */
export const headerText = fc
  .oneof(hostileText, fc.constantFrom('a'.repeat(7_000), ';'.repeat(500), 'q=0.5,'.repeat(300), '\u00ff\u0080'))
  .map(text => text.replace(/[^\t\x20-\x7e\x80-\xff]/g, '').slice(0, 7_000))

/** A part of a path as it stands in an address: escaped, or so that nobody can unescape it. */
export const pathPart = fc.oneof(
  { weight: 4, arbitrary: hostileText.map(text => encodeURIComponent(text.toWellFormed().slice(0, 1_000)) || 'x') },
  {
    weight: 1,
    arbitrary: fc.constantFrom('%', '%E0%A4%A', '%ff', '..%2f..%2f', '%2e%2e%5c', '%C0%AE', '%u0000', ';a=b', '%0d%0a'),
  },
)
