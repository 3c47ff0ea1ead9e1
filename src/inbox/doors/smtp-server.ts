// What we need of the package smtp-server besides its options.
import type { SMTPServer } from 'smtp-server'
import type { SmtpRefusal } from './smtp-answers.ts'

/** After it, connections that still send are cut off; their mails were not acknowledged and come again. */
const STOP_MS = 10_000

/**
 * Announces the limit beside the word SIZE (RFC 1870). Told of the limit, the package would itself answer a sender that
 * declares more: without a sentence of ours, and without a line in the ledger.
 */
export function announceSize(server: SMTPServer, session: string, limit: number): void {
  const connection = connectionOf(server, session)
  if (!connection) return
  const send = connection.send.bind(connection)
  connection.send = (code, data, context) =>
    send(code, Array.isArray(data) ? data.map(line => (line === 'SIZE' ? `SIZE ${limit}` : line)) : data, context)
}

/** Answers in the middle of a mail and hangs up. */
export function cutOff(server: SMTPServer, session: string, { responseCode, message }: SmtpRefusal): void {
  const connection = connectionOf(server, session)
  connection?.send(responseCode, message)
  connection?.close()
}

/** Stops listening, sends idle clients away at once and the busy ones when they have their answer. */
export async function stopServer(server: SMTPServer, busy: ReadonlySet<string>): Promise<void> {
  server.options.closeTimeout = STOP_MS
  const closed = new Promise<void>(resolve => server.close(() => resolve()))
  const sendAway = () => {
    const idle = [...server.connections].filter(({ id }) => !busy.has(id))
    for (const connection of idle)
      connection.send(421, '4.3.2 The help desk is being restarted. Please try again later')
  }
  sendAway()
  const again = setInterval(sendAway, 50)
  await closed
  clearInterval(again)
}

const connectionOf = (server: SMTPServer, session: string) => [...server.connections].find(({ id }) => id === session)
