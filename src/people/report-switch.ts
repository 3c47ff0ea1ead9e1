// The link in each weekly report that switches it off: signed, per person, and good for nothing else.
import type { EntityManager } from '@mikro-orm/postgresql'
import type { Config } from '../config.ts'
import { deriveKey } from '../lib/keys.ts'
import { isSigned, readSignedId, signId } from '../lib/signed-id.ts'
import { User } from './user.ts'

type Settings = Pick<Config, 'sessionSecret'>

const keyOf = ({ sessionSecret }: Settings): Buffer => deriveKey(sessionSecret, 'weekly-report')

/** Where somebody switches their weekly report off without logging in. */
export const reportSwitchPath = ({ id }: Pick<User, 'id'>, config: Settings): string =>
  `/account/weekly-report/${signId(id, keyOf(config))}`

/** Whose link it is; null for what is none of ours. */
export async function userOfReportSwitch(em: EntityManager, text: string, config: Settings): Promise<User | null> {
  const token = readSignedId(text)
  return token && isSigned(token, keyOf(config)) ? em.findOne(User, token.id) : null
}
