// Nothing is lost and nothing doubled: whatever dies on a mail's way, whoever races, whatever bytes come.
import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Envelope, outcomes } from '../../src/inbox/door.ts'
import { fileMail } from '../../src/inbox/file-mail.job.ts'
import { type Inbox, type Step, steps } from '../../src/inbox/inbox.ts'
import { receiveNow } from '../../src/inbox/receive-now.ts'
import { people } from '../kit/cast.ts'
import { open, texts } from '../tickets/deeds.ts'
import { world } from '../world.ts'

const { as, sql, plaindesk, settled, mailTo, clock } = await world()
const bo = as('bo')
const envelope: Envelope = { door: 'COMMAND', from: null, to: [], client: null }

class Killed extends Error {}

/** An inbox that dies once after a step. */
function dyingAfter(step: Step): Inbox {
  let isAlive = true
  return {
    ...plaindesk,
    after(reached) {
      if (!isAlive || reached !== step) return
      isAlive = false
      throw new Killed(step)
    },
  }
}

const mailOf = (subject: string, text: string, headers: Record<string, string> = {}) => {
  const messageId = `<${randomUUID()}@acme.example>`
  const head = { From: people.bo.email, Subject: subject, 'Message-ID': messageId, ...headers }
  const lines = Object.entries(head).map(([name, value]) => `${name}: ${value}`)
  const body = [
    'MIME-Version: 1.0',
    'Content-Type: multipart/mixed; boundary=b',
    '',
    '--b',
    'Content-Type: text/plain',
    '',
    text,
    '--b',
    'Content-Disposition: attachment; filename=log.txt',
    '',
    'a log',
    '--b--',
    '',
  ]
  return { raw: Buffer.from([...lines, ...body].join('\r\n')), messageId }
}

/** Delivered until it is taken, as an MTA does; then the job runs until it is through, as the queue does. */
async function deliver(inbox: Inbox, raw: Buffer): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    try {
      await receiveNow(inbox, raw, envelope)
      break
    } catch (error) {
      if (!(error instanceof Killed) || attempt > 0) throw error
    }
  }
  for (const { id } of await sql<{ id: string }>('select id from incoming_mail where outcome is null'))
    await fileMail(inbox, id, false).catch(error => {
      if (!(error instanceof Killed)) throw error
    })
  await sql(`update graphile_worker._private_jobs set run_at = now() where key like 'file-mail:%'`)
  await settled()
}

const rowsOf = (messageId: string) =>
  sql<{ outcome: string }>('select outcome from incoming_mail where message_id = $1 order by received_at, id', [
    messageId,
  ])

describe.each(steps)('§6: killed after “%s”', step => {
  test('a new request is there once, with its file and one receipt', async () => {
    clock.forward({ hours: 2 }) // receipts to one sender have a budget
    const subject = `New after ${step}`
    const { raw, messageId } = mailOf(subject, 'Please help.')
    await deliver(dyingAfter(step), raw)
    const [ticket, ...others] = await sql<{ number: number; files: string }>(
      `select t.number, (select count(*) from attachment a join message m on m.id = a.message_id where m.ticket_id = t.id) as files
       from ticket t where t.subject = $1`,
      [subject],
    )
    expect(others).toEqual([])
    expect(ticket?.files).toBe('1')
    const outcome = (await rowsOf(messageId)).map(row => row.outcome).filter(each => each !== 'DUPLICATE')
    expect(outcome).toEqual(['CREATED'])
    const receipts = await sql(
      `select 1 from outbox_mail o join ticket t on t.id::text = o.rows->>'ticket' where t.number = $1 and o.template = 'receipt'`,
      [ticket?.number],
    )
    expect(receipts).toHaveLength(1)
  })

  test('a reply is on its ticket once', async () => {
    const number = await open(bo, `Reply after ${step}`)
    const receipt = await mailTo(people.bo.email, new RegExp(`#${number}`))
    const { raw, messageId } = mailOf('Re: it', `Said ${step}.`, { 'In-Reply-To': receipt.messageId })
    await deliver(dyingAfter(step), raw)
    expect(await texts(bo, number)).toEqual(['The first message.', `Said ${step}.`])
    const rows = (await rowsOf(messageId)).map(row => row.outcome).filter(each => each !== 'DUPLICATE')
    expect(rows).toEqual(['APPENDED'])
  })
})

test('§6: two that file the same mail at once make one message', async () => {
  const { raw } = mailOf('Raced', 'Both of us.')
  const { mail } = await plaindesk.reception.receive(raw, { ...envelope, door: 'IMAP' })
  await Promise.allSettled(Array.from({ length: 4 }, () => fileMail(plaindesk, mail, false)))
  await settled()
  expect(await sql(`select 1 from ticket where subject = 'Raced'`)).toHaveLength(1)
})

test('§9: any bytes end in exactly one outcome, and the same bytes again change nothing', async () => {
  const header = fc.constantFrom(
    `From: ${people.bo.email}`,
    'From: nobody@else.example',
    'From: =?utf-8?q?=',
    'Subject: x',
    'Subject: =?iso-8859-1?B?////?=',
    'Content-Type: multipart/mixed; boundary=',
    'Content-Type: multipart/mixed; boundary=b',
    'Content-Transfer-Encoding: base64',
    'Auto-Submitted: auto-replied',
    'References: <a@b>',
    'To: support@plaindesk.example',
  )
  const bytes = fc
    .tuple(fc.array(header, { maxLength: 8 }), fc.uint8Array({ maxLength: 400 }))
    .map(([lines, body]) => Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`), Buffer.from(body)]))
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(
        bytes,
        fc.uint8Array({ maxLength: 600 }).map(each => Buffer.from(each)),
      ),
      async raw => {
        const first = await receiveNow(plaindesk, raw, envelope)
        expect(outcomes).toContain(first.line.outcome)
        const tickets = await sql('select count(*) from ticket')
        const second = await receiveNow(plaindesk, raw, envelope)
        expect(['duplicate', 'refused']).toContain(second.line.outcome)
        expect(await sql('select count(*) from ticket')).toEqual(tickets)
      },
    ),
    { numRuns: 60 },
  )
})
