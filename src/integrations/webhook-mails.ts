import type { Desk, Letter, LetterWriter } from '../outbox/letter.ts'
import { greeting } from '../people/letter-facts.ts'
import { User } from '../people/user.ts'
import { Webhook } from './webhook.ts'
import { nameOf } from './webhook-failing.ts'
import { DEAD_DAYS } from './webhook-patience.ts'

export const webhookMails = { 'webhook-off': letter } satisfies Record<string, LetterWriter>

async function letter(desk: Desk): Promise<Letter | null> {
  const { em, mail, t, url, formats, config } = desk
  const reader = mail.rows.user ? await em.findOne(User, mail.rows.user) : null
  const webhook = mail.rows.webhook ? await em.findOne(Webhook, mail.rows.webhook) : null
  if (!reader || !webhook) return null
  const { failingSince, isActive } = webhook
  return {
    subject: t('mail:webhook-off.subject', { brand: config.brandName }),
    origin: 'auto-generated',
    thread: null,
    reason: 'team',
    leaveUrl: null,
    facts: {
      greeting: greeting(desk, reader),
      webhook: {
        name: nameOf(webhook),
        days: DEAD_DAYS,
        since: failingSince ? formats(reader.timezone).dateTime(failingSince) : '',
        url: url(`/admin/webhooks/${webhook.globalId}`),
      },
    },
    isStale: isActive,
  }
}
