import type { EntityManager } from '@mikro-orm/postgresql'
import type { Config } from '../config.ts'
import type { Context } from '../graph/context.ts'
import { Refusal } from '../graph/refusal.ts'
import { attemptKey, countAttempt, forget } from './login-attempts.ts'
import { isPassword } from './password.ts'
import type { User } from './user.ts'

type Asked = Pick<Context, 'em' | 'config'>

/**
 * Refuses with WRONG_PASSWORD unless somebody signed in types their own password; guessing it gets as slow as at log-in,
 * so that a screen left unlocked does not become an account taken over.
 */
export async function confirmPassword(context: Asked, user: User, typed: string): Promise<void> {
  if (!(await knowsPassword(context, user, typed))) throw new Refusal('WRONG_PASSWORD', 'currentPassword')
}

/** Whether this is somebody's password; whoever asks has to refuse where it is not. Refuses with RATE_LIMITED itself. */
export async function knowsPassword({ em, config }: Asked, user: User, typed: string): Promise<boolean> {
  const key = attemptKey('person', user.id)
  await countAttempt(em, config, [key])
  await em.populate(user, ['passwordHash'])
  const knows = await isPassword(typed, user.passwordHash)
  if (knows) await forget(em, key)
  else countAgain(em.fork(), config, key)
  return knows
}

/**
 * The refusal undoes the transaction, and with it the count; so it is counted on another connection. Not waited for, as
 * that one waits until the transaction around us has ended.
 */
function countAgain(em: EntityManager, config: Config, key: string): void {
  countAttempt(em, config, [key]).catch(() => {})
}
