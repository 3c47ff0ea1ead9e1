// How a watcher learns that there is something to do.
import { setTimeout as sleep } from 'node:timers/promises'
import type { ImapFlow } from 'imapflow'
import { MailboxTrouble } from './mailbox.ts'
import { MailboxError } from './mailbox-trouble.ts'

export interface News {
  forget(): void
  /** Until there is news or the time is over; throws when the connection is gone. */
  wait(milliseconds: number, ending: AbortSignal): Promise<void>
}

/** Word of new mail in the open folder, from the moment on at which it was last forgotten. */
export function newsOf(client: ImapFlow): News {
  let isThere = false
  let wake = () => {}
  client.on('exists', ({ count, prevCount }) => {
    if (count <= prevCount) return
    isThere = true
    wake()
  })
  client.on('close', () => wake())
  return {
    forget() {
      isThere = false
    },
    async wait(milliseconds, ending) {
      if (isThere || ending.aborted) return
      const woken = new AbortController()
      wake = () => woken.abort()
      if (!client.usable) woken.abort()
      else if (client.capabilities.has('IDLE')) void client.idle().catch(() => {})
      await sleep(milliseconds, undefined, { signal: AbortSignal.any([woken.signal, ending]) }).catch(() => {})
      if (!client.usable) throw new MailboxError(MailboxTrouble.UNREACHABLE, client.byeReason ?? 'The server hung up.')
    },
  }
}
