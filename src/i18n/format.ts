import type { Language } from './language.ts'

type When = Date | string | number

/** Dates, numbers and sizes as a reader of one language in one time zone expects them. */
export interface Formats {
  /** 22 November 2026 */
  date(value: When): string
  /** 22 November 2026 at 14:05 */
  dateTime(value: When): string
  number(value: number): string
  /** 1.4 MB; counted in 1,024 as the upload limits are. */
  fileSize(bytes: number): string
  /** 2 days: the largest unit alone. */
  duration(milliseconds: number): string
}

/** English dates put the day first and clocks run to 24, as on the rest of the continent this is sold on. */
const locales: Record<Language, string> = { en: 'en-GB', de: 'de-DE' }
const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const
const MINUTE = 60_000
const spans = [
  ['day', 24 * 60 * MINUTE],
  ['hour', 60 * MINUTE],
  ['minute', MINUTE],
] as const

function makeFormats(language: Language, timeZone: string): Formats {
  const locale = locales[language]
  const date = new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeZone })
  const dateTime = new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeStyle: 'short', timeZone })
  const number = new Intl.NumberFormat(locale)
  const durations = spans.map(
    ([unit]) => new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'long', maximumFractionDigits: 0 }),
  )
  const sizes = units.map(
    unit =>
      new Intl.NumberFormat(locale, {
        style: 'unit',
        unit,
        unitDisplay: unit === 'byte' ? 'long' : 'short',
        maximumFractionDigits: 1,
      }),
  )
  return {
    date: value => date.format(new Date(value)),
    dateTime: value => dateTime.format(new Date(value)),
    number: value => number.format(value),
    fileSize: bytes => {
      const step = Math.min(Math.floor(Math.log2(Math.max(bytes, 1)) / 10), units.length - 1)
      return sizes[step]?.format(bytes / 1024 ** step) ?? ''
    },
    duration: milliseconds => {
      const fitting = spans.findIndex(([, length]) => milliseconds >= length)
      const at = fitting === -1 ? spans.length - 1 : fitting
      return durations[at]?.format(Math.max(0, Math.floor(milliseconds / (spans[at]?.[1] ?? MINUTE)))) ?? ''
    },
  }
}

// Building Intl formats costs more than rendering a page with them.
const known = new Map<string, Formats>()

/** The formats for a language and an IANA time zone (`Europe/Berlin`). */
export function formats(language: Language, timeZone: string): Formats {
  const key = `${language} ${timeZone}`
  const found = known.get(key) ?? makeFormats(language, timeZone)
  known.set(key, found)
  return found
}

/** Whether a text names a time zone that `Intl` knows. */
export function isTimeZone(text: string): boolean {
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: text }))
  } catch {
    return false
  }
}
