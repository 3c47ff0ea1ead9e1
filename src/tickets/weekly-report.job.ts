import type { EntityManager } from '@mikro-orm/postgresql'
import { idList } from '../graph/condition.ts'
import type { Language } from '../i18n/language.ts'
import { enqueueOnce } from '../outbox/enqueue-once.ts'

const DAY = 86_400_000
/** Members looked at by one statement, in one transaction: a crash costs one batch, which the next run makes up for. */
const BATCH = 500

/**
 * H5: writes the week's report for everybody on the support list (§3) who has an open ticket and wants it. Each person's
 * week has a key, so nobody gets two, however often it runs.
 */
export async function weeklyReport(fork: () => EntityManager, now: Date): Promise<void> {
  const week = weekOf(now)
  let after: string | null = ''
  while (after !== null) {
    const start: string = after
    after = await fork().transactional(em => reportSome(em, week, start, now))
  }
}

/** The Monday of the week, by the clock of Greenwich. */
export function weekOf(now: Date): string {
  const daysSinceMonday = (now.getUTCDay() + 6) % 7
  return new Date(now.getTime() - daysSinceMonday * DAY).toISOString().slice(0, 10)
}

/** Reports to those who come next after an id, and answers where to go on; null at the end. */
async function reportSome(em: EntityManager, week: string, after: string, now: Date): Promise<string | null> {
  const members = await em.execute<{ user_id: string }[]>(
    `select user_id from membership where ended_at is null and user_id > ? and joined_at is not null order by user_id limit ${BATCH}`,
    [after || '00000000-0000-0000-0000-000000000000'],
  )
  const readers = await em.execute<{ id: string; email: string; language: Language | null }[]>(
    `select id, email, language from person p
     where id = any(?::uuid[]) and wants_weekly_report and disabled_at is null
       and exists (select from ticket t where t.requester_id = p.id and t.is_open and t.hold is distinct from 'SPAM')`,
    [idList(members.map(({ user_id: id }) => id))],
  )
  const mails = readers.map(({ id, email, language }) => ({
    key: `weekly-report ${week} ${id}`,
    template: 'weekly-report' as const,
    recipient: email,
    language,
    rows: { user: id },
  }))
  await enqueueOnce(em, mails, now)
  return members.length < BATCH ? null : (members.at(-1)?.user_id ?? null)
}
