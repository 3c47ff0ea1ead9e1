// Customers who answer by mail: each to a ticket of their own, with what their program quotes.
import { randomUUID } from 'node:crypto'
import { createTransport } from 'nodemailer'
import type pg from 'pg'
import { replyAddress } from '../../src/inbox/reply-address.ts'
import { SUPPORT_ADDRESS } from './mail-worker.ts'

export interface Writer {
  id: string
  address: string
  number: number
}

export interface Letter {
  writer: Writer
  to: string
  raw: Buffer
  file: Buffer | null
}

/** Below what one sender may write in an hour (src/inbox/by-person.ts). */
const MAILS_A_WRITER = 18
const CONNECTIONS = 8

/** Customers with a ticket that a reply goes to, as many times as each may write: `count` in turns. */
export async function writers(client: pg.Client, count: number): Promise<Writer[]> {
  const { rows } = await client.query<Writer>(
    `select distinct on (p.id) p.id, p.email as address, t.number from ticket t join person p on p.id = t.requester_id
     where t.status <> 'CLOSED' and t.hold is null and p.email like '%@bulk.example' order by p.id, t.number desc`,
  )
  if (rows.length * MAILS_A_WRITER < count)
    throw new Error(`${rows.length} customers cannot write ${count} mails: more --tickets or fewer --mails`)
  return Array.from({ length: count }, (_, at) => rows[at % rows.length] as Writer)
}

/** A reply with an earlier mail beneath it; `file` is attached where there is one. */
export function letterOf(writer: Writer, secret: string, file: Buffer | null): Letter {
  const settings = { supportAddress: SUPPORT_ADDRESS, sessionSecret: secret, replyTags: true }
  const to = replyAddress('reply', writer.number, settings) ?? SUPPORT_ADDRESS
  const raw = Buffer.concat([
    Buffer.from(headOf(writer, to, file !== null)),
    ...(file === null ? [] : [Buffer.from(fileHead), base64Lines(file), Buffer.from('\r\n--bench--\r\n')]),
  ])
  return { writer, to, raw, file }
}

function headOf({ address, number }: Writer, to: string, hasFile: boolean): string {
  const plain = ['Content-Type: text/plain; charset=utf-8', 'Content-Transfer-Encoding: 8bit', '', ...words(address)]
  const type = hasFile ? ['Content-Type: multipart/mixed; boundary=bench', '', '--bench', ...plain] : plain
  return [
    `From: A Customer <${address}>`,
    `To: Plaindesk <${to}>`,
    `Subject: Re: [#${number}] The export stops half way`,
    `Message-ID: <${randomUUID()}@mail.bulk.example>`,
    `In-Reply-To: <${randomUUID()}@desk.example>`,
    `Date: ${new Date().toUTCString()}`,
    'MIME-Version: 1.0',
    ...type,
    '',
  ].join('\r\n')
}

const words = (address: string): string[] => [
  'Hello,',
  '',
  'thank you. It has not changed since yesterday: the export stops after the first page, and the file is empty.',
  'Größere Dateien gehen auch nicht.',
  '',
  'Kind regards',
  address,
  '',
  `On Fri, 20 Nov 2026 at 10:00, Plaindesk <${SUPPORT_ADDRESS}> wrote:`,
  '',
  ...Array.from({ length: 20 }, (_, at) => `> Line ${at} of what was said before, so that there is something to fold.`),
]

const fileHead = [
  '--bench',
  'Content-Type: application/octet-stream; name="screenshot.bin"',
  'Content-Disposition: attachment; filename="screenshot.bin"',
  'Content-Transfer-Encoding: base64',
  '',
  '',
].join('\r\n')

const LINE_BYTES = 57 // 76 characters (RFC 2045)

function base64Lines(file: Buffer): Buffer {
  const text = file.toString('base64')
  const length = (LINE_BYTES / 3) * 4
  return Buffer.from(
    Array.from({ length: Math.ceil(text.length / length) }, (_, at) => text.slice(at * length, (at + 1) * length)).join(
      '\r\n',
    ),
  )
}

/** Sends all of them over several connections, each by each; throws when one is not taken. In seconds how long it took. */
export async function deliver(port: number, letters: readonly Letter[]): Promise<number> {
  const pool = createTransport({
    host: '127.0.0.1',
    port,
    pool: true,
    maxConnections: CONNECTIONS,
    maxMessages: Number.POSITIVE_INFINITY,
    ignoreTLS: true,
  })
  const turns = letters.values()
  const startedAt = performance.now()
  await Promise.all(
    Array.from({ length: CONNECTIONS }, async () => {
      for (const { writer, to, raw } of turns) await pool.sendMail({ envelope: { from: writer.address, to }, raw })
    }),
  )
  pool.close()
  return (performance.now() - startedAt) / 1000
}
