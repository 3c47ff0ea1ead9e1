// Whether a failure says something about the address for good.

const unknownUser =
  /user(?:name)? (?:is )?(?:unknown|not (?:known|found|exist)|doesn'?t exist|does not exist)|unknown (?:user|recipient|address|local|account|mailbox)|no such (?:user|recipient|address|mailbox|account|person|local)|(?:mailbox|account|address|recipient|user|addressee)[^.]{0,80}(?:does(?: not|n'?t) exist|not (?:found|known|exist)|unknown|invalid|no longer (?:available|valid|active|exists|in use)|is (?:disabled|inactive|deactivated))|(?:invalid|bad|illegal|unrouteable|unroutable|nonexistent|non-existent) (?:user|recipient|address|mailbox|destination)|recipnotfound|recipientnotfound|not listed in (?:domino|public)|no mailbox here|not our customer|undeliverable address|existiert nicht|unbekannt|inconnue?|desconocid|sconosciut/i
const full =
  /(?:mailbox|inbox|quota|account|user|storage|postfach|folder)[^.]{0,60}(?:\bfull|exceed|over ?quota|over (?:the )?(?:storage )?limit|voll|überschritten)|over ?quota|quota (?:exceeded|violation)|exceed[^.]{0,30}(?:limit|size|quota)|size limit|too (?:large|big)|exceeded[^.]{0,30}quota|out of (?:disk|storage) space|insufficient (?:disk|system) (?:space|storage)|not enough (?:disk|storage) space|disk full/i
const tooLate =
  /retry (?:time(?:out)?|period)|timed? ?out|delivery time expired|temporar|try(?:ing)? again|deferred|greylist|delayed|warning only|still being retried|will be retried|retried for|not yet (?:been )?delivered|noch nicht zugestellt/i

export interface Verdict {
  status: string | null
  /** The server's words. */
  reason: string
  /** SMTP reply code, such as 550. */
  code: string | null
}

/**
 * Hard is what sending again will not change, because it is about the address: after two of these no more is sent.
 * Soft are 4.x.x; a full mailbox (5.2.2) or a mail that is too large (5.2.3, 5.3.4), which pass; what is wrong with this
 * mail (5.6.x); and policy (5.7.x), which is about us, our server or our words: flagging the address would punish a
 * customer because some provider listed us. The server's own words count more: many send 5.7.1 for unknown users.
 */
export function isHardFailure({ status, reason, code }: Verdict): boolean {
  if (status?.startsWith('4.') || (status === null && code?.startsWith('4'))) return false
  if (unknownUser.test(reason)) return true
  if (full.test(reason)) return false
  if (status !== null) return !/^5\.(?:2\.[23]|3\.4|6\.\d+|7\.\d+|4\.7)$/.test(status)
  if (code?.startsWith('5')) return !/spam|blocked|blacklist|block list|policy|reputation|dnsbl|rbl/i.test(reason)
  return !tooLate.test(reason)
}
