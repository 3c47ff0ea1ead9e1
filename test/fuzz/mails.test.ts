// Mails of the corpus with pieces cut out, and mails made of nonsense: each ends in an outcome, and the pages show it.
import { readdirSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { test } from 'vitest'
import { receiveNow } from '../../src/inbox/receive-now.ts'
import { people } from '../kit/cast.ts'
import { world } from '../world.ts'
import { faultsOf } from './judge.ts'
import { holds } from './runs.ts'
import { headerText, hostileText } from './values.ts'

const { plaindesk, sql, anew, clock } = await world()
const folder = new URL('../inbox/mail/', import.meta.url)
const corpus = readdirSync(folder)
  .filter(name => name.endsWith('.eml'))
  .map(name => readFileSync(new URL(name, folder)))
let dana = anew('dana')
/** Time passes from mail to mail, and sessions of the team end. */
async function read(path: string) {
  const answer = await dana.raw('GET', path)
  if (answer.status !== 303) return answer
  dana = anew('dana')
  return dana.raw('GET', path)
}

const headers =
  'From To Cc Subject Date Message-ID In-Reply-To References Reply-To Sender Content-Type Content-Transfer-Encoding Content-Disposition Auto-Submitted Precedence List-Id Received Return-Path X-Loop Authentication-Results DKIM-Signature'
const line = fc
  .tuple(fc.constantFrom(...headers.split(' ')), fc.oneof(headerText, hostileText))
  .map(both => both.join(': '))
const written = fc
  .tuple(fc.array(line, { maxLength: 12 }), hostileText)
  .map(([head, body]) => Buffer.from([`From: ${people.ann.email}`, ...head, '', body].join('\r\n')))
const cut = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  length: fc.nat(80),
  put: fc.oneof(
    fc.uint8Array({ maxLength: 12 }),
    hostileText.map(text => Buffer.from(text)),
  ),
})
const damaged = fc
  .tuple(fc.constantFrom(...corpus), fc.array(cut, { minLength: 1, maxLength: 5 }))
  .map(([mail, cuts]) =>
    cuts.reduce(
      (bytes: Buffer, { at, length, put }) => {
        const from = Math.floor(at * bytes.length)
        return Buffer.concat([bytes.subarray(0, from), put, bytes.subarray(from + length)])
      },
      Buffer.concat([Buffer.from(`From: ${people.ann.email}\r\n`), mail]),
    ),
  )
const address = fc.oneof(fc.constantFrom<string | null>(people.ann.email, null), hostileText)

test('issue 6 Safety, §9: whatever mail arrives is kept and decided, and its pages can be read', async () => {
  await holds(
    fc.tuple(fc.oneof(damaged, written), address, fc.array(hostileText, { maxLength: 3 })),
    async ([raw, from, to]) => {
      clock.forward({ hours: 1 })
      const { line } = await receiveNow(plaindesk, raw, { door: 'SMTP', from, to, client: null })
      if (line.outcome === null) return [`left for later: ${line.reason}`]
      const [row] = await sql(`select m.id, t.number from incoming_mail m left join message on message.mail_id = m.id
        left join ticket t on t.id = message.ticket_id order by m.received_at desc, m.id desc limit 1`)
      const pages = [`/agent/mail/incomingMail_${row?.id}`, ...(row?.number ? [`/agent/tickets/${row.number}`] : [])]
      const answers = []
      for (const path of pages) answers.push(await read(path))
      return answers.flatMap(answer => [
        ...faultsOf(answer, raw.length),
        ...(answer.status === 200 ? [] : [`${answer.status}`]),
      ])
    },
    30,
  )
})
