import type { EntityManager } from '@mikro-orm/postgresql'
import type { Language } from '../i18n/language.ts'
import { addJobs } from '../jobs/add-job.ts'
import { newId } from '../lib/ids.ts'
import type { MailRows, MailTemplate } from './outbox-mail.ts'

/** A mail that must not go twice, however often and by however many processes it is written. */
export interface OnceMail {
  /** Whatever makes it the same mail, such as template, person and week. */
  key: string
  template: MailTemplate
  recipient: string
  language: Language | null
  rows: MailRows
}

/** Writes those of the mails that were not written before, and their jobs; answers how many. Few statements for many mails. */
export async function enqueueOnce(em: EntityManager, mails: readonly OnceMail[], now: Date): Promise<number> {
  if (mails.length === 0) return 0
  const given = mails.map(({ key, language, ...mail }) => ({
    ...mail,
    id: newId(),
    language: language ?? 'en',
    once_key: key,
  }))
  const added = await em.execute<{ id: string }[]>(
    `insert into outbox_mail (id, template, recipient, language, rows, once_key, created_at)
     select id, template, recipient, language, rows, once_key, ?
     from jsonb_to_recordset(?::jsonb) as m(id uuid, template text, recipient text, language text, rows jsonb, once_key text)
     on conflict (once_key) do nothing returning id`,
    [now, JSON.stringify(given)],
  )
  await addJobs(
    em,
    'send-mail',
    added.map(({ id }) => ({ mail: id })),
  )
  return added.length
}
