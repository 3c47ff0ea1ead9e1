// Whether a person wrote: RFC 3834 and the habits of the field. What a person wrote must never be taken for a machine's,
// so a sign that persons' mails carry too (a mailing list's fields, X-Auto-Response-Suppress) does not count by itself.
import { cleanLine } from '../../lib/clean-text.ts'
import type { Header } from './headers.ts'
import { automaticLooks } from './kind-automatic.ts'
import { bounceLooks } from './kind-bounce.ts'
import type { KindFacts, Look } from './kind-marks.ts'
import type { MailKind } from './mail-facts.ts'

export interface Kind {
  kind: MailKind
  /** The header or words that gave it away; null for `person`. */
  reason: string | null
}

const LONGEST = 200 // characters of a reason

/** `person`, unless something says otherwise. */
export function kindOf(headers: readonly Header[], facts: KindFacts): Kind {
  const bounce = firstReason(bounceLooks, headers, facts)
  if (bounce !== null) return { kind: 'bounce', reason: bounce }
  const automatic = firstReason(automaticLooks, headers, facts)
  return automatic === null ? { kind: 'person', reason: null } : { kind: 'automatic', reason: automatic }
}

function firstReason(looks: readonly Look[], headers: readonly Header[], facts: KindFacts): string | null {
  for (const look of looks) {
    const reason = look(headers, facts)
    if (reason !== null) return cleanLine(reason.slice(0, 2 * LONGEST)).slice(0, LONGEST)
  }
  return null
}
