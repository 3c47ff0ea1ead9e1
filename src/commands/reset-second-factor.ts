// The operator's way out where the last admin lost phone and recovery codes, and nobody can reset theirs.
import type { Config } from '../config.ts'
import { normalizeAddress } from '../lib/email-address.ts'
import { Trouble } from '../lib/trouble.ts'
import { AdminEvent, AdminEventType } from '../people/admin-event.ts'
import { secondFactorOf } from '../people/second-factor.ts'
import { endSessions } from '../people/sessions.ts'
import { User } from '../people/user.ts'
import { open } from './open.ts'

/** Removes the second factor of a person and signs them out everywhere. */
export async function resetSecondFactor(config: Config, address: string): Promise<void> {
  await using stack = new AsyncDisposableStack()
  const { orm, clock } = await open(stack, config, { as: 'user reset-second-factor' })
  await orm.em.fork({ flushMode: 'commit' }).transactional(async em => {
    const user = await em.findOne(User, { email: normalizeAddress(address) ?? '' })
    const factor = user && (await secondFactorOf(em, user))
    if (!user || !factor) throw new Trouble(`There is nobody with the address ${address} who has a second factor.`)
    em.remove(factor)
    await endSessions(em, user)
    em.persist(new AdminEvent(AdminEventType.SECOND_FACTOR_RESET, null, { subject: user }, clock()))
  })
  process.stdout.write(`${address} logs in with the password alone.\n`)
}
