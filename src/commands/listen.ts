import { createServer, type RequestListener, type Server } from 'node:http'
import type { Config } from '../config.ts'
import { Trouble } from '../lib/trouble.ts'

/** A large file over a slow line takes its time; Node's own five minutes would cut it off. */
const REQUEST_MS = 15 * 60_000
/** Requests in flight get this long when we stop. */
const STOP_MS = 10_000

/** Serves `app` until the stack is unwound: then nothing new is taken, and what was begun is finished. */
export async function listen(stack: AsyncDisposableStack, app: RequestListener, { port, host }: Config): Promise<void> {
  const server = createServer({ requestTimeout: REQUEST_MS }, app)
  await new Promise<void>((resolve, reject) => {
    server.once('error', error => reject(new Trouble(reasonOf(error, port, host))))
    server.listen(port, host, resolve)
  })
  stack.defer(() => close(server))
}

function reasonOf(error: NodeJS.ErrnoException, port: number, host: string): string {
  if (error.code === 'EADDRINUSE') return `Port ${port} on ${host} is taken. Stop what uses it, or set PORT to another.`
  if (error.code === 'EACCES') return `Port ${port} on ${host} needs more rights than ours. Set PORT to 1024 or above.`
  return `Cannot listen on ${host}, port ${port}: ${error.message}. Check HOST and PORT.`
}

async function close(server: Server): Promise<void> {
  const closed = new Promise(resolve => server.close(resolve))
  const idle = setInterval(() => server.closeIdleConnections(), 50) // those that were busy when we began to stop
  const late = setTimeout(() => server.closeAllConnections(), STOP_MS)
  await closed
  clearInterval(idle)
  clearTimeout(late)
}
