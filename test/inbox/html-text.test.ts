import { describe, expect, test } from 'vitest'
import { foldText } from '../../src/inbox/reading/fold.ts'
import { foldHtml } from '../../src/inbox/reading/fold-html.ts'
import { textOfHtml } from '../../src/inbox/reading/html-text.ts'

describe('§6: HTML read as text', () => {
  test.each<[string, string, string]>([
    ['paragraphs', '<p>Eins</p><p>Zwei<br>drei</p>', 'Eins\n\nZwei\ndrei'],
    ['lines of Gmail', '<div>Eins</div><div><br></div><div>Zwei</div>', 'Eins\n\nZwei'],
    [
      'paragraphs of Word',
      '<p class="MsoNormal">Eins</p><p class="MsoNormal"><o:p>&nbsp;</o:p></p><p class="MsoNormal">Zwei</p>',
      'Eins\n\nZwei',
    ],
    ['white space and entities', ' a\n\t b&nbsp;&amp; &#8364; &lt;x&gt; ', 'a b & € <x>'],
    ['lists', '<ul><li>a</li><li><p>b</p></li></ul><ol><li>c<li>d</ol>', '- a\n- b\n\n1. c\n2. d'],
    [
      'tables by rows',
      '<table><tr><th>Teil</th><th>Menge</th></tr><tr><td><p>Toner</p></td><td><p>2</p></td></tr></table>',
      'Teil\tMenge\nToner\t2',
    ],
    [
      'links',
      '<a href="https://x.example/a">hier</a> <a href="https://x.example/">x.example</a> <a href="mailto:a@x.example">Ann</a> <a href="javascript:x">y</a>',
      'hier (https://x.example/a) x.example Ann <a@x.example> y',
    ],
    ['quotations', 'a<blockquote type="cite">b<blockquote>c</blockquote></blockquote>', 'a\n\n> b\n>\n> > c'],
    ['an indentation is no quotation', '<blockquote style="margin:0 0 0 40px;border:none">a</blockquote>', 'a'],
    [
      'nothing that nobody sees',
      '<title>t</title><style>s</style><script>s</script><!-- c --><!--[if mso]>m<![endif]--><div style="display: none">d</div><span hidden>h</span>a',
      'a',
    ],
    ['preformatted text', '<pre>a\n  b</pre>', 'a\n  b'],
    ['emoji sent as pictures', 'a <img alt="😀"> b <img alt="logo.png">', 'a 😀 b'],
    ['nothing', '', ''],
    ['no HTML at all', 'a < b', 'a < b'],
  ])('%s', (_, html, text) => {
    expect(textOfHtml(html)).toBe(text)
  })

  const own = 'Es geht wieder.'
  const marks: [string, string][] = [
    [
      'Gmail',
      '<div class="gmail_quote"><div class="gmail_attr">Am 2.11.2026 um 9:15 schrieb Dana &lt;d@x.example&gt;:</div><blockquote class="gmail_quote">alt</blockquote></div>',
    ],
    [
      'Outlook on the web',
      '<div id="appendonsend"></div><hr><div id="divRplyFwdMsg"><b>Von:</b> Dana &lt;d@x.example&gt;<br><b>Gesendet:</b> Montag, 2. November 2026 09:15<br><b>An:</b> Jana<br><b>Betreff:</b> x</div><p>alt</p>',
    ],
    [
      'Outlook',
      '<div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm"><p class="MsoNormal"><b>From:</b> Dana &lt;d@x.example&gt;<br><b>Sent:</b> Monday, November 2, 2026 9:15 AM<br><b>To:</b> Jana<br><b>Subject:</b> x</p></div><p>alt</p>',
    ],
    [
      'Apple',
      '<blockquote type="cite"><div>On 2 Nov 2026, at 09:15, Dana &lt;d@x.example&gt; wrote:</div><div>alt</div></blockquote>',
    ],
    [
      'Thunderbird',
      '<div class="moz-cite-prefix">Am 02.11.26 um 09:15 schrieb Dana:</div><blockquote type="cite">alt</blockquote>',
    ],
    [
      'Yahoo',
      '<div id="ydp1yahoo_quoted" class="ydp1yahoo_quoted"><div>On Monday, Dana wrote:</div><div>alt</div></div>',
    ],
    ['GMX', '<div name="quote"><div><b>Gesendet:</b> Montag</div><div name="quoted-content">alt</div></div>'],
    [
      'Proton',
      '<div class="protonmail_quote">On Monday, Dana wrote:<br><blockquote class="protonmail_quote" type="cite">alt</blockquote></div>',
    ],
  ]

  test.each(marks)('the mark of %s folds in the text and in the HTML', (_, rest) => {
    const html = `<div>${own}</div><br>${rest}`
    expect(foldText(textOfHtml(html)).visible).toBe(own)
    const folded = foldHtml(html)
    expect(textOfHtml(folded.visible)).toBe(own)
    expect(folded.folded).toContain('alt')
  })

  test.each(marks)('nothing before the mark of %s: all is visible', (_, rest) => {
    expect(foldHtml(rest)).toEqual({ visible: rest, folded: '' })
    expect(foldText(textOfHtml(rest)).visible).toContain('alt')
  })

  test('own words below the quotation, or a mail handed on: nothing is folded away', () => {
    const below = `<p>a</p>${marks[0]![1]}<p>b</p>`
    expect(foldHtml(below).folded).toBe('')
    const forward =
      '<p>FYI</p><div class="gmail_quote"><div class="gmail_attr">---------- Forwarded message ---------</div>x</div>'
    expect(foldHtml(forward).folded).toBe('')
  })

  test('a signature that only the HTML marks is folded', () => {
    const html = `<div>${own}</div><div id="Signature"><p>Jana Novak</p></div>`
    expect(foldText(textOfHtml(html))).toEqual({ visible: own, folded: '-- \nJana Novak' })
    expect(foldText(textOfHtml(`${html}<p>PS: bis Montag</p>`)).visible).toContain('Jana Novak')
  })

  test.each([
    ['100,000 elements in each other', '<div>'.repeat(100_000)],
    ['100,000 closed wrongly', `${'<div>'.repeat(100_000)}${'</b>'.repeat(100_000)}`],
    ['100,000 quotations in each other', '<blockquote>x'.repeat(100_000)],
    ['a row of 100,000 cells', `<table><tr>${'<td>x'.repeat(100_000)}`],
    ['a million angle brackets', '<'.repeat(1_000_000)],
    ['a comment without end', '<!--'.repeat(500_000)],
    ['a tag of a million attributes', `<div ${'a=b '.repeat(1_000_000)}>`],
    ['20 MB', `<p>${'Wort '.repeat(4_000_000)}</p>`],
  ])('comes to an end: %s', (_, html) => {
    expect(textOfHtml(html).length).toBeLessThanOrEqual(html.length * 4)
    expect(foldHtml(html).visible.length).toBeLessThanOrEqual(html.length)
  })
})
