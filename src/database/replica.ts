// One standby: what it can be asked by, and how far it is.
import { EntityManager, type MikroORM, PostgreSqlDriver } from '@mikro-orm/postgresql'
import type pg from 'pg'
import type { Log } from '../log.ts'
import { positionOf } from './position.ts'
import { ReplicaConnection } from './replica-connection.ts'

/** So long a look at a server may take. */
const LOOK_PATIENCE_MS = 1000

/** What a look at a server finds. */
export interface Standing {
  /** Which database this is: the same for the primary and its standbys. */
  identity: string
  isStandby: boolean
  /** How far its log is written, or replayed. */
  position: bigint
}

interface Row {
  identity: string
  isStandby: boolean
  position: string | null
}

// The position at which the next record will be put: at or behind all that was committed, also where nobody waited for the disk.
const LOOK = `
  select (select system_identifier from pg_control_system()) || '/' || current_database() as identity,
    pg_is_in_recovery() as "isStandby",
    case when pg_is_in_recovery() then pg_last_wal_replay_lsn() else pg_current_wal_insert_lsn() end::text as position`

/** Asks a server where it stands; answers within a second or throws. */
export async function standingOf(server: Pick<pg.Client, 'query'> | pg.Pool): Promise<Standing> {
  // pg reads `query_timeout` of a statement too, and its types do not know it.
  const statement = { text: LOOK, query_timeout: LOOK_PATIENCE_MS }
  const { rows } = await server.query<Row>(statement)
  const [{ identity = '', isStandby = false, position = null } = {}] = rows
  return { identity, isStandby, position: positionOf(position ?? '0/0') }
}

export class Replica {
  /** To be forked for each operation. */
  readonly em: EntityManager
  readonly #connection: ReplicaConnection
  readonly #host: string
  readonly #log: Log
  #seen: { at: number; position: bigint } | null = null
  #isLooking = false
  #trouble: string | null = null

  constructor(orm: MikroORM, url: string, options: object, log: Log) {
    const failed = (error: unknown) => this.#fail(error)
    this.#connection = new ReplicaConnection(orm.config, options, orm.em.getConnection(), failed)
    this.#host = new URL(url).host
    this.#log = log
    this.em = new EntityManager(orm.config, driverOf(orm, this.#connection), orm.getMetadata(), false)
  }

  /** How far it was when it was last looked at, which was after `since`; null where it is not to be used. */
  positionSince(since: number): bigint | null {
    return this.#seen && this.#seen.at >= since ? this.#seen.position : null
  }

  /** Looks at it, unless somebody does. */
  async look(identity: string): Promise<void> {
    if (this.#isLooking) return
    this.#isLooking = true
    const at = performance.now()
    try {
      const found = await standingOf(await this.#connection.getNativeClient())
      const trouble = troubleOf(found, identity)
      this.#seen = trouble ? null : { at, position: found.position }
      this.#tell(trouble)
    } catch (error) {
      this.#fail(error)
    } finally {
      this.#isLooking = false
    }
  }

  close(): Promise<void> {
    return this.#connection.close(true)
  }

  /** Until the next look finds it well. */
  #fail(error: unknown): void {
    this.#seen = null
    this.#tell(error instanceof Error ? error.message || error.name : String(error))
  }

  #tell(trouble: string | null): void {
    if ((trouble === null) === (this.#trouble === null)) return
    if (trouble === null) this.#log.info({ host: this.#host }, 'the replica is used again')
    else this.#log.warn({ host: this.#host, trouble }, 'the replica is not used')
    this.#trouble = trouble
  }
}

/** Why a server is none to read from, or null. */
export function troubleOf({ identity, isStandby }: Standing, ofPrimary: string): string | null {
  if (!isStandby) return 'it is no standby'
  return identity === ofPrimary ? null : 'it is a standby of another database'
}

/** MikroORM's own driver on another connection; a second ORM would redefine the entities. */
function driverOf(orm: MikroORM, connection: ReplicaConnection): PostgreSqlDriver {
  class ReplicaDriver extends PostgreSqlDriver {
    protected override readonly connection = connection
    protected override readonly platform = orm.em.getPlatform()
  }
  const driver = new ReplicaDriver(orm.config)
  driver.setMetadata(orm.getMetadata())
  return driver
}
