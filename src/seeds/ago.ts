const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** A time in the past, such as `9d`, `3h` or `20m`. */
export type Ago = `${number}${'d' | 'h' | 'm'}`

export function ago(text: Ago, now: Date): Date {
  const unit = text.endsWith('d') ? DAY : text.endsWith('h') ? HOUR : MINUTE
  return new Date(now.getTime() - Number.parseFloat(text) * unit)
}
