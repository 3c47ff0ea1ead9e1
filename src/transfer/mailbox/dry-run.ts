// What mailboxes would become, without writing: threads are only remembered.

import { identityOf } from '../../inbox/identity.ts'
import { fork } from '../../inbox/inbox.ts'
import { MailOutcome } from '../../inbox/incoming-mail.ts'
import { headersOf, sha256Of } from '../../inbox/raw-mail.ts'
import type { MailFacts } from '../../inbox/reading/mail-facts.ts'
import { readMail } from '../../inbox/reading/read-mail.ts'
import { senderOf } from '../../inbox/weighing/weigh.ts'
import type { Plaindesk } from '../../plaindesk.ts'
import { byMachine } from './file-past.ts'
import { isKnown } from './is-known.ts'
import type { MailReport, Take } from './report.ts'
import { answeredBy, placeOf } from './thread.ts'

export function openDryRun(plaindesk: Plaindesk, report: MailReport): Take {
  const seen = new Set<string>()
  const onTickets = new Set<string>()
  return async raw => {
    const { messageId } = await readMail(headersOf(raw))
    const identity = identityOf({ messageId, sha256: sha256Of(raw) })
    if (seen.has(identity) || (await isKnown(plaindesk, { identity }))) {
      report.known += 1
      return
    }
    seen.add(identity)
    const outcome = await outcomeOf(plaindesk, await readMail(raw), onTickets)
    if (outcome === MailOutcome.CREATED || outcome === MailOutcome.APPENDED) onTickets.add(identity)
    if (outcome === MailOutcome.CREATED) report.tickets += 1
    report.outcomes[outcome] = (report.outcomes[outcome] ?? 0) + 1
  }
}

async function outcomeOf(plaindesk: Plaindesk, facts: MailFacts, onTickets: ReadonlySet<string>): Promise<MailOutcome> {
  const em = fork(plaindesk)
  const answers = answeredBy(facts).some(id => onTickets.has(id))
  const machine = await byMachine(plaindesk, em, facts)
  if (machine) return machine.outcome
  const place = answers || (await placeOf(plaindesk, em, facts, await senderOf(em, facts)))
  return place ? MailOutcome.APPENDED : MailOutcome.CREATED
}
