import { Trouble } from '../../lib/trouble.ts'
import type { Plaindesk } from '../../plaindesk.ts'
import { receiveNow } from '../receive-now.ts'
import { imapAccount } from './imap-account.ts'
import { openMailSocket } from './mail-socket.ts'

const MB = 1024 * 1024

export interface Doors {
  /** Takes no more mail; what is under way is finished. */
  stop(): Promise<void>
}

/** Opens the ways in that are set: the listener of SMTP_LISTEN and the mailbox of IMAP_URL. */
export async function openDoors(plaindesk: Plaindesk): Promise<Doors> {
  const { config, orm, clock, log, reception } = plaindesk
  if (config.databaseUrl === null) throw new Trouble('There is no database to keep mail in.')
  const account = imapAccount(config)
  const doors: Doors[] = []
  if (config.smtpListen) {
    const { openSmtpListener } = await import('./smtp-listener.ts')
    doors.push(await openSmtpListener(reception, config.smtpListen, { config, log }))
  }
  if (account) {
    const { watchMailbox } = await import('./imap.ts')
    const { databaseUrl } = config
    doors.push(watchMailbox({ account, reception, orm, databaseUrl, limit: config.maxMailMb * MB, clock, log }))
  }
  const socket = await openMailSocket(plaindesk, receiveNow)
  if (socket) doors.push(socket)
  return {
    async stop() {
      await Promise.all(doors.map(door => door.stop()))
    },
  }
}
