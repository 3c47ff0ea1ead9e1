import { describe, expect, test } from 'vitest'
import { linkified, paragraphs } from '../../src/lib/html.ts'
import { wrap } from '../../src/lib/wrap.ts'

const hrefs = (html: string) => [...html.matchAll(/href="([^"]*)"/g)].map(([, href]) => href)

describe('text as HTML', () => {
  test('§9: markup is shown, never run', () => {
    const html = paragraphs('<script>alert("1")</script>\n\n<img src=x onerror=alert(1)>')
    expect(html).not.toMatch(/<script|<img/)
    expect(html).toContain('&lt;script&gt;')
  })

  test.each([
    ['see https://a.example/x.', 'https://a.example/x'],
    ['(https://a.example/x)', 'https://a.example/x'],
    ['https://a.example/x_(y)', 'https://a.example/x_(y)'],
    ['https://a.example/?q=1&r=2, and', 'https://a.example/?q=1&amp;r=2'],
    ['mail to help@a.example!', 'mailto:help@a.example'],
    ['https://a.example/<b>', 'https://a.example/'],
    [`https://a.example/"onclick="x`, 'https://a.example/'],
  ])('addresses become links without what surrounds them: %s', (text, href) => {
    expect(hrefs(linkified(text))).toEqual([href])
  })

  test.each(['javascript:alert(1)', 'data:text/html,x', 'https://', 'a@b', 'file:///etc/passwd'])(
    'what is no web or mail address stays text: %s',
    text => {
      expect(hrefs(linkified(text))).toEqual([])
    },
  )

  test('paragraphs, line breaks and indentation are kept', () => {
    expect(paragraphs('a\nb\n\n  c')).toBe('<p>a<br>b</p>\n<p>&nbsp;&nbsp;c</p>')
    expect(paragraphs('')).toBe('')
  })

  test.each(['a', ')', 'a.', '@', 'https://a)', ' ', '\n', '(', 'a@b.'])(
    // What takes the square of a megabyte outlasts the runner's patience.
    '§9: a megabyte of “%s” comes to an end',
    piece => {
      const text = piece.repeat(1_000_000 / piece.length)
      expect(paragraphs(text)).toBeTypeOf('string')
      expect(paragraphs(`https://a.example/${text}`)).toContain('https://a.example/')
      expect(wrap(text)).toBeTypeOf('string')
    },
  )
})

test('lines of plain text are at most 72 characters long, words stay whole', () => {
  const address = `https://a.example/${'x'.repeat(100)}`
  const lines = wrap(`${'lorem ipsum '.repeat(20)}${address} end\nnext`).split('\n')
  expect(lines.filter(line => line.length > 72)).toEqual([address])
  expect(lines.at(-1)).toBe('next')
})
