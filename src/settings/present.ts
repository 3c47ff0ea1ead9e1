// The settings as they are now: those of the environment, over what admins chose on their page. Every process listens for
// changes, so none needs a restart, and no request asks the database for them.
import { type Config, withChosen } from '../config.ts'
import type { Ask, Notices } from '../database/notices.ts'

/** PostgreSQL's channel on which whoever changes them tells so, in the transaction that does. */
export const CHANNEL = 'plaindesk_settings'
/** A notification may be lost where something between us and PostgreSQL pools connections; so they are looked at as well. */
const LOOK_MS = 5000
const NO_SUCH_TABLE = '42P01'

export interface Settings {
  /** Frozen; after a change it is another object, so that whoever took one works with it to their end. */
  readonly current: Config
  /** Reads them now, for whoever has just changed them. */
  refresh(): Promise<void>
  close(): void
}

/** Reads what admins chose and follows their changes until closed. While the database is away, the last ones hold. */
export async function openSettings(config: Config, notices: Notices): Promise<Settings> {
  let current = config
  let known = ''

  async function read(ask: Ask): Promise<void> {
    const rows = await chosenIn(ask)
    const text = JSON.stringify(rows)
    if (text !== known) current = withChosen(config, Object.fromEntries(rows.map(({ name, value }) => [name, value])))
    known = text
  }

  const refresh = () => read(notices.ask).catch(() => {})
  const unfollow = await notices.follow(CHANNEL, { heard: () => void refresh(), connected: read })
  const looking = setInterval(() => void refresh(), LOOK_MS).unref()

  return {
    get current() {
      return current
    },
    refresh,
    close() {
      clearInterval(looking)
      unfollow()
    },
  }
}

interface Chosen {
  name: string
  value: string
}

/** None where the table is not there yet: whoever goes on then refuses the old schema by themselves. */
async function chosenIn(ask: Ask): Promise<Chosen[]> {
  try {
    return await ask<Chosen>('select name, value from setting order by name')
  } catch (error) {
    if (Reflect.get(Object(error), 'code') === NO_SUCH_TABLE) return []
    throw error
  }
}
