// The charset of 8-bit text that names none, or a wrong one. chardet knows languages by their letters, which takes some
// lines of text; a name or a subject is too short for it, and is told by how its bytes stand together.

import chardet from 'chardet'
import iconv from 'iconv-lite'
import { charsetOf, FALLBACK } from './charset-names.ts'

// Enough to tell a language by; more costs time.
const SAMPLE = 32_768
const SURE = 50

export function guessCharset(bytes: Buffer): string {
  const sample = bytes.subarray(0, SAMPLE)
  const high = [...sample.entries()].filter(([, byte]) => byte >= 0x80)
  const share = (test: (byte: number, at: number) => boolean) =>
    high.filter(([at, byte]) => test(byte, at)).length / high.length
  if (
    isShiftJis(
      sample,
      share(byte => byte <= 0x9f),
    )
  )
    return 'cp932'
  if (isLatin(sample)) return likeliest(sample, /^(?:windows-125[04]|ISO-8859-[29])$/, 30) ?? FALLBACK
  if (share(byte => byte >= 0xc0) > 0.9) {
    const script = likeliest(sample, /^(?:windows-125[1356]|KOI8-R|ISO-8859-[578])$/, 20)
    // KOI8-R has its small letters where windows-1251 has the capitals.
    return script ?? (share(byte => byte < 0xe0) > 0.5 ? 'koi8-r' : 'windows-1251')
  }
  return ofManyBytes(
    sample,
    share(byte => byte === 0xa4 || byte === 0xa5),
  )
}

/** Accented letters stand among others within a word, one or two together; words of other scripts have no ASCII letters. */
function isLatin(sample: Buffer): boolean {
  let latin = 0
  let other = 0
  for (const word of sample.toString('latin1').match(/[A-Za-z\u0080-\u00FF]{1,200}/g) ?? []) {
    const rows = word.match(/[\u0080-\u00FF]+/g) ?? []
    const short = rows.filter(row => row.length <= 2).join('').length
    const isMixed = /[A-Za-z]/.test(word)
    if (isMixed) latin += short
    // A letter by itself may be a word in any of them.
    other += rows.join('').length - (isMixed || word.length === 1 ? short : 0)
  }
  return latin >= other
}

/** Kana and kanji in Shift_JIS begin with bytes that other charsets hardly use. */
function isShiftJis(sample: Buffer, share: number): boolean {
  if (share < 0.4) return false
  const letters = iconv.decode(sample, 'cp932').replace(/[\s\p{P}\w]/gu, '')
  const own = letters.match(/[\u3040-\u30FF\u4E00-\u9FFF\uFF66-\uFF9F]/g)?.length ?? 0
  return own > 2 && own > letters.length * 0.8
}

/** `kana`: how many bytes are those that every hiragana and katakana of EUC-JP begins with. */
function ofManyBytes(sample: Buffer, kana: number): string {
  if (kana > 0.15 && !iconv.decode(sample, 'euc-jp').includes('\uFFFD')) return 'euc-jp'
  const known = likeliest(sample, /^(?:Big5|GB18030|EUC-KR|EUC-JP)$/, SURE)
  if (known !== null) return known
  const clean = ['gb18030', 'big5hkscs', 'cp949'].find(charset => !iconv.decode(sample, charset).includes('\uFFFD'))
  return clean ?? FALLBACK
}

/** What chardet takes it for, if that is one of these and at least so sure (of 100). */
function likeliest(sample: Buffer, names: RegExp, sureness: number): string | null {
  const [first] = chardet.analyse(sample)
  const isOne = first !== undefined && names.test(first.name) && first.confidence >= sureness
  return isOne ? charsetOf(first.name) : null
}
