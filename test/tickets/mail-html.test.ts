// The HTML of mails is anybody's: what of it may stand on a page.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { mailHtml } from '../../src/tickets/mail-html.ts'

const shown = (html: string) =>
  mailHtml(html, { placed: cid => (cid === 'logo@x' ? '/attachments/1/logo.png' : null), remoteLabel: 'Picture' })

describe('quality, Safety: the HTML of a mail', () => {
  test('keeps what a reader needs', () => {
    expect(shown('<p>Hello <b>you</b></p><ul><li>one</li></ul><table><tr><td colspan="2">x</td></tr></table>')).toBe(
      '<p>Hello <b>you</b></p><ul><li>one</li></ul><table><tr><td colspan="2">x</td></tr></table>',
    )
    expect(shown('<h1 style="color:red">Title</h1>')).toBe('<p>Title</p>')
    expect(shown('<a href="https://x.example/a?b=1&c=2" onclick="x()" target="_blank">x</a>')).toBe(
      '<a href="https://x.example/a?b=1&amp;c=2" rel="nofollow noopener noreferrer">x</a>',
    )
  })

  test.each([
    '<script>alert(1)</script>',
    '<img src=x onerror=alert(1)>',
    '<style>p{background:url(https://x.example)}</style>',
    '<iframe src="https://x.example"></iframe><object data="x"></object><embed src="x">',
    '<form action="https://x.example"><input name="a"><button>b</button></form>',
    '<svg onload=alert(1)><script>1</script></svg>',
    '<math><mi href="javascript:1">',
    '<link rel=stylesheet href="https://x.example/x.css"><base href="https://x.example"><meta http-equiv=refresh content=0>',
    '<video src="https://x.example/v"></video><audio src="x"></audio>',
    '<img src="data:image/svg+xml,<svg onload=alert(1)>">',
  ])('has nothing left of %s', html => {
    expect(shown(html)).not.toMatch(/<|alert|url\(|https:/)
  })

  test('§9: no control characters, and nothing that turns the reading round, written out or as an entity', () => {
    expect(shown('<p>N\u0002i\u202El&#x202E;&#2; <a href="https://x.example/\u0007">x</a></p>')).toBe(
      '<p>Nil <a href="https://x.example/" rel="nofollow noopener noreferrer">x</a></p>',
    )
  })

  test('links lead to the web and to mail addresses alone (ASVS 1.2.2)', () => {
    for (const href of [
      'javascript:alert(1)',
      'data:text/html,x',
      'vbscript:x',
      '//evil.example',
      'file:///etc/passwd',
    ])
      expect(shown(`<a href="${href}">x</a>`)).toBe('<a rel="nofollow noopener noreferrer">x</a>')
    expect(shown('<a href="mailto:a@b.example">x</a>')).toContain('href="mailto:a@b.example"')
  })

  test('H16: a picture that came along stands in its place; one from elsewhere is not loaded but linked', () => {
    expect(shown('<img src="cid:logo@x" alt="Our logo" width="10">')).toBe(
      '<img src="/attachments/1/logo.png" alt="Our logo" />',
    )
    expect(shown('<img src="cid:unknown" alt="?">')).toBe('')
    expect(shown('<p><img src="https://x.example/a.png" alt="A <map>"></p>')).toBe(
      '<p><a href="https://x.example/a.png" rel="nofollow noopener noreferrer">Picture: A &lt;map&gt;</a></p>',
    )
    expect(shown('<img src="https://x.example/open.gif" width=1 height=1 alt="">')).toBe('')
  })

  test('§9: whatever is in it, nothing runs and nothing loads (ASVS 1.3.1, 1.3.5)', () => {
    const pieces = fc.constantFrom(
      '<',
      '>',
      '"',
      "'",
      '=',
      '/',
      ' ',
      'img',
      'src',
      'a',
      'href',
      'script',
      'on',
      'style',
      '&#x',
      '\0',
      'javascript:',
      'https://x',
      'cid:logo@x',
      'p',
    )
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 40 }), parts => {
        const html = shown(parts.join(''))
        expect(html).not.toMatch(/<(?!\/?(?:p|a|img)\b)[a-z]/i)
        expect(html.match(/<[^>]*>/g)?.join('') ?? '').not.toMatch(/\bon\w+\s*=|style=|javascript:/i)
        for (const [, src] of html.matchAll(/<img[^>]*src="([^"]*)"/g)) expect(src).toBe('/attachments/1/logo.png')
      }),
    )
  })
})
