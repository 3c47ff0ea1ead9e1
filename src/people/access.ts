import type { Config } from '../config.ts'
import { Role } from './user.ts'

/** Whether somebody may use the portal and, if not, the reason that the no-access page names. */
export type Access =
  | 'GRANTED'
  | 'DISABLED'
  | 'UNCONFIRMED'
  | 'NEVER_JOINED'
  | 'LEFT'
  | 'NO_AGREEMENT'
  | 'NO_SECOND_FACTOR'

/** The facts that access hangs on, as one SQL statement reads them (viewer-row.ts). */
export interface AccessFacts {
  role: Role
  confirmed: boolean
  disabled: boolean
  /** On the support list now. */
  onList: boolean
  /** Was on the list once and left. */
  hasLeft: boolean
  /** Their organization has an agreement in force today that includes the portal. */
  hasAgreement: boolean
  /** A code is asked of them at log-in besides the password. */
  hasSecondFactor: boolean
}

/** Product §3: the one place that decides access; asked on every request of every door, never only at log-in. */
export function accessOf(
  facts: AccessFacts,
  { requireAgreement, requireTotp }: Pick<Config, 'requireAgreement' | 'requireTotp'>,
): Access {
  if (facts.disabled) return 'DISABLED'
  if (!facts.confirmed) return 'UNCONFIRMED'
  if (facts.role !== Role.CUSTOMER) return requireTotp && !facts.hasSecondFactor ? 'NO_SECOND_FACTOR' : 'GRANTED'
  if (!facts.onList) return facts.hasLeft ? 'LEFT' : 'NEVER_JOINED'
  if (requireAgreement && !facts.hasAgreement) return 'NO_AGREEMENT'
  return 'GRANTED'
}

/**
 * Product §3, by mail: the list and agreements govern the portal, not the mail door, because a reply shows nothing. Whether
 * somebody without an account may write is decided by what they write to (inbox/weighing/whose-mail.ts).
 */
export function mailAccessOf({ disabled, confirmed, role }: AccessFacts): Access {
  if (disabled) return 'DISABLED'
  return confirmed || role === Role.CUSTOMER ? 'GRANTED' : 'UNCONFIRMED'
}
