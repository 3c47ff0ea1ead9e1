// What is too small for a mail of its own in the corpus.

import iconv from 'iconv-lite'
import { describe, expect, test } from 'vitest'
import { readAddresses } from '../../src/inbox/reading/addresses.ts'
import { guessCharset } from '../../src/inbox/reading/charset-guess.ts'
import { decodeWords } from '../../src/inbox/reading/encoded-words.ts'
import { mailDate } from '../../src/inbox/reading/mail-date.ts'
import { messageIds } from '../../src/inbox/reading/message-ids.ts'
import { readMail } from '../../src/inbox/reading/read-mail.ts'
import { rtfText } from '../../src/inbox/reading/rtf.ts'

const read = (source: string) => readMail(Buffer.from(source))

describe('§6: who wrote it', () => {
  test.each([
    ['Foo Bar <foo@bar.example>, ', 'Foo Bar <foo@bar.example>'],
    ['"Foo "Bar" Baz" <foo@bar.example>', 'Foo Bar Baz <foo@bar.example>'],
    ['Support: Team <foo@bar.example>', 'Support: Team <foo@bar.example>'],
    ['=?utf-8?Q?Foo?=, =?utf-8?Q?Bar?= <foo@bar.example>', 'Foo, Bar <foo@bar.example>'],
    ['=?gb2312?B?086yyZjl?= user@bar.example', '游采樺 <user@bar.example>'],
    ['<foo@bar.example> Foo Bar', 'Foo Bar <foo@bar.example>'],
    ['foo@bar.example (=?utf-8?Q?J=C3=BCrgen?=)', 'Jürgen <foo@bar.example>'],
    ['foo@[127.0.0.1]', ' <foo@[127.0.0.1]>'],
    ['"foo@bar.example"', ' <foo@bar.example>'],
    ['root', ' <root>'],
    ['Foo <>', 'Foo <>'],
    ['power words <no address at all@bar.example>', 'power words <no address at all@bar.example>'],
  ])('%s', (header, author) => {
    expect(readAddresses(header).map(({ name, address }) => `${name} <${address}>`)).toEqual([author])
  })

  test.each([
    '"dana@plaindesk.example" <eve@globex.example>',
    '"Not dana@plaindesk.example" eve@globex.example',
    '"dana@plaindesk.example," <eve@globex.example>',
    '=?utf-8?Q?dana=40plaindesk=2Eexample?= <eve@globex.example>',
    'dana@plaindesk.example <eve@globex.example>',
    '(dana@plaindesk.example) eve@globex.example',
  ])('another address within the name is no author: %s', header => {
    expect(readAddresses(header).map(({ address }) => address)).toEqual(['eve@globex.example'])
  })
})

describe('§6: no charset, or a wrong one', () => {
  test.each([
    ['windows-1252', 'Größe'],
    ['windows-1252', 'é'],
    ['windows-1252', 'La facture a été payée'],
    ['windows-1252', 'He said “hi” – it’s “ok”'],
    ['windows-1254', 'Şifremi unuttum, lütfen yardım edin. Teşekkürler'],
    ['windows-1251', 'Re: заказ 5'],
    ['windows-1251', 'Здравствуйте!'],
    ['koi8-r', 'Ольга'],
    ['koi8-r', 'Здравствуйте!'],
    ['windows-1253', 'Δεν μπορώ να συνδεθώ στο σύστημα'],
    ['windows-1255', 'שלום, ההזמנה לא הגיעה'],
    ['gb18030', '王小明'],
    ['gb18030', '关于订单的问题'],
    ['big5', '訂單查詢，您好，我的訂單還沒到。'],
    ['shift_jis', '【重要】お知らせ Windows 10'],
    ['shift_jis', '山田太郎'],
    ['euc-jp', '商品についてのお問い合わせ'],
    ['euc-kr', '주문이 아직 오지 않았습니다'],
  ])('%s: %s', (charset, text) => {
    const bytes = iconv.encode(text, charset)
    expect(iconv.decode(bytes, guessCharset(bytes))).toBe(text)
  })
})

describe('§6: odd forms that programs produce', () => {
  test.each([
    ['=?utf-8?B?SGVs bG8g?=', 'Hello '],
    ['=?utf-8*en?Q?Hello?=', 'Hello'],
    ['=?NONE?B?VEVTVA=?=', 'TEST'],
    ['=?UTF-8?Q?=F0=9F?= =?UTF-8?Q?=98=80?=', '😀'],
    ['=?utf-8?B?w7w?= =?utf-8?B?YmVy?=', 'über'],
    ['a =?utf-8?Q?b?= c', 'a b c'],
    ['1 =? 2 ?= 3', '1 =? 2 ?= 3'],
  ])('encoded words: %s', (header, text) => {
    expect(decodeWords(header)).toBe(text)
  })

  test.each([
    ['Mon, 02 Nov 2026 09:00:00 +0100', '2026-11-02T08:00:00.000Z'],
    ['2 Nov 99 09:00 EST', '1999-11-02T14:00:00.000Z'],
    ['Mon, 2 Nov 2026 9:00:00 PM GMT-0500', '2026-11-03T02:00:00.000Z'],
    ['yesterday', undefined],
    ['Mon, 2 Nov 1026 09:00:00 +0000', undefined],
  ])('date: %s', (header, date) => {
    expect(mailDate(header)?.toISOString()).toBe(date)
  })

  test('Message-IDs without brackets, folded, twice', () => {
    expect(messageIds('<a@b> <a@b>\t<c d@e>')).toEqual(['<a@b>', '<cd@e>'])
    expect(messageIds('20260101.1@host')).toEqual(['<20260101.1@host>'])
    expect(messageIds('your message of Monday')).toEqual([])
  })

  test('an end boundary right behind the last letter', async () => {
    const { text } = await read('Content-Type: multipart/mixed; boundary=B\n\n--B\n\nfirst\n--B\n\nlast--B--\n')
    expect(text).toBe('first\n\nlast')
  })

  test('blank lines in the middle of a header', async () => {
    const facts = await read(
      'Mime-Version: 1.0\nMessage-Id: <a@b>\n\n   \n\nContent-Type: text/html\nSubject: S\nFrom: a@b.example\n\n<b>x</b>',
    )
    expect([facts.subject, facts.text, facts.from?.address]).toEqual(['S', 'x', 'a@b.example'])
  })

  test('a boundary that is no ASCII', async () => {
    expect((await read('Content-Type: multipart/mixed; boundary="µ"\n\n--µ\n\nHello\n--µ--')).text).toBe('Hello')
  })

  test('a type with trash behind it', async () => {
    expect((await read('Content-Type: text/html Content-Transfer-Encoding: 8bit\\r\\n\n\n<b>hi</b>')).text).toBe('hi')
  })

  test('called ISO-2022-JP, is UTF-8 or Shift_JIS', async () => {
    const head = 'Content-Type: text/plain; charset=ISO-2022-JP\n\n'
    expect((await read(`${head}カテゴリ`)).text).toBe('カテゴリ')
    const shiftJis = Buffer.concat([Buffer.from(head), iconv.encode('カテゴリ：全メンバー', 'cp932')])
    expect((await readMail(shiftJis)).text).toBe('カテゴリ：全メンバー')
  })

  test('called ISO-8859-2, is windows-1250', async () => {
    const head = 'Content-Type: text/plain; charset=iso-8859-2\n\n'
    const mail = Buffer.concat([Buffer.from(head), iconv.encode('Žluťoučký kůň', 'windows-1250')])
    expect((await readMail(mail)).text).toBe('Žluťoučký kůň')
  })

  test('MS-OXRTFCP §4: the examples of compressed RTF', () => {
    const hello = '2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0'
    const repeated = '1a0000001c0000004c5a4675e2d44b51410004205758595a0d6e7d010eb0'
    expect(rtfText(Buffer.from(hello, 'hex')).trim()).toBe('hello world')
    expect(rtfText(Buffer.from(repeated, 'hex'))).toBe('WXYZWXYZWXYZWXYZWXYZ')
  })
})
