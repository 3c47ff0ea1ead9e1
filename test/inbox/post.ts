// Mail programs, as the mail door meets them: a mail is written, sent by SMTP to a real listener, and what became of it is
// read from the ledger.
import { randomUUID } from 'node:crypto'
import { createTransport, type SendMailOptions } from 'nodemailer'
import { afterAll } from 'vitest'
import { openSmtpListener } from '../../src/inbox/doors/smtp-listener.ts'
import type { Listener } from '../../src/lib/settings.ts'
import type { World } from '../world.ts'

/** A row of the ledger, with the ticket's number. */
export interface LedgerRow {
  id: string
  outcome: string | null
  reason: string | null
  proof: string | null
  match: string | null
  kind: string | null
  number: number | null
}

export interface Sent {
  /** The listener's answer to the mail. */
  code: number
  answer: string
  messageId: string
  /** What became of it, once all jobs are done. */
  row: LedgerRow
}

export interface Post {
  /** To the help-desk address, unless told otherwise. */
  send(mail: SendMailOptions): Promise<Sent>
  /** A reply as mail programs make it: to the reply address, with the references and the old mail quoted. */
  reply(to: { messageId: string; subject: string; header(name: string): string }, mail: SendMailOptions): Promise<Sent>
  row(messageId: string): Promise<LedgerRow>
}

export async function post(world: World, protocol: Listener['protocol'] = 'smtp'): Promise<Post> {
  const { plaindesk, settled, sql } = world
  const { config, log, reception } = plaindesk
  const place: Listener = { protocol, host: '127.0.0.1', port: 0, path: null }
  const listener = await openSmtpListener(reception, place, { config, log })
  const port = Number(/\d+$/.exec(listener.address() ?? '')?.[0])
  const lmtp = protocol === 'lmtp' ? { lmtp: true } : {}
  const transport = createTransport({ host: '127.0.0.1', port, secure: false, ignoreTLS: true, ...lmtp })
  afterAll(async () => {
    transport.close()
    await listener.stop()
  })

  async function row(messageId: string): Promise<LedgerRow> {
    const [found] = await sql<LedgerRow & { [column: string]: unknown }>(
      `select m.id, m.outcome, m.reason, m.proof, m.match, m.kind, t.number from incoming_mail m
       left join ticket t on t.id = m.ticket_id where m.message_id = $1 order by m.received_at desc, m.id desc limit 1`,
      [messageId],
    )
    if (!found) throw new Error(`${messageId} is not in the ledger`)
    return found
  }

  async function send(mail: SendMailOptions): Promise<Sent> {
    const messageId = mail.messageId ?? `<${randomUUID()}@mail.example>`
    const sent = await transport
      .sendMail({ to: config.supportAddress, ...(mail.raw ? {} : { messageId }), ...mail })
      .then(
        ({ response }) => ({ code: Number(response.slice(0, 3)), answer: response }),
        (error: { responseCode?: number; response?: string; message: string }) => ({
          code: error.responseCode ?? 0,
          answer: error.response ?? error.message,
        }),
      )
    await settled()
    return { ...sent, messageId, row: await row(messageId) }
  }

  return {
    send,
    row,
    reply(to, mail) {
      const references = [to.header('References'), to.messageId].filter(Boolean).join(' ')
      const subject = to.subject.startsWith('Re: ') ? to.subject : `Re: ${to.subject}`
      return send({ to: to.header('Reply-To'), subject, inReplyTo: to.messageId, references, ...mail })
    },
  }
}
