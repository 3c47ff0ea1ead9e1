// The names of charsets. Read as browsers read them (https://encoding.spec.whatwg.org/#names-and-labels), and what mails
// add to these.

import iconv from 'iconv-lite'

/** What is called ASCII, Latin-1 or nothing is in truth this. */
export const FALLBACK = 'windows-1252'

const aliases: [RegExp, string][] = [
  [/^(?:unicode-1-1-|x-?unicode-\d-\d-)?utf-?8.*$|^unicode$|^65001$/, 'utf-8'],
  [/^(?:x-)?(?:unicode-[12]-[10]-|csunicode11)?utf-?7$/, 'utf-7'],
  [/^(?:us-?)?ascii|^ansi|^iso-?646|^7-?bit|^8-?bit|^(?:iso-?8859-?1|latin-?1|l1|cp819)(?:\D.*)?$/, FALLBACK],
  [/^hz(?:-gb-?2312)?$/, 'hz'],
  [/gb-?2312|gbk|gb-?18030|chinese-?gb|^(?:cp-?936|ms936|x-cp20936|windows-936|chinese|euc-?cn|zh-cn)$/, 'gb18030'],
  [/big-?5|^cp-?950$|^ms950$|^windows-950$/, 'big5hkscs'],
  [/^ks.?c.?5601.*|^euc-?kr$|^(?:cp|ms|windows-?)-?949$|^korean$|^csksc.*|^uhc$|^x-windows-949$/, 'cp949'],
  [/^iso-?2022-?kr$/, 'iso-2022-kr'],
  [/^(?:cs)?iso-?2022-?jp.*|^(?:x-)?jis7?$|^cp5022[0-2]$/, 'iso-2022-jp'],
  [/^(?:cs|x-|ms_)?(?:shift-?_?jis|sjis|kanji)$|^(?:cp|ms|windows-?)-?(?:932|31j)$/, 'cp932'],
  [/^(?:cs|x-)?euc-?jp.*$|^ujis$/, 'euc-jp'],
  [/^iso-?8859-?8(?:-[ei])?$|^logical$|^visual$|^csisolatinhebrew$/, 'iso-8859-8'],
  [/^iso-?8859-?6(?:-[ei])?$/, 'iso-8859-6'],
  [/^iso-?8859-?9$|^latin-?5$/, 'windows-1254'],
  [/^iso-?8859-?11$|^tis-?620$|^windows-874$|^cp-?874$/, 'windows-874'],
  [/^(?:x-)?(?:cp|win|windows|ms|ibm)[-_]?(125\d).*$/, 'windows-$1'],
  [/^(?:x-)?(?:cp|ibm|dos)[-_]?(437|737|775|85\d|86\d)$/, 'cp$1'],
  [/^iso[-_]?8859[-_]?(\d+)(?:\D.*)?$/, 'iso-8859-$1'],
  [/^latin-?2$|^l2$/, 'iso-8859-2'],
  [/^latin-?9$|^l9$|^latin-?0$/, 'iso-8859-15'],
  [/^(?:x-)?mac(?:intosh|-?roman)?$/, 'macintosh'],
  [/^x-mac-(\w+)$/, 'mac$1'],
  [/^(?:cs)?koi8(?:-?r)?$/, 'koi8-r'],
  [/^(?:utf|ucs|csunicode)-?16?(?:le|be)?$|^iso-10646-ucs-2$|^ucs-?2$/, 'utf-16'],
]

/** The decoder for a charset's name, null where nobody knows it. */
export function charsetOf(label: string): string | null {
  const name = label
    .toLowerCase()
    .replace(/^charset\s*=/, '')
    .replace(/["'\s;,]/g, '')
    .replaceAll('_', '-')
    .slice(0, 60)
  if (name === '') return null
  for (const [pattern, charset] of aliases) {
    const match = pattern.exec(name)
    if (match !== null) return charset.replace('$1', match[1] ?? '')
  }
  return iconv.encodingExists(name) && !/^(?:base64|hex|binary|internal)/.test(name) ? name : null
}
