import { describe, expect, test } from 'vitest'
import { detectType, isShownInBrowser, SAMPLE_BYTES } from '../../src/files/detect.ts'
import { cleanFilename } from '../../src/lib/filename.ts'

describe('the type of a file', () => {
  const jpeg = Buffer.from('ffd8ffe000104a46494600010100000100010000', 'hex')
  const pdf = Buffer.from('%PDF-1.7\n%âãÏÓ\n1 0 obj\n')

  test.each([
    ['a picture', jpeg, 'image/jpeg', true],
    ['a PDF', pdf, 'application/pdf', false],
    ['text', Buffer.from('Grüße\r\n\tund mehr'), 'text/plain', true],
    ['text with a byte order mark', Buffer.from('\uFEFFa;b;c'), 'text/plain', true],
    ['text that begins with <', Buffer.from('<3 this portal'), 'text/plain', true],
    ['text with a NUL', Buffer.from('a\0b'), 'application/octet-stream', false],
    ['not UTF-8', Buffer.from('a\xffb', 'latin1'), 'application/octet-stream', false],
    ['HTML', Buffer.from('<!DOCTYPE html><p>hi'), 'text/html', false],
    ['HTML behind a comment', Buffer.from('\n <!-- x -->\n<script>alert(1)</script>'), 'text/html', false],
    ['SVG', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'), 'image/svg+xml', false],
    ['SVG behind a declaration', Buffer.from('<?xml version="1.0"?><svg/>'), 'image/svg+xml', false],
    ['XML', Buffer.from('<?xml version="1.0"?><a/>'), 'application/xml', false],
    ['XML without declaration', Buffer.from('<note><to>x</to></note>'), 'application/xml', false],
    ['nothing', Buffer.alloc(0), 'text/plain', true],
  ])('%s', async (_what, bytes, type, isShown) => {
    expect(await detectType(bytes)).toBe(type)
    expect(isShownInBrowser(type)).toBe(isShown)
  })

  test('a long text whose sample ends inside a character is still text', async () => {
    for (const pad of ['', 'a', 'ab', 'abc']) {
      const sample = Buffer.from(pad + '𝄞'.repeat(SAMPLE_BYTES / 4)).subarray(0, SAMPLE_BYTES)
      expect(await detectType(sample)).toBe('text/plain')
    }
  })
})

describe("a file's name", () => {
  test.each([
    ['report.pdf', 'report.pdf'],
    ['C:\\Users\\ann\\Bild.png', 'Bild.png'],
    ['../../etc/passwd', 'passwd'],
    ['a\0b\r\nc.txt', 'ab c.txt'],
    ['\u202Egpj.exe', 'gpj.exe'],
    ['\u200Fa.txt', 'a.txt'],
    ['u\u0308ber.txt', 'über.txt'],
    ['a"b<c>.txt', 'a_b_c_.txt'],
    ['..', 'file'],
    ['', 'file'],
    ['   ', 'file'],
    ['dir/', 'file'],
    ['\uD800.txt', '\uFFFD.txt'],
    ['👩‍🚒.txt', '👩‍🚒.txt'],
  ])('%j becomes %j', (name, clean) => {
    expect(cleanFilename(name)).toBe(clean)
  })

  test('a long one keeps its extension', () => {
    const clean = cleanFilename(`${'𝄞'.repeat(300)}.tar.gz`)
    expect([...clean]).toHaveLength(200)
    expect(clean.endsWith('𝄞.gz')).toBe(true)
  })
})
