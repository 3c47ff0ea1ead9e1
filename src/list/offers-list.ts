import type { EntityManager } from '@mikro-orm/postgresql'
import type { OneTimeLink } from '../people/one-time-link.ts'
import { neverJoined } from './stays.ts'

/** Whether the page that sets the first password offers the list: not where its link joins anyway, nor to whoever was on it. */
export const offersList = async (em: EntityManager, { user, joinsList }: OneTimeLink): Promise<boolean> =>
  !user.isTeam && !joinsList && (await neverJoined(em, user))
