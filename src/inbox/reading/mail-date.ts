// The Date header (RFC 5322 §3.3), with the two-digit years and zone names of §4.3.

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
const zones: Record<string, number> = {
  EST: -5,
  EDT: -4,
  CST: -6,
  CDT: -5,
  MST: -7,
  MDT: -6,
  PST: -8,
  PDT: -7,
  CET: 1,
  CEST: 2,
  MEZ: 1,
  MESZ: 2,
  JST: 9,
}
const form =
  /(\d{1,2})[\s-]+([a-z]{3})[a-z]*\.?[\s-]+(\d{2,4}),?\s+(\d{1,2})[:.](\d{2})(?:[:.](\d{2}))?\s*([ap]m)?\s*(?:(?:GMT|UTC)?([+-])(\d{2}):?(\d{2})|([a-z]{3,4}))?/i

/** Null where it is none, or lies outside the years 1970 to 2200 (a broken clock). */
export function mailDate(text: string): Date | null {
  const match = form.exec(text.slice(0, 200))
  const date = match === null ? new Date(text.slice(0, 100)) : fromMatch(match)
  const year = date?.getUTCFullYear() ?? Number.NaN
  return date !== null && year >= 1970 && year <= 2200 ? date : null
}

function fromMatch(match: RegExpExecArray): Date | null {
  const [, day, month = '', year = '', hour = '', minute, second, half, sign, hours, minutes, zone = ''] = match
  const at = months.indexOf(month.toLowerCase())
  if (at < 0) return null
  const fullYear = Number(year) + (year.length > 2 ? (year.length === 3 ? 1900 : 0) : Number(year) < 50 ? 2000 : 1900)
  const noon = half === undefined ? 0 : (/p/i.test(half) ? 12 : 0) - (Number(hour) === 12 ? 12 : 0)
  const offset =
    sign === undefined
      ? (zones[zone.toUpperCase()] ?? 0) * 60
      : (Number(hours) * 60 + Number(minutes)) * (sign === '-' ? -1 : 1)
  const time = Date.UTC(fullYear, at, Number(day), Number(hour) + noon, Number(minute) - offset, Number(second ?? 0))
  return Number.isNaN(time) ? null : new Date(time)
}
