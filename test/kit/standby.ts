// A PostgreSQL with a standby that streams from it, both of this machine. pg_basebackup is not among the programs that npm
// brings, so the standby is a copy of the folder, made as the manual's "low level API" says.
import { appendFileSync, chmodSync, cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import pg from 'pg'
import { type Cluster, openCluster } from '../../src/database/cluster.ts'
import { type Unprivileged, unprivileged } from '../../src/database/unprivileged.ts'
import { command, databaseUrl } from './database.ts'
import { newFolder } from './folder.ts'

export interface Pair {
  /** Of the database `plaindesk`, which is empty. */
  primary: string
  standby: string
  /** Holds the standby where it is, or lets it go on. */
  pause(): Promise<void>
  resume(): Promise<void>
  /** As the power does. */
  kill(): void
  restart(): Promise<void>
  stop(): Promise<void>
}

export async function pair(): Promise<Pair> {
  const folders = [0, 1].map(() => newFolder('pair'))
  for (const folder of folders) chmodSync(folder, 0o711) // PostgreSQL, which does not run as root, passes through
  const [first = '', second = ''] = folders
  const cluster = await openCluster(first)
  await cluster.start()
  await command(urlOf(cluster), 'alter system set autovacuum = off') // no file goes away while it is copied
  await command(urlOf(cluster), 'alter system set wal_keep_size = 512')
  await command(urlOf(cluster), 'select pg_reload_conf()')
  await command(urlOf(cluster), 'create database plaindesk')
  await copy(cluster, join(first, 'postgres'), join(second, 'postgres'))
  const follower = await openCluster(second)
  await follower.start()
  const port = Number(new URL(urlOf(follower)).port)
  const standby = databaseUrl(urlOf(follower), 'plaindesk')
  return {
    primary: databaseUrl(urlOf(cluster), 'plaindesk'),
    standby,
    pause: () => command(standby, 'select pg_wal_replay_pause()'),
    resume: () => command(standby, 'select pg_wal_replay_resume()'),
    kill: () => void process.kill(pidOf(join(second, 'postgres')), 'SIGKILL'),
    restart: () => follower.start(port),
    async stop() {
      await follower.stop().catch(() => {}) // it may have been killed
      await cluster.stop()
      for (const folder of folders) rmSync(folder, { recursive: true, force: true })
    },
  }
}

const urlOf = (cluster: Cluster): string => cluster.url('postgres') ?? ''
const pidOf = (folder: string): number => Number(readFileSync(join(folder, 'postmaster.pid'), 'utf8').split('\n')[0])

async function copy(cluster: Cluster, from: string, to: string): Promise<void> {
  const client = new pg.Client({ connectionString: urlOf(cluster) })
  await client.connect()
  await client.query(`select pg_backup_start('standby', true)`)
  cpSync(from, to, { recursive: true, filter: path => !isOfTheMoment(path) })
  const { rows } = await client.query('select labelfile from pg_backup_stop(false)')
  await client.end()
  writeFileSync(join(to, 'backup_label'), rows[0].labelfile)
  writeFileSync(join(to, 'standby.signal'), '')
  const { hostname, port, username, password } = new URL(urlOf(cluster))
  const source = `host=${hostname} port=${port} user=${username} password=${password}`
  appendFileSync(join(to, 'postgresql.auto.conf'), `primary_conninfo = '${source}'\n`)
  own(to, await unprivileged(from, []))
}

/** What belongs to the running server, and its log, which the standby gets from it. */
const isOfTheMoment = (path: string): boolean =>
  /^postmaster\./.test(basename(path)) || (basename(dirname(path)) === 'pg_wal' && /^[\dA-F]{24}/.test(basename(path)))

function own(folder: string, somebody: Unprivileged): void {
  chmodSync(folder, 0o700)
  somebody.own(folder)
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) somebody.own(join(folder, name))
}
