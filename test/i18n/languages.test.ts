import { describe, expect, test } from 'vitest'
import { formats, isTimeZone } from '../../src/i18n/format.ts'
import { languageOf } from '../../src/i18n/language-of.ts'
import { translator } from '../../src/i18n/translate.ts'

describe('choosing a language', () => {
  test.each([
    ['de', 'de'],
    ['de-AT, en;q=0.8', 'de'],
    ['fr, de;q=0.4, en;q=0.6', 'en'],
    ['de;q=0, en', 'en'],
    ['fr', 'en'],
    ['*', 'en'],
    [';;q=,', 'en'],
    ['', 'en'],
  ])('H11: a browser that asks for “%s” gets %s', (acceptLanguage, language) => {
    expect(languageOf({ acceptLanguage })).toBe(language)
  })

  test('H11: the switch wins over the account, the account over the browser', () => {
    expect(languageOf({ cookie: 'de', account: 'en', acceptLanguage: 'en' })).toBe('de')
    expect(languageOf({ account: 'de', acceptLanguage: 'en' })).toBe('de')
    expect(languageOf({ cookie: 'klingon', acceptLanguage: 'de' })).toBe('de')
  })
})

describe('catalogues', () => {
  test('a missing text and a missing value are errors outside production', () => {
    expect(() => translator('en')('mail:no.such.text')).toThrow('mail:no.such.text'.split(':')[1])
    expect(() => translator('de')('mail:foot.sentFor')).toThrow('foot')
  })
})

describe('formats', () => {
  const noon = '2026-11-22T23:30:00Z'

  test('dates follow language and time zone', () => {
    expect(formats('de', 'Europe/Berlin').date(noon)).toBe('23. November 2026')
    expect(formats('en', 'UTC').dateTime(noon)).toBe('22 November 2026 at 23:30')
  })

  test('sizes count in 1,024, as the limits do', () => {
    expect(formats('en', 'UTC').fileSize(25 * 1024 * 1024)).toBe('25 MB')
    expect(formats('de', 'UTC').fileSize(1500)).toBe('1,5 kB')
    expect(formats('en', 'UTC').fileSize(1)).toBe('1 byte')
  })

  test('a time zone is one that Intl knows', () => {
    expect(isTimeZone('Europe/Berlin')).toBe(true)
    expect(isTimeZone('Mars/Olympus')).toBe(false)
  })
})
