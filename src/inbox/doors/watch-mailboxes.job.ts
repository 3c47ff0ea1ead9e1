import { type EntityManager, LockMode } from '@mikro-orm/postgresql'
import type { Environment } from '../../config.ts'
import { enqueueMail } from '../../outbox/enqueue.ts'
import { Role, User } from '../../people/user.ts'
import { imapAccount } from './imap-account.ts'
import { Mailbox } from './mailbox.ts'
import { mailboxNamed } from './mailbox-record.ts'

/** Tells the admins, once an outage, that mail is not fetched any more, and once that it is again. */
export async function watchMailboxes(em: EntityManager, config: Environment, now: Date): Promise<void> {
  const account = imapAccount(config)
  await em.nativeDelete(Mailbox, account ? { name: { $ne: account.name } } : {}) // of settings that were changed
  if (!account) return
  const { id } = await mailboxNamed(em, account.name, now)
  await em.transactional(async inner => {
    const mailbox = await inner.findOneOrFail(Mailbox, id, { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true })
    if (mailbox.isOut(now) === (mailbox.alarmedAt !== null)) return
    mailbox.alarmedAt = mailbox.isOut(now) ? now : null
    await tellAdmins(inner, mailbox, now)
  })
}

async function tellAdmins(em: EntityManager, { id, alarmedAt }: Mailbox, now: Date): Promise<void> {
  const admins = await em.find(User, { role: Role.ADMIN, disabledAt: null, confirmedAt: { $ne: null } })
  for (const admin of admins) {
    await enqueueMail(em, alarmedAt ? 'mailbox-alarm' : 'mailbox-well', admin, { mailbox: id }, now)
  }
}
