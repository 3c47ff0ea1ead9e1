// Mailboxes of the time before Plaindesk.
import { readFileSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Envelope } from '../../src/inbox/door.ts'
import { readMail } from '../../src/inbox/reading/read-mail.ts'
import { receiveNow } from '../../src/inbox/receive-now.ts'
import { normalizeAddress } from '../../src/lib/email-address.ts'
import { newId } from '../../src/lib/ids.ts'
import { expected } from '../inbox/mail/expected.ts'
import { people } from '../kit/cast.ts'
import type { TestDatabase } from '../kit/database.ts'
import { newFolder } from '../kit/folder.ts'
import { world } from '../world.ts'
import { emptyPortal, heldAddress, killAt, portalOn } from './portal.ts'

const here = await world({ WEBHOOKS_LOCAL: 'true', MAIL_AUTH: 'off' })
const { plaindesk, url, sql, as, settled, mailbox } = here
const portal = portalOn(url, plaindesk.config.databaseUrl ?? '', plaindesk.config.dataDir, sql)

/** Mails as a mail program keeps them in one file: mboxrd. */
const mboxOf = (mails: readonly (string | Buffer)[]): Buffer =>
  Buffer.concat(
    mails.flatMap(mail => {
      const quoted = Buffer.from(mail)
        .toString('latin1')
        .replace(/^(>*From )/gm, '>$1')
      return [
        Buffer.from(
          `From someone@x.example Mon Mar  4 10:00:00 2019\n${quoted}${quoted.endsWith('\n') ? '' : '\n'}\n`,
          'latin1',
        ),
      ]
    }),
  )

interface Written {
  from: string
  to?: string
  cc?: string
  id: string
  answers?: string
  at: string
  subject?: string
  text?: string
  more?: string
}

const mail = ({
  from,
  to = 'support@plaindesk.example',
  cc,
  id,
  answers,
  at,
  subject = 'Old trouble',
  text = id,
  more = '',
}: Written) =>
  [
    `From: ${from}`,
    `To: ${to}`,
    ...(cc ? [`Cc: ${cc}`] : []),
    `Message-ID: <${id}@old.example>`,
    ...(answers ? [`In-Reply-To: <${answers}@old.example>`] : []),
    `Date: ${new Date(at).toUTCString()}`,
    `Subject: ${subject}`,
    ...(more ? [more] : []),
    '',
    text,
    '',
  ].join('\n')

async function fileOf(mails: readonly (string | Buffer)[]): Promise<string> {
  const path = join(newFolder('transfer'), 'old.mbox')
  await writeFile(path, mboxOf(mails))
  return path
}

const messagesOf = (db: TestDatabase['sql'], subject: string) =>
  db(
    `select p.email, m.text, m.visibility, m.is_automatic, m.channel, m.created_at, t.status, t.number,
       array(select filename from attachment where message_id = m.id) as files
     from message m join ticket t on t.id = m.ticket_id join person p on p.id = m.author_id
     where t.subject = $1 order by m.created_at, m.id`,
    [subject],
  )

const counted = async (db = sql) =>
  (
    await db(`select (select count(*) from ticket) as tickets, (select count(*) from message) as messages,
      (select count(*) from incoming_mail) as mails, (select count(*) from person) as people,
      (select count(*) from ticket_event) as events, (select count(*) from admin_event) as admin_events,
      (select last_value from ticket_number) as number`)
  )[0]

const bo = `Bo Berg <${people.bo.email}>`
const dana = `Dana Dietz <${people.dana.email}>`
const rita = 'Rita Old <rita@old.example>'
const inbox = [
  mail({ from: rita, id: 'q', at: '2019-03-01T08:00:00Z', text: 'It burns.\n\nFrom my desk.\n>From hers.' }),
  mail({ from: rita, id: 'q2', answers: 'a', at: '2019-03-01T10:00:00Z', text: 'Water did not help.' }),
  mail({ from: 'Uwe <uwe@old.example>', id: 'q3', answers: 'q2', at: '2019-03-01T11:00:00Z', text: 'Here neither.' }),
  mail({
    from: rita,
    id: 'v',
    answers: 'a',
    at: '2019-03-01T09:30:00Z',
    text: 'I am away.',
    more: 'Auto-Submitted: auto-replied',
  }),
  mail({
    from: 'Robot <robot@old.example>',
    id: 'r',
    at: '2019-03-01T09:30:00Z',
    text: 'Buy!',
    more: 'Precedence: bulk',
  }),
]
const sent = [
  mail({ from: dana, to: rita, id: 'a', answers: 'q', at: '2019-03-01T09:00:00Z', text: 'Use water.' }),
  mail({ from: dana, id: 'n', answers: 'q2', at: '2019-03-01T10:30:00Z', text: 'She sounds odd.' }),
  mail({
    from: dana,
    to: bo,
    id: 'first',
    at: new Date(Date.now() - 3_600_000).toISOString(),
    subject: 'We wrote first',
    text: 'Please update.',
  }),
]

describe('issue 5, in and out: a mailbox', () => {
  let from: string[]
  beforeAll(async () => {
    await sql(
      `insert into webhook (id, url, events, nonce, created_at) values (gen_random_uuid(), 'http://127.0.0.1:9/',
         '{ticket.created,ticket.updated,message.created,membership.changed}', 'x', now())`,
    )
    const maildir = join(newFolder('transfer'), 'Maildir')
    await mkdir(join(maildir, '.Sent', 'cur'), { recursive: true })
    await mkdir(join(maildir, 'tmp'))
    await writeFile(join(maildir, 'tmp', 'half'), 'From: x')
    for (const [at, each] of sent.entries()) await writeFile(join(maildir, '.Sent', 'cur', `${9 - at}.host:2,S`), each)
    from = ['--mbox', await fileOf(inbox), '--maildir', maildir]
    await settled()
  })

  test('a dry run tells what it would become, and writes nothing', async () => {
    const before = await counted()
    const { code, out } = await portal.run(['import', '--dry-run', ...from])
    expect(out).toContain('8 mails, 0 of them known before. Would become 2 tickets.')
    expect(code).toBe(0)
    expect(await counted()).toEqual(before)
  })

  test('threads are tickets: words of customers, answers and notes of the team, at their times; old ones are closed', async () => {
    const mails = mailbox.all.length
    const { code, out, err } = await portal.run(['import', ...from])
    expect(err).toBe('')
    expect(out).toContain('8 mails, 0 of them known before. Became 2 tickets.')
    expect(out).toContain('Closed, because nobody has written for long: 1 tickets.')
    expect(code).toBe(0)
    const common = {
      channel: 'EMAIL',
      status: 'CLOSED',
      files: [],
      is_automatic: false,
      number: expect.any(Number),
      visibility: 'PUBLIC',
    }
    expect(await messagesOf(sql, 'Old trouble')).toEqual([
      {
        ...common,
        email: 'rita@old.example',
        text: 'It burns.\n\nFrom my desk.\n>From hers.',
        created_at: new Date('2019-03-01T08:00:00Z'),
      },
      { ...common, email: people.dana.email, text: 'Use water.', created_at: new Date('2019-03-01T09:00:00Z') },
      {
        ...common,
        email: 'rita@old.example',
        text: 'I am away.',
        visibility: 'INTERNAL',
        is_automatic: true,
        created_at: new Date('2019-03-01T09:30:00Z'),
      },
      {
        ...common,
        email: 'rita@old.example',
        text: 'Water did not help.',
        created_at: new Date('2019-03-01T10:00:00Z'),
      },
      {
        ...common,
        email: people.dana.email,
        text: 'She sounds odd.',
        visibility: 'INTERNAL',
        created_at: new Date('2019-03-01T10:30:00Z'),
      },
      { ...common, email: 'uwe@old.example', text: 'Here neither.', created_at: new Date('2019-03-01T11:00:00Z') },
    ])
    const [ticket] = await sql(`select t.created_at, t.closed_at, t.first_response_at, r.email, t.requester_proven,
      array(select p.email from ticket_participant x join person p on p.id = x.user_id where x.ticket_id = t.id) as others
      from ticket t join person r on r.id = t.requester_id where subject = 'Old trouble'`)
    expect(ticket).toEqual({
      created_at: new Date('2019-03-01T08:00:00Z'),
      first_response_at: new Date('2019-03-01T09:00:00Z'),
      closed_at: new Date('2019-03-01T11:00:00Z'),
      email: 'rita@old.example',
      requester_proven: true,
      others: ['uwe@old.example'],
    })
    expect(await sql(`select name, password_hash from person where email = 'rita@old.example'`)).toEqual([
      { name: 'Rita Old', password_hash: null },
    ])
    await settled()
    expect(mailbox.all).toHaveLength(mails)
    expect(await sql('select from webhook_delivery')).toEqual([])
  })

  test('where the team wrote first the ticket is its reader’s, and waits for them', async () => {
    const [message] = await messagesOf(sql, 'We wrote first')
    expect(message).toMatchObject({ email: people.dana.email, visibility: 'PUBLIC', status: 'WAITING' })
    const { data } = await as('bo').graphql(`{ tickets(filter: { search: "wrote first" }) { nodes { subject } } }`)
    expect(data?.tickets.nodes).toEqual([{ subject: 'We wrote first' }])
  })

  test('what a program sent stays in the ledger, and the log tells of the import', async () => {
    expect(await sql(`select outcome, received_at from incoming_mail where message_id = '<r@old.example>'`)).toEqual([
      { outcome: 'AUTOMATIC', received_at: new Date('2019-03-01T09:30:00Z') },
    ])
    expect(await sql(`select count(*) from admin_event where type = 'IMPORTED'`)).toEqual([{ count: '1' }])
  })

  test('a second time changes nothing', async () => {
    const before = await counted()
    const { out } = await portal.run(['import', ...from])
    expect(out).toContain('8 mails, 8 of them known before. Became 0 tickets.')
    expect(await counted()).toEqual(before)
  })

  test('H15: a number in the subject and the reply address lead to tickets that are here', async () => {
    const [own] = await sql(
      `select number from ticket t join person p on p.id = t.requester_id where p.email = $1 and status = 'OPEN' limit 1`,
      [people.ann.email],
    )
    const subject = `Re: [#${own?.number}] as before`
    const path = await fileOf([
      mail({ from: people.ann.email, id: 'num', at: '2024-01-01T00:00:00Z', subject, text: 'By the number.' }),
    ])
    expect((await portal.run(['import', '--mbox', path])).out).toContain('Mails: 1 appended.')
    expect(
      await sql(`select t.number from message m join ticket t on t.id = m.ticket_id where text = 'By the number.'`),
    ).toEqual([own])
  })

  test('whoever people.jsonl said to be of the team answers in mails, too, without ever having logged in', async () => {
    const past = newFolder('transfer')
    await writeFile(
      join(past, 'people.jsonl'),
      JSON.stringify({ email: 'kim@gone.example', name: 'Kim', role: 'agent' }),
    )
    expect((await portal.run(['import', past])).out).toContain('1 people')
    const path = await fileOf([
      mail({ from: rita, id: 'k1', at: '2018-01-01T00:00:00Z', subject: 'Long ago' }),
      mail({
        from: 'kim@gone.example',
        to: rita,
        id: 'k2',
        answers: 'k1',
        at: '2018-01-02T00:00:00Z',
        subject: 'Re: Long ago',
      }),
    ])
    expect((await portal.run(['import', '--mbox', path, '--close-after', '100000'])).code).toBe(0)
    expect(
      (await messagesOf(sql, 'Long ago')).map(({ email, visibility, status }) => [email, visibility, status]),
    ).toEqual([
      ['rita@old.example', 'PUBLIC', 'WAITING'],
      ['kim@gone.example', 'PUBLIC', 'WAITING'],
    ])
  })

  test('a place that is none, and too many wishes', async () => {
    expect(await portal.run(['import', '--mbox', '/nowhere.mbox'])).toMatchObject({
      code: 1,
      err: expect.stringContaining('There is no file /nowhere.mbox'),
    })
    expect((await portal.run(['import'])).err).toMatch(/Name a folder of JSON Lines, or mailboxes/)
  })
})

test('issue 5, in and out: the mails of the corpus become what they become at the door', {
  timeout: 300_000,
}, async () => {
  const other = await emptyPortal()
  for (const db of [sql, other.sql]) await db(`select setval('ticket_number', 90000)`) // the corpus speaks of 10042
  const before = new Set((await sql('select id from incoming_mail')).map(({ id }) => id))
  const envelope: Envelope = { door: 'COMMAND', from: null, to: [], client: null }
  const seen = new Set<string>()
  const mails: Buffer[] = []
  for (const name of Object.keys(expected)) {
    const raw = readFileSync(new URL(`../inbox/mail/${name}`, import.meta.url))
    const { messageId, from } = await readMail(raw)
    const address = from && normalizeAddress(from.address)
    if (messageId === null || !address || seen.has(messageId) || /^From /.test(raw.toString('latin1'))) continue
    seen.add(messageId)
    mails.push(raw)
    await sql(
      `insert into person (id, email, name, role, confirmed_at, wants_status_mail, wants_weekly_report, created_at)
       values ($1, $2, $2, 'CUSTOMER', now(), true, false, now()) on conflict (email) do nothing`,
      [newId(), address],
    )
    here.clock.forward({ hours: 1 }) // nobody writes 20 in an hour
    await receiveNow(plaindesk, raw, envelope)
  }
  expect(mails.length).toBeGreaterThan(30)
  const { out, code } = await other.run(['import', '--close-after', '100000', '--mbox', await fileOf(mails)])
  expect({ out, code }).toMatchObject({
    code: 0,
    out: expect.stringContaining(`${mails.length} mails, 0 of them known before`),
  })
  const became = (db: TestDatabase['sql']) =>
    db(`select i.id, i.message_id, i.outcome, i.kind, i.subject, t.subject as ticket, m.text, m.folded, m.html_part, m.visibility,
        array(select filename || ' ' || size || ' ' || is_decoration from attachment where message_id = m.id order by 1) as files
      from incoming_mail i left join message m on m.mail_id = i.id left join ticket t on t.id = m.ticket_id order by i.message_id`)
  const plain = (rows: Awaited<ReturnType<typeof became>>) =>
    rows.filter(({ id }) => !before.has(id)).map(({ id: _, ...row }) => row)
  const [atTheDoor, imported] = [plain(await became(sql)), plain(await became(other.sql))]
  expect(imported).toEqual(atTheDoor)
})

test('issue 5, in and out: a mailbox that was broken off goes on where it was', { timeout: 300_000 }, async () => {
  const other = await emptyPortal()
  const mails = Array.from({ length: 400 }, (_, at) =>
    mail({
      from: `w${at === 150 ? at : at % 40}@old.example`,
      id: `m${at}`,
      at: new Date(Date.UTC(2020, 0, 1) + at * 60_000).toISOString(),
      subject: `Thread ${at % 40}`,
      ...(at >= 40 ? { answers: `m${at - 40}` } : {}),
    }),
  )
  const path = await fileOf(mails)
  const count = async (table: string) => Number((await other.sql(`select count(*) from ${table}`))[0]?.count)
  await killAt(other, ['import', '--mbox', path], heldAddress('w150@old.example'), 'message')
  const before = await count('message')
  expect(before).toBe(150)
  const { code, out } = await other.run(['import', '--mbox', path])
  expect({ code, out }).toMatchObject({ code: 0, out: expect.stringContaining('400 mails') })
  expect(await count('message')).toBe(400)
  expect(await count('ticket')).toBe(40)
  expect(await count('incoming_mail')).toBe(400)
  expect(await count('outbox_mail')).toBe(0)
  expect(await count('graphile_worker.jobs')).toBe(0)
})
