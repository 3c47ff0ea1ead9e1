import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { foldText } from '../../src/inbox/reading/fold.ts'
import { foldHtml } from '../../src/inbox/reading/fold-html.ts'
import { textOfHtml } from '../../src/inbox/reading/html-text.ts'

/** Lines that decide something, mixed with any others. */
const line = fc.oneof(
  { weight: 3, arbitrary: fc.string({ maxLength: 80 }).map(text => text.replaceAll('\n', ' ')) },
  fc.constantFrom(
    '',
    '   ',
    '> quoted',
    '>> twice',
    '> > x:',
    '-- ',
    '--',
    '___',
    'Sent from my iPhone',
    'Viele Grüße',
    'Jana',
    'Tel.: 030 1234567',
    'On Mon, Nov 2, 2026 at 9:15 AM Dana <dana@desk.example> wrote:',
    'Am 02.11.26 um 09:15 schrieb Dana:',
    'On Mon, Nov 2, 2026 at 9:15 AM',
    'Dana <dana@desk.example> wrote:',
    '-----Original Message-----',
    '---------- Forwarded message ---------',
    '________________________________',
    'From: Dana <dana@desk.example>',
    'Sent: Monday, November 2, 2026 9:15 AM',
    'To: Jana',
    'Subject: Drucker',
    'see below',
    'It works.',
  ),
)
const text = fc.array(line, { maxLength: 40 }).map(lines => lines.join('\n'))

const counted = (lines: readonly string[]): Map<string, number> => {
  const counts = new Map<string, number>()
  for (const one of lines) if (one.trim() !== '') counts.set(one, (counts.get(one) ?? 0) + 1)
  return counts
}

describe('§6: nothing is lost by folding', () => {
  test('every line is visible or folded, as often as it stands there', () => {
    fc.assert(
      fc.property(text, fc.constantFrom('', 'Re: x', 'WG: x'), (whole, subject) => {
        const { visible, folded } = foldText(whole, subject)
        expect(counted([...visible.split('\n'), ...folded.split('\n')])).toEqual(counted(whole.split('\n')))
      }),
      { numRuns: 1000 },
    )
  })

  test('something is visible where anything is there', () => {
    fc.assert(
      fc.property(text, whole => {
        expect(foldText(whole).visible.trim() === '').toBe(whole.trim() === '')
      }),
      { numRuns: 1000 },
    )
  })

  const piece = fc.constantFrom(
    '<div>',
    '</div>',
    '<p>',
    '</p>',
    '<blockquote type="cite">',
    '</blockquote>',
    '<div class="gmail_quote">',
    '<div id="divRplyFwdMsg">',
    '<table><tr><td>',
    '</td></tr></table>',
    '<ul><li>',
    '<br>',
    '<hr>',
    '<a href="https://kunde.example">',
    '</a>',
    '<!-- x -->',
    '<pre>',
    '&nbsp;',
    'Wort ',
    'On Mon, Nov 2, 2026 Dana wrote:',
  )
  const html = fc.array(fc.oneof(piece, fc.string({ maxLength: 10 })), { maxLength: 60 }).map(pieces => pieces.join(''))

  test('the two parts of an HTML are its source', () => {
    fc.assert(
      fc.property(html, source => {
        const { visible, folded } = foldHtml(source)
        expect(visible + folded).toBe(source)
      }),
    )
  })

  test('any HTML is read, and its words stay', () => {
    fc.assert(
      fc.property(html, source => {
        const read = textOfHtml(source)
        expect(read.startsWith('\n') || read.endsWith('\n')).toBe(false)
      }),
    )
  })
})
