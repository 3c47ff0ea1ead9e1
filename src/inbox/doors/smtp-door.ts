// What is said between an MTA and us, by SMTP or LMTP (§6 "Answers at SMTP time").
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server'
import type { Environment } from '../../config.ts'
import type { Listener } from '../../lib/settings.ts'
import type { Log } from '../../log.ts'
import type { Envelope, Reception } from '../door.ts'
import { isOurs } from '../our-address.ts'
import { createIntake } from './intake.ts'
import { notOurs, refused, SmtpRefusal, taken, tooLarge, tryLater } from './smtp-answers.ts'
import { announceSize, cutOff } from './smtp-server.ts'

const MB = 1024 * 1024
/** RFC 5321 §4.5.3.2.7. */
const IDLE_MS = 5 * 60_000
/** An MTA that delivers here has a limit of its own (Postfix: 20). */
const MAX_CLIENTS = 64
/** RFC 5321 §4.5.3.1.8 wants at least 100; the rest of a longer list is sent by the client in a second go. */
const MAX_RECIPIENTS = 100
/** Whoever may say on whose behalf it delivers, so that SPF is checked against the real client. */
const LOOPBACK = ['127.0.0.1', '::1']

export interface Surroundings {
  config: Environment
  log: Log
  /** How long a silent client is waited for, in milliseconds. */
  idle?: number
}

export interface SmtpDoor {
  server: SMTPServer
  /** The sessions whose mail is under way. */
  busy: ReadonlySet<string>
}

type Done = (error: Error | null, message?: string) => void

/** The conversation, not yet listening anywhere. */
export function createSmtpDoor(reception: Reception, listener: Listener, surroundings: Surroundings): SmtpDoor {
  const { config, log, idle = IDLE_MS } = surroundings
  const limit = config.maxMailMb * MB
  const intake = createIntake(limit)
  const isLmtp = listener.protocol === 'lmtp'
  const busy = new Set<string>()
  const proxies = listener.path === null ? LOOPBACK : true

  const server = new SMTPServer({
    name: new URL(config.baseUrl).hostname,
    lmtp: isLmtp,
    size: limit,
    hideSize: true, // see announceSize
    disabledCommands: ['AUTH', 'STARTTLS', 'WIZ', 'SHELL', 'KILL'],
    disableReverseLookup: true,
    lenientAddressParsing: true, // "a..b@docomo.ne.jp" exists, and writes
    logger: false,
    maxClients: MAX_CLIENTS,
    maxRecipients: MAX_RECIPIENTS,
    socketTimeout: idle,
    useXClient: proxies,
    useXForward: proxies,
    onConnect(session, done) {
      announceSize(server, session.id, limit)
      done()
    },
    onMailFrom(sender, session, done) {
      const size = Number(Object(sender.args).SIZE ?? 0)
      if (size <= limit) return done()
      answer(refuseSize(Buffer.alloc(0), size, { ...envelopeOf(session, isLmtp), from: sender.address }), done)
    },
    onRcptTo: ({ address }, _session, done) => done(isOurs(address, config) ? null : notOurs(config)),
    onData(stream, session, done) {
      busy.add(session.id)
      answer(take(stream, session), (error, message) => {
        busy.delete(session.id)
        done(error, message)
      })
    },
  })
  server.on('error', error => log.debug({ err: error }, 'a mail connection broke off'))

  async function take(stream: SMTPServerDataStream, session: SMTPServerSession): Promise<string> {
    const envelope = envelopeOf(session, isLmtp)
    const content = await intake(stream)
    if (content.is === 'too-much') throw tryLater()
    if (content.is === 'too-large') {
      const refusal = refuseSize(content.start, content.size, envelope)
      if (content.isEndless) await refusal.catch(() => cutOff(server, session.id, tooLarge(config)))
      return refusal
    }
    try {
      const receipt = await reception.receive(content.raw, envelope)
      // An MTA that delivers by LMTP has long said yes to its client: a 5xx would become a notice to a forged sender.
      if (receipt.outcome === 'refused' && !isLmtp) throw refused(config)
      return taken(receipt)
    } finally {
      content.release()
    }
  }

  async function refuseSize(start: Buffer, size: number, envelope: Envelope): Promise<never> {
    await reception.receiveHeaders(start, size, envelope, 'too-large')
    throw tooLarge(config)
  }

  /** What is no answer of ours means that database or store are away: the sender keeps the mail and tries again. */
  function answer(message: Promise<string>, done: Done): void {
    message.then(
      text => done(null, text),
      (error: unknown) => {
        if (!(error instanceof SmtpRefusal)) log.warn({ err: error }, 'a mail could not be taken')
        done(error instanceof SmtpRefusal ? error : tryLater())
      },
    )
  }

  return { server, busy }
}

function envelopeOf(session: SMTPServerSession, isLmtp: boolean): Envelope {
  const { mailFrom, rcptTo } = session.envelope
  const { remoteAddress: address, hostNameAppearsAs } = session
  // By LMTP it is an MTA that talks to us; who came to it stands where it passes that on. A Unix socket has no address.
  const isSender = !isLmtp || session.xClient.has('ADDR') || session.xForward.has('ADDR')
  return {
    door: isLmtp ? 'LMTP' : 'SMTP',
    from: mailFrom ? mailFrom.address : null,
    to: rcptTo.map(recipient => recipient.address),
    client: address && isSender ? { address, helo: hostNameAppearsAs || '' } : null,
  }
}
