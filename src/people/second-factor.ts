import type { Rel } from '@mikro-orm/core'
import { Entity, OneToOne, PrimaryKey, Property } from '@mikro-orm/decorators/legacy'
import type { EntityManager } from '@mikro-orm/postgresql'
import type { Config } from '../config.ts'
import { batched } from '../graph/batched.ts'
import { newId } from '../lib/ids.ts'
import { isCode, newRecoveryCodes, recoveryHash, stepOf, unseal } from './totp.ts'
import { User } from './user.ts'

/** What somebody of the team proves at log-in besides their password. Asked for from the first good code on. */
@Entity()
export class SecondFactor {
  @PrimaryKey({ type: 'uuid' }) id: string = newId()
  @OneToOne(() => User, { deleteRule: 'cascade' }) user: Rel<User>
  @Property({ type: 'text' }) sealedSecret: string
  /** SHA-256 of the recovery codes that were not used yet. */
  @Property({ type: 'string[]', columnType: 'text[]', default: [] }) recoveryHashes: string[] = []
  /** RFC 6238 §5.2: the step of the last good code; neither it nor an earlier one is taken again. */
  @Property({ type: 'integer', nullable: true }) lastStep: number | null = null
  @Property({ type: 'timestamptz' }) createdAt: Date
  /** When a first good code was typed; null = being set up. */
  @Property({ type: 'timestamptz', nullable: true }) confirmedAt: Date | null = null

  constructor(user: User, sealedSecret: string, now: Date) {
    this.user = user
    this.sealedSecret = sealedSecret
    this.createdAt = now
  }

  /** New recovery codes, told this once; the old ones are worth nothing. */
  renewRecoveryCodes(): string[] {
    const codes = newRecoveryCodes()
    this.recoveryHashes = codes.map(recoveryHash)
    return codes
  }
}

export const secondFactorOf = (em: EntityManager, user: Pick<User, 'id'>): Promise<SecondFactor | null> =>
  em.findOne(SecondFactor, { user: user.id })

const proven = batched(async (em: EntityManager, users) => {
  const found = await em.find(SecondFactor, { user: { $in: [...users] }, confirmedAt: { $ne: null } })
  return new Map(found.map(({ user }) => [user.id, true] as const))
})

/** Whether a second factor is asked of somebody at log-in. */
export const hasSecondFactor = async (em: EntityManager, user: Pick<User, 'id'>): Promise<boolean> =>
  (await proven(em, user.id)) ?? false

export type Proof = 'CODE' | 'RECOVERY_CODE'

/**
 * Takes a code of the app, or a recovery code, which is then used up; null for anything else, and for a code that was
 * taken before. One statement decides, so that of two at once one is taken.
 */
export async function proveWith(
  em: EntityManager,
  factor: SecondFactor,
  typed: string,
  { sessionSecret }: Pick<Config, 'sessionSecret'>,
  now: Date,
): Promise<Proof | null> {
  const code = typed.replace(/\s/g, '')
  if (isCode(code)) return (await takeCode(em, factor, code, sessionSecret, now)) ? 'CODE' : null
  const used = await em.execute<unknown[]>(
    `update second_factor set recovery_hashes = array_remove(recovery_hashes, ?)
     where id = ? and confirmed_at is not null and ? = any(recovery_hashes) returning id`,
    [recoveryHash(code), factor.id, recoveryHash(code)],
  )
  return used.length > 0 ? 'RECOVERY_CODE' : null
}

async function takeCode(
  em: EntityManager,
  { id, user, sealedSecret }: SecondFactor,
  code: string,
  sessionSecret: string,
  now: Date,
): Promise<boolean> {
  const secret = unseal(sealedSecret, user.id, sessionSecret)
  const step = secret && stepOf(secret, code, now)
  if (!step) return false
  const taken = await em.execute<unknown[]>(
    'update second_factor set last_step = ? where id = ? and (last_step is null or last_step < ?) returning id',
    [step, id, step],
  )
  return taken.length > 0
}
