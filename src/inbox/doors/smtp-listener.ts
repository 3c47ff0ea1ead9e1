// Takes mail from an MTA (SMTP_LISTEN).
import { setTimeout as sleep } from 'node:timers/promises'
import type { Listener } from '../../lib/settings.ts'
import type { Reception } from '../door.ts'
import { bind, nameOf } from './bind.ts'
import { createSmtpDoor, type Surroundings } from './smtp-door.ts'
import { stopServer } from './smtp-server.ts'

const RETRY_MS = 5000

export interface SmtpListener {
  /** Where it listens, as in SMTP_LISTEN, with the real port; null while another process does. */
  address(): string | null
  /** Takes no more mails, answers those that are under way. */
  stop(): Promise<void>
}

/**
 * Listens at the address. Where another process does, such as a second worker on the same machine, it waits until that
 * one is gone. Throws where the operator has to put something right.
 */
export async function openSmtpListener(
  reception: Reception,
  listener: Listener,
  surroundings: Surroundings,
): Promise<SmtpListener> {
  const { log } = surroundings
  const { server, busy } = createSmtpDoor(reception, listener, surroundings)
  const stopping = new AbortController()
  const waiting = (await listen()) ? null : listenWhenFree()

  async function listen(): Promise<boolean> {
    const isBound = await bind(server.server, listener)
    if (isBound) log.info({ address: nameOf(listener) }, 'mail is taken')
    return isBound
  }

  async function listenWhenFree(): Promise<void> {
    log.warn({ address: nameOf(listener) }, 'another process takes mail at this address; this one waits')
    while (!stopping.signal.aborted) {
      await sleep(RETRY_MS, undefined, { signal: stopping.signal, ref: false }).catch(() => {})
      if (!stopping.signal.aborted && (await listen().catch(() => false))) return
    }
  }

  return {
    address() {
      const place = server.server.address()
      if (place === null) return null
      return nameOf(typeof place === 'string' ? listener : { ...listener, port: place.port })
    },
    async stop() {
      stopping.abort()
      await waiting
      await stopServer(server, busy)
    },
  }
}
