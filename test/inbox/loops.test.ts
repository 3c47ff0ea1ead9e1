// Machines that talk to each other fall silent.
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { SMTPServer } from 'smtp-server'
import { afterAll, describe, expect, test } from 'vitest'
import { people } from '../kit/cast.ts'
import { type World, world } from '../world.ts'
import { post } from './post.ts'

/** A line between two desks; whatever else they send is dropped. */
async function relay(change: (raw: string) => string) {
  const desks = new Map<string, World>()
  let carried = 0
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    disableReverseLookup: true,
    logger: false,
    onData(stream, { envelope }, done) {
      const to = envelope.rcptTo.map(each => each.address)
      const carry = async () => {
        const raw = Buffer.from(change((await buffer(stream)).toString('latin1')), 'latin1')
        const [desk] = to.flatMap(each => desks.get(each.replace(/\+[^@]*/, '')) ?? [])
        if (!desk) return
        carried += 1
        const from = envelope.mailFrom ? envelope.mailFrom.address : ''
        await desk.plaindesk.reception.receive(raw, { door: 'SMTP', from, to, client: null })
      }
      carry().then(() => done(), done)
    },
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  afterAll(() => new Promise<void>(resolve => server.close(() => resolve())))
  return {
    url: `smtp://127.0.0.1:${(server.server.address() as AddressInfo).port}`,
    desks,
    carried: () => carried,
  }
}

/** Two desks, each a customer with an account at the other. */
async function twoDesks(change: (raw: string) => string) {
  const line = await relay(change)
  const open = async (own: string, other: string) => {
    const desk = await world({ SMTP_URL: line.url, MAIL_FROM: own, SUPPORT_ADDRESS: own })
    await desk.sql('update person set email = $1 where email = $2', [other, people.bo.email])
    line.desks.set(own, desk)
    return desk
  }
  const one = await open('help@one.example', 'help@two.example')
  const two = await open('help@two.example', 'help@one.example')
  await one.plaindesk.reception.receive(
    Buffer.from(`From: help@two.example\r\nMessage-ID: <begin@two.example>\r\nSubject: We begin\r\n\r\nHello?\r\n`),
    { door: 'SMTP', from: 'help@two.example', to: ['help@one.example'], client: null },
  )
  let before = -1
  for (let round = 0; round < 60 && before !== line.carried(); round++) {
    before = line.carried()
    await one.settled()
    await two.settled()
    await new Promise(resolve => setTimeout(resolve, 150))
    await one.settled()
    await two.settled()
  }
  return line.carried()
}

describe('§7: loops', () => {
  test('two desks of ours, each writing to the other, fall silent after the first receipt', async () => {
    expect(await twoDesks(raw => raw)).toBeLessThanOrEqual(2)
  })

  test('even where a gateway takes off every sign that a machine wrote it', async () => {
    const plain = (raw: string) =>
      raw.replace(
        /^(?:Auto-Submitted|X-Auto-Response-Suppress|List-[\w-]+|Precedence|References|In-Reply-To|Message-ID):.*\r\n(?:[ \t].*\r\n)*/gim,
        '',
      )
    const carried = await twoDesks(plain)
    expect(carried).toBeGreaterThan(1) // they do talk to each other
    expect(carried).toBeLessThan(30)
  })
})

describe('§7: mail after mail of one sender', () => {
  test('five receipts an hour and one for the same subject; after twenty mails they wait for an agent; none is lost', async () => {
    const here = await world()
    const mail = await post(here)
    const outcomes: (string | null)[] = []
    for (let count = 1; count <= 22; count++) {
      const subject = count < 4 ? 'The same' : `Another ${count}`
      const { row } = await mail.send({ from: people.bo.email, subject, text: `Mail ${count}` })
      outcomes.push(row.outcome)
    }
    expect(outcomes.slice(0, 20).every(outcome => outcome === 'CREATED')).toBe(true)
    expect(outcomes.slice(20)).toEqual(['HELD', 'HELD'])
    const receipts = await here.mailsTo(people.bo.email)
    expect(receipts.filter(({ subject }) => subject.includes('The same'))).toHaveLength(1)
    expect(receipts).toHaveLength(5)
    here.clock.forward({ hours: 1, minutes: 1 })
    const later = await mail.send({ from: people.bo.email, subject: 'An hour later', text: 'x' })
    expect(later.row.outcome).toBe('CREATED')
  })
})
