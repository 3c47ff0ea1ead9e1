// What admins are told when mail is not fetched any more, and when it is again.
import type { Desk, Letter, LetterWriter } from '../../outbox/letter.ts'
import { greeting } from '../../people/letter-facts.ts'
import { User } from '../../people/user.ts'
import { Mailbox } from './mailbox.ts'

export const mailboxMails = {
  'mailbox-alarm': desk => letter(desk, true),
  'mailbox-well': desk => letter(desk, false),
} satisfies Record<string, LetterWriter>

async function letter(desk: Desk, isAlarm: boolean): Promise<Letter | null> {
  const { em, mail, t, url, formats, config } = desk
  const reader = mail.rows.user ? await em.findOne(User, mail.rows.user) : null
  const mailbox = mail.rows.mailbox ? await em.findOne(Mailbox, mail.rows.mailbox) : null
  if (!reader || !mailbox) return null
  const { name, lastSuccessAt, watchedSince, trouble, lastError, alarmedAt } = mailbox
  return {
    subject: t(`mail:${mail.template}.subject`, { brand: config.brandName }),
    origin: 'auto-generated',
    thread: null,
    reason: 'team',
    leaveUrl: null,
    facts: {
      greeting: greeting(desk, reader),
      mailbox: {
        name,
        since: formats(reader.timezone).dateTime(lastSuccessAt ?? watchedSince),
        trouble: t(`admin:mailbox.trouble.${trouble ?? 'SILENT'}`),
        words: lastError,
        url: url('/admin/mailboxes'),
      },
    },
    // Where it got well before the mail could go, such as when all mail was away.
    isStale: isAlarm && alarmedAt === null,
  }
}
