// Product §6, "Whose mail it is": what is done with a person's mail, decided from what is known of it. No database here.
import type { Config } from '../../config.ts'
import { MailMatch, MailProof } from '../incoming-mail.ts'
import type { Match } from './ticket-of-mail.ts'

export interface Sender {
  /** A password was set through a mailed link. */
  isConfirmed: boolean
  isDisabled: boolean
  isTeam: boolean
}

export interface Knowledge {
  mailAuth: Config['mailAuth']
  /** An agent blocked the address or its domain, and none has let this mail in. */
  isBlocked: boolean
  proof: MailProof
  /** Null = nobody we know. */
  sender: Sender | null
  match: Pick<Match, 'by' | 'takesPart' | 'isAnswer'> | null
}

export type HeldReason = 'BLOCKED' | 'NOT_PROVEN' | 'DNS' | 'WANTS_TO_JOIN'
export type RefusedReason = 'NO_ACCOUNT' | 'DISABLED'

export type Decision =
  | { is: 'append'; as: 'comment' | 'note' | 'answer' }
  | { is: 'create' }
  | { is: 'held'; reason: HeldReason }
  | { is: 'refused'; reason: RefusedReason }

export function decide({ mailAuth, isBlocked, proof, sender, match }: Knowledge): Decision {
  if (isBlocked) return { is: 'held', reason: 'BLOCKED' }
  const isTrusted = mailAuth === 'off' || proof === MailProof.AUTHENTICATED || proof === MailProof.AGENT
  // Whoever takes part and brings our own signature has had our mail in hands: filed, and marked as not proven.
  const mayPass = match !== null && match.by !== MailMatch.NUMBER && match.takesPart
  if (!isTrusted && proof === MailProof.UNKNOWN) return { is: 'held', reason: 'DNS' }
  if (!isTrusted && (!mayPass || sender?.isDisabled)) return { is: 'held', reason: 'NOT_PROVEN' }
  if (sender?.isDisabled) return { is: 'refused', reason: 'DISABLED' }
  // A signed reference travels in every mail that is passed on: it chooses the ticket, never the author.
  if (match) return match.takesPart ? { is: 'append', as: kindOf(proof, sender, match) } : wantsToJoin
  // H13: a new ticket needs a confirmed account, or an agent's word.
  if (sender?.isConfirmed || proof === MailProof.AGENT) return { is: 'create' }
  return { is: 'refused', reason: 'NO_ACCOUNT' }
}

const wantsToJoin = { is: 'held', reason: 'WANTS_TO_JOIN' } as const

/** An agent's mail stays with the team, unless it went to the answer address and nobody else can have written it. */
function kindOf(
  proof: MailProof,
  sender: Sender | null,
  match: Pick<Match, 'isAnswer'>,
): 'comment' | 'note' | 'answer' {
  if (!sender?.isTeam) return 'comment'
  return match.isAnswer && proof === MailProof.AUTHENTICATED ? 'answer' : 'note'
}
