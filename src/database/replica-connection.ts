import {
  type AnyEntity,
  type EntityData,
  type LoggingOptions,
  PostgreSqlConnection,
  type PostgreSqlDriver,
  type QueryResult,
  type Transaction,
} from '@mikro-orm/postgresql'
import type pg from 'pg'

type Result = QueryResult | EntityData<AnyEntity> | EntityData<AnyEntity>[]
type Config = ConstructorParameters<typeof PostgreSqlDriver>[0]
type Options = ConstructorParameters<typeof PostgreSqlConnection>[1]

/**
 * Connections to a standby, of which no request has to know: what the standby does not answer, for whatever reason (it is
 * away, it gave way to its own recovery, the statement writes), the primary is asked instead, and transactions are the
 * primary's in any case.
 */
export class ReplicaConnection extends PostgreSqlConnection {
  readonly #primary: PostgreSqlConnection
  readonly #failed: (error: unknown) => void

  constructor(config: Config, options: Options, primary: PostgreSqlConnection, failed: (error: unknown) => void) {
    super(config, options, 'read')
    this.#primary = primary
    this.#failed = failed
  }

  override async execute<T extends Result>(
    query: Parameters<PostgreSqlConnection['execute']>[0],
    params: Parameters<PostgreSqlConnection['execute']>[1] = [],
    method: 'all' | 'get' | 'run' = 'all',
    transaction?: Transaction,
    loggerContext?: LoggingOptions,
  ): Promise<T> {
    const ofPrimary = () => this.#primary.execute<T>(query, params, method, transaction, loggerContext)
    if (transaction) return ofPrimary()
    try {
      return await super.execute<T>(query, params, method, undefined, loggerContext)
    } catch (error) {
      this.#failed(error)
      return ofPrimary()
    }
  }

  override begin(options?: Parameters<PostgreSqlConnection['begin']>[0]): ReturnType<PostgreSqlConnection['begin']> {
    return this.#primary.begin(options)
  }

  /** A prepared statement, past the entity manager. */
  async ask<Row extends object>(statement: pg.QueryConfig): Promise<Row[]> {
    try {
      return (await (await this.getNativeClient()).query<Row>(statement)).rows
    } catch (error) {
      this.#failed(error)
      return (await (await this.#primary.getNativeClient()).query<Row>(statement)).rows
    }
  }
}
