// A server at its address, also while another process still has it.
import { unlink } from 'node:fs/promises'
import { connect, type Server } from 'node:net'
import type { Listener } from '../../lib/settings.ts'
import { Trouble } from '../../lib/trouble.ts'

/**
 * Listens; false where another process listens there. A Unix socket that a killed process left is cleared away. Throws
 * where the operator has to put something right.
 */
export async function bind(server: Server, listener: Listener): Promise<boolean> {
  if (await listens(server, listener)) return true
  if (listener.path === null || (await isAlive(listener.path))) return false
  await unlink(listener.path)
  return listens(server, listener)
}

/** As it is written in SMTP_LISTEN. */
export function nameOf({ protocol, host, port, path }: Listener): string {
  return `${protocol}://${path === null ? `${host.includes(':') ? `[${host}]` : host}:${port}` : `unix:${path}`}`
}

function listens(server: Server, { host, port, path }: Listener): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const onError = (error: NodeJS.ErrnoException) => {
      server.off('listening', onListening)
      if (error.code === 'EADDRINUSE') resolve(false)
      else reject(new Trouble(reasonOf(error)))
    }
    const onListening = () => {
      server.off('error', onError)
      resolve(true)
    }
    server.once('error', onError)
    server.once('listening', onListening)
    // An MTA runs as somebody else; who may reach the socket is up to the folder it lies in.
    if (path === null) server.listen(port, host)
    else server.listen({ path, writableAll: true })
  })
}

function reasonOf({ code, message }: NodeJS.ErrnoException): string {
  const hint = code === 'EACCES' ? 'It needs more rights than ours: choose a port from 1024 on' : 'Check the address'
  return `Cannot take mail at the address of SMTP_LISTEN (${message}). ${hint}, or set SMTP_LISTEN=off.`
}

function isAlive(path: string): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect(path)
    socket.once('connect', () => resolve(true))
    socket.once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })
}
