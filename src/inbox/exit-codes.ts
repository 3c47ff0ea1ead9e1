// What `mail receive` exits with (product §6).
import type { Outcome } from './door.ts'

/** As sysexits.h has it: the mail server tries again. */
export const TRY_LATER = 75

export const exitCodes: Record<Outcome, number> = {
  appended: 0,
  created: 0,
  'followed-up': 0,
  held: 10,
  unreadable: 10,
  refused: 11,
  duplicate: 12,
  automatic: 13,
  bounce: 13,
  loop: 13,
}
