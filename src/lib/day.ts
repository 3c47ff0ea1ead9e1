/**
 * The moment when a calendar day (`2026-11-22`) begins in an IANA time zone; `later` days after it where that is given.
 * Where clocks skip midnight, the first moment there is.
 */
export function startOfDay(day: string, timeZone: string, later = 0): Date {
  const midnight = new Date(`${day}T00:00:00Z`)
  midnight.setUTCDate(midnight.getUTCDate() + later)
  const near = midnight.getTime() - offsetAt(midnight, timeZone)
  return new Date(midnight.getTime() - offsetAt(new Date(near), timeZone))
}

/** How far a zone's clocks are ahead of UTC at a moment, in milliseconds. */
function offsetAt(moment: Date, timeZone: string): number {
  const parts = new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longOffset' }).formatToParts(moment)
  const name = parts.find(({ type }) => type === 'timeZoneName')?.value ?? ''
  const [, sign, hours = '0', minutes = '0', seconds = '0'] = /([+-])(\d\d):(\d\d)(?::(\d\d))?/.exec(name) ?? []
  const size = (Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)
  return (sign === '-' ? -size : size) * 1000
}
