import type { EntityManager, MikroORM } from '@mikro-orm/postgresql'
import { type Attempt, Mailbox } from './mailbox.ts'
import { troubleOf, wordsOf } from './mailbox-trouble.ts'

/** What is written down of a mailbox. All of it throws while the database is away. */
export interface MailboxRecord {
  attempts(): Promise<Record<string, Attempt>>
  keepAttempts(attempts: Record<string, Attempt>): Promise<void>
  succeeded(): Promise<void>
  failed(error: unknown): Promise<void>
}

/** The row of the mailbox of that name, made at first use. */
export function mailboxRecord({ em }: MikroORM, name: string, clock: () => Date): MailboxRecord {
  const update = (changes: Partial<Mailbox>) => em.fork().nativeUpdate(Mailbox, { name }, changes)

  return {
    async attempts() {
      return (await mailboxNamed(em.fork(), name, clock())).attempts
    },
    async keepAttempts(attempts) {
      await update({ attempts })
    },
    async succeeded() {
      await update({ lastSuccessAt: clock(), trouble: null, troubleSince: null, lastError: null })
    },
    async failed(error) {
      await mailboxNamed(em.fork(), name, clock())
      const trouble = { trouble: troubleOf(error), lastError: wordsOf(error) }
      await update(trouble)
      await em.fork().nativeUpdate(Mailbox, { name, troubleSince: null }, { troubleSince: clock() })
    },
  }
}

/** The row; a new one where there was none. */
export async function mailboxNamed(em: EntityManager, name: string, now: Date): Promise<Mailbox> {
  const row = new Mailbox(name, now)
  await em.upsert(Mailbox, row, { onConflictFields: ['name'], onConflictAction: 'ignore' })
  return em.findOneOrFail(Mailbox, { name }, { refresh: true })
}
