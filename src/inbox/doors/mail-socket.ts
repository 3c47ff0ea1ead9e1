// Where a running portal takes mails from `plaindesk mail receive`, which then need not load everything first: a Unix socket
// in DATA_DIR that nobody but the portal's own user reaches. One line of JSON, then the mail; the answer is a line of JSON.
import { createHash } from 'node:crypto'
import { readFile, unlink } from 'node:fs/promises'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { join } from 'node:path'
import { buffer, text } from 'node:stream/consumers'
import type { Config } from '../../config.ts'
import type { Envelope } from '../door.ts'
import type { Inbox } from '../inbox.ts'
import type { Answer } from '../receive-now.ts'

type Settings = Pick<Config, 'dataDir' | 'databaseUrl' | 'sessionSecret'>
interface Greeting {
  /** Both mean the same portal. */
  portal: string
  envelope: Pick<Envelope, 'from' | 'to'>
}

/** Longer paths do not fit into a socket's address (unix(7)). */
const LONGEST_PATH = 100
const pathOf = ({ dataDir }: Settings): string => join(dataDir, 'mail.sock')

const portalOf = ({ sessionSecret }: Settings, database: string | null): string =>
  createHash('sha256').update(`${sessionSecret} ${database}`).digest('hex')

/** The database of the settings; the embedded one, while it runs, by the file that it leaves in DATA_DIR. */
async function databaseOf({ databaseUrl, dataDir }: Settings): Promise<string | null> {
  if (databaseUrl !== null) return databaseUrl
  const file = await readFile(join(dataDir, 'database.json'), 'utf8').catch(() => '{}')
  return JSON.parse(file).url ?? null
}

/** Takes mails until it is stopped; null where another process of this portal does, or no socket can be. */
export async function openMailSocket(
  inbox: Inbox,
  take: (inbox: Inbox, raw: Buffer, envelope: Envelope) => Promise<Answer>,
): Promise<{ stop(): Promise<void> } | null> {
  const path = pathOf(inbox.config)
  if (path.length > LONGEST_PATH || process.platform === 'win32') return null
  const open = new Set<Socket>()
  const server = createServer({ allowHalfOpen: true }, socket => {
    open.add(socket)
    socket.on('close', () => open.delete(socket))
    socket.on('error', error => inbox.log.debug({ err: error }, 'mail receive hung up'))
    answer(socket).then(
      given => socket.end(given),
      error => {
        inbox.log.error({ err: error }, 'a mail of mail receive was not taken')
        socket.destroy()
      },
    )
  })
  if (!(await listens(server, path))) {
    if (await connected(path)) return null
    await unlink(path).catch(() => undefined)
    if (!(await listens(server, path))) return null
  }
  return {
    stop: () =>
      new Promise(resolve => {
        server.close(() => resolve())
        if (open.size === 0) server.unref()
      }),
  }

  async function answer(socket: Socket): Promise<string> {
    const all = await buffer(socket)
    const end = all.indexOf('\n')
    const { portal, envelope }: Greeting = JSON.parse(all.subarray(0, end).toString())
    if (portal !== portalOf(inbox.config, inbox.config.databaseUrl)) return '{}'
    return JSON.stringify(await take(inbox, all.subarray(end + 1), { door: 'COMMAND', client: null, ...envelope }))
  }
}

/** Hands a mail to a running portal of the same settings; null where none runs. */
export async function askRunning(
  config: Config,
  raw: Buffer,
  envelope: Pick<Envelope, 'from' | 'to'>,
): Promise<Answer | null> {
  const socket = await connected(pathOf(config))
  if (!socket) return null
  const greeting: Greeting = { portal: portalOf(config, await databaseOf(config)), envelope }
  socket.write(`${JSON.stringify(greeting)}\n`)
  socket.end(raw)
  const answer: Partial<Answer> = await text(socket).then(
    given => JSON.parse(given || '{}'),
    () => ({}),
  )
  return answer.line && answer.code !== undefined ? { line: answer.line, code: answer.code } : null
}

function listens(server: Server, path: string): Promise<boolean> {
  return new Promise(resolve => {
    server.once('error', () => resolve(false))
    server.listen(path, () => resolve(true))
  })
}

function connected(path: string): Promise<Socket | null> {
  return new Promise(resolve => {
    const socket = connect({ path, allowHalfOpen: true })
    socket.once('connect', () => resolve(socket))
    socket.once('error', () => resolve(null))
  })
}
