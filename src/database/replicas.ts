// Standbys of the database, for queries that may see it as it was a moment ago. Nobody asks them on behalf of a page whether
// they may: each process looks now and then how far everybody is, as long as there is something to read.
import type { EntityManager, MikroORM } from '@mikro-orm/postgresql'
import type { Log } from '../log.ts'
import { connectionTo } from './orm.ts'
import { positionOf } from './position.ts'
import { Replica, standingOf } from './replica.ts'

/** The statements of pages take milliseconds; one that takes longer than this is the primary's. */
const STATEMENT_SECONDS = 3
/** And so is one that a server does not even refuse, because it fell silent. */
const SILENCE_SECONDS = 4
const LOOK_EVERY_MS = 200
/** What was found out longer ago is not gone by. */
const KNOWN_FOR_MS = 1000

export interface Replicas {
  /**
   * Where a query may be asked whose reader has to see everything up to these positions: the entity manager of a standby that has
   * replayed them and is not too far behind, or null for the primary. Costs no statement.
   */
  reader(...positions: readonly (string | null)[]): EntityManager | null
  close(): Promise<void>
}

export interface ReplicaSettings {
  databaseReplicaUrls: readonly string[]
  replicaLagSeconds: number
}

export function openReplicas(
  orm: MikroORM,
  { databaseReplicaUrls: urls, replicaLagSeconds }: ReplicaSettings,
  log: Log,
): Replicas {
  const needs = { name: 'plaindesk reading', statementSeconds: STATEMENT_SECONDS, querySeconds: SILENCE_SECONDS }
  const replicas = urls.map(url => new Replica(orm, url, connectionTo(url, needs), log))
  const primary = new Written(replicaLagSeconds * 1000)
  let turn = 0
  let nextLook = 0
  let isClosed = false

  async function look(): Promise<void> {
    try {
      const at = performance.now()
      const { identity, position } = await standingOf(await orm.em.getConnection().getNativeClient())
      primary.note(at, position)
      if (!isClosed) for (const replica of replicas) void replica.look(identity)
    } catch {
      // The primary is away: nothing is known of how far anybody is, and the request says so by itself.
    }
  }

  return {
    reader(...positions) {
      if (replicas.length === 0) return null
      const now = performance.now()
      if (now >= nextLook) {
        nextLook = now + LOOK_EVERY_MS
        void look()
      }
      const needed = primary.neededAt(now, positions)
      if (needed === null) return null
      const usable = replicas.filter(each => (each.positionSince(now - KNOWN_FOR_MS) ?? -1n) >= needed)
      return usable[turn++ % usable.length]?.em ?? null
    },
    async close() {
      isClosed = true
      await Promise.all(replicas.map(each => each.close()))
    },
  }
}

/** Where the primary was at which moment. No clock of a server is gone by, and an idle primary leaves nobody behind. */
class Written {
  readonly #lagMs: number
  #known: { at: number; position: bigint }[] = []

  constructor(lagMs: number) {
    this.#lagMs = lagMs
  }

  note(at: number, position: bigint): void {
    this.#known = [...this.#known.filter(each => each.at >= at - this.#lagMs), { at, position }]
  }

  /** The least that a standby has to have replayed; null where nothing is known. */
  neededAt(now: number, positions: readonly (string | null)[]): bigint | null {
    const oldest = this.#known.find(each => each.at >= now - this.#lagMs)
    if (!oldest) return null
    const own = positions.flatMap(each => (each === null ? [] : [positionOf(each)]))
    return own.reduce((most, each) => (each > most ? each : most), oldest.position)
  }
}
