// A history of another system, brought into a portal that is in use.
import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { people } from '../kit/cast.ts'
import { newFolder } from '../kit/folder.ts'
import { world } from '../world.ts'
import { portalOn } from './portal.ts'

const { plaindesk, url, sql, as, api, token, settled, mailbox } = await world({ WEBHOOKS_LOCAL: 'true' })
const portal = portalOn(url, plaindesk.config.databaseUrl ?? '', plaindesk.config.dataDir, sql)

async function history(files: Record<string, string | object[]>): Promise<string> {
  const into = newFolder('transfer')
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(into, name)), { recursive: true })
    await writeFile(
      join(into, name),
      Array.isArray(content) ? content.map(line => `${JSON.stringify(line)}\n`).join('') : content,
    )
  }
  return into
}

const bring = async (files: Record<string, string | object[]>, ...more: string[]) => {
  const into = await history(files)
  return portal.run(['import', into, ...more])
}

const counted = async () =>
  (
    await sql(`select (select count(*) from ticket) as tickets, (select count(*) from message) as messages,
      (select count(*) from person) as people, (select count(*) from organization) as organizations,
      (select count(*) from category) as categories, (select count(*) from attachment) as files,
      (select count(*) from ticket_event) as events, (select count(*) from admin_event) as admin_events,
      (select count(*) from imported) as imported, (select last_value from ticket_number) as number`)
  )[0]

const burning = {
  id: '4711',
  number: 4711,
  subject: 'Printer\u0000 on  fire',
  status: 'closed',
  priority: 'high',
  category: 'Hardware',
  tags: ['fire'],
  requester: { email: 'Rita@Old.example', name: 'Rita Old', organization: 'Old Ltd' },
  assignee: people.dana.email,
  participants: ['uwe@old.example'],
  doneAt: '2019-03-02T08:00:00Z',
  closedAt: '2019-03-20T08:00:00Z',
  messages: [
    { id: 1, at: '2019-03-01T08:00:00+01:00', channel: 'phone', text: 'It burns.\r\nHelp!' },
    {
      id: 3,
      at: '2019-03-01T09:30:00Z',
      author: people.dirk.email,
      note: true,
      text: 'Odd customer.',
      files: ['files/note.txt'],
    },
    {
      id: 2,
      at: '2019-03-01T09:00:00Z',
      author: people.dana.email,
      html: '<p>Use <b>water</b>.</p>',
      files: [{ path: 'files/how.txt', name: 'How to: water?.txt' }],
    },
  ],
}
const own = { id: 'a', subject: 'Of somebody known', requester: people.ann.email, status: 'open', followUpOf: '4711' }
const whole = {
  'people.jsonl': [{ email: 'kim@old.example', name: 'Kim Colleague', role: 'agent', language: 'de' }],
  'tickets.jsonl': [
    burning,
    { ...own, messages: [{ at: '2020-01-02T03:04:05.678Z', text: 'Zwiebelkuchen' }] },
    {
      number: 10_001,
      subject: 'Taken',
      requester: people.bo.email,
      messages: [{ at: '2021-01-01T00:00:00Z', text: 'x' }],
    },
  ],
  'files/how.txt': 'Pour.',
  'files/note.txt': 'Hm.',
}

describe('issue 5, in and out: a history', () => {
  let since: string
  let cursor: string
  let key: string
  const changed = `query ($after: String, $since: DateTime) {
    tickets(first: 100, after: $after, orderBy: UPDATED_AT_ASC, filter: { updatedSince: $since }) {
      nodes { number } pageInfo { endCursor hasNextPage } } }`

  beforeAll(async () => {
    await sql(
      `insert into webhook (id, url, events, nonce, created_at) values (gen_random_uuid(), 'http://127.0.0.1:9/',
         '{ticket.created,ticket.updated,message.created,membership.changed}', 'x', now())`,
    )
    key = await token('dana')
    since = new Date().toISOString()
    const { data } = await api(key).graphql(changed, { since: '2000-01-01T00:00:00Z' })
    cursor = data?.tickets.pageInfo.endCursor
    await settled()
  })

  test('a dry run tells what would be brought in, and writes nothing', async () => {
    const before = await counted()
    const { code, out } = await bring(whole, '--dry-run')
    expect(out).toContain('tickets.jsonl:3: the number 10001 is taken; it gets a new one')
    expect(out).toContain(
      'Would be brought in: 3 tickets, 5 messages, 2 files, 3 people, 1 organizations, 1 categories.',
    )
    expect(code).toBe(0)
    expect(await counted()).toEqual(before)
  })

  test('keeps numbers where they are free, authors, times, notes and files', async () => {
    const mails = mailbox.all.length
    const { code, out, err } = await bring(whole)
    expect(err).toBe('')
    expect(out).toMatch(/tickets\.jsonl:3: the number 10001 is taken; it is \d+ now/)
    expect(out).toContain('Brought in: 3 tickets, 5 messages, 2 files, 3 people, 1 organizations, 1 categories.')
    expect(code).toBe(0)
    const page = await as('dana').visit('/agent/tickets/4711')
    for (const words of [
      'Printer on fire',
      'Rita Old',
      'It burns.',
      'Use water.',
      'Odd customer.',
      'How to_ water_.txt',
      'note.txt',
    ])
      expect(page.text).toContain(words)
    const [ticket] =
      await sql(`select t.*, p.email, o.name as organization, c.name_en, c.archived_at, a.email as assignee from ticket t
      join person p on p.id = t.requester_id join organization o on o.id = t.organization_id
      join category c on c.id = t.category_id join person a on a.id = t.assignee_id where number = 4711`)
    expect(ticket).toMatchObject({
      subject: 'Printer on fire',
      status: 'CLOSED',
      priority: 'HIGH',
      channel: 'PHONE',
      tags: ['fire'],
      email: 'rita@old.example',
      organization: 'Old Ltd',
      assignee: people.dana.email,
      name_en: 'Hardware',
      requester_proven: true,
      created_at: new Date('2019-03-01T07:00:00Z'),
      first_response_at: new Date('2019-03-01T09:00:00Z'),
      last_message_at: new Date('2019-03-01T09:00:00Z'),
      done_at: new Date('2019-03-02T08:00:00Z'),
      closed_at: new Date('2019-03-20T08:00:00Z'),
      updated_at: new Date('2019-03-20T08:00:00Z'),
      unanswered_since: null,
    })
    expect(ticket?.archived_at).not.toBeNull()
    const messages = await sql(
      `select p.email, m.text, m.visibility, m.channel, m.created_at, m.html_part, array(select filename
      from attachment where message_id = m.id) as files from message m join person p on p.id = m.author_id
      where ticket_id = $1 order by m.created_at, m.id`,
      [ticket?.id],
    )
    expect(messages).toEqual([
      {
        email: 'rita@old.example',
        text: 'It burns.\nHelp!',
        visibility: 'PUBLIC',
        channel: 'PHONE',
        created_at: new Date('2019-03-01T07:00:00Z'),
        html_part: null,
        files: [],
      },
      {
        email: people.dana.email,
        text: 'Use water.',
        visibility: 'PUBLIC',
        channel: 'API',
        created_at: new Date('2019-03-01T09:00:00Z'),
        html_part: '<p>Use <b>water</b>.</p>',
        files: ['How to_ water_.txt'],
      },
      {
        email: people.dirk.email,
        text: 'Odd customer.',
        visibility: 'INTERNAL',
        channel: 'API',
        created_at: new Date('2019-03-01T09:30:00Z'),
        html_part: null,
        files: ['note.txt'],
      },
    ])
    await settled()
    expect(mailbox.all).toHaveLength(mails)
    expect(await sql('select from webhook_delivery')).toEqual([])
  })

  test('what follows another ticket is linked to it; an open one waits since its customer wrote', async () => {
    const [ticket] = await sql(
      `select t.status, t.unanswered_since, o.number from ticket t join ticket o on o.id = t.follow_up_of_id where t.subject = 'Of somebody known'`,
    )
    expect(ticket).toEqual({ status: 'OPEN', unanswered_since: new Date('2020-01-02T03:04:05.678Z'), number: 4711 })
  })

  test('its words and the names of its files are found, notes by the team alone', async () => {
    const found = async (name: 'dana' | 'ann', q: string) =>
      (await as(name).graphql(`query ($q: String!) { tickets(filter: { search: $q }) { nodes { subject } } }`, { q }))
        .data?.tickets.nodes
    expect(await found('ann', 'Zwiebelkuchen')).toEqual([{ subject: 'Of somebody known' }])
    expect(await found('dana', 'odd customer')).toEqual([{ subject: 'Printer on fire' }])
    expect(await found('dana', 'how water')).toEqual([{ subject: 'Printer on fire' }])
    expect(await found('dana', 'rita@old.example')).toEqual([{ subject: 'Printer on fire' }])
  })

  test('the words of the search are what they would have become one by one', async () => {
    const words = `select number, array(select unnest(tsvector_to_array(search_public)) order by 1) as open,
      array(select unnest(tsvector_to_array(search_notes)) order by 1) as notes from ticket order by number`
    const before = await sql(words)
    await sql('select search_rebuild(id) from ticket')
    expect(await sql(words)).toEqual(before)
  })

  test('who keeps a copy learns of it, by their cursor and by updatedSince', async () => {
    const numbers = async (variables: object) =>
      (await api(key).graphql(changed, variables)).data?.tickets.nodes.map(({ number }: { number: number }) => number)
    expect(await numbers({ after: cursor, since: '2000-01-01T00:00:00Z' })).toEqual(expect.arrayContaining([4711]))
    expect(await numbers({ since })).toEqual(expect.arrayContaining([4711]))
  })

  test('a second time changes nothing', async () => {
    const before = await counted()
    const { code, out } = await bring(whole)
    expect(out).toContain('Brought in: 0 tickets, 0 messages, 0 files, 0 people')
    expect(out).toContain('Known before: 3 tickets.')
    expect(code).toBe(0)
    expect(await counted()).toEqual(before)
  })

  test('a ticket that has more messages by then gets those, and only those', async () => {
    const before = await counted()
    const more = { id: 4, at: '2019-03-25T08:00:00Z', author: 'uwe@old.example', text: 'Nachtrag Gurkensalat' }
    const { out } = await bring({ ...whole, 'tickets.jsonl': [{ ...burning, messages: [...burning.messages, more] }] })
    expect(out).toContain('Brought in: 0 tickets, 1 messages, 0 files, 0 people')
    expect(Number((await counted())?.messages)).toBe(Number(before?.messages) + 1)
    const [ticket] = await sql(
      `select last_message_at, status, search_public @@ 'gurkensalat' as found from ticket where number = 4711`,
    )
    expect(ticket).toEqual({ last_message_at: new Date('2019-03-25T08:00:00Z'), status: 'CLOSED', found: true })
  })

  test('ids of two systems do not meet', async () => {
    const { out } = await bring({ ...whole, 'tickets.jsonl': [{ ...burning, number: 4712 }] }, '--source', 'other')
    expect(out).toContain('Brought in: 1 tickets, 3 messages')
  })

  test('a colleague of the file is of the team, and cannot log in before they are invited', async () => {
    const [kim] = await sql(`select role, language, password_hash from person where email = 'kim@old.example'`)
    expect(kim).toEqual({ role: 'AGENT', language: 'de', password_hash: null })
  })

  test('§4: the admin log tells of it', async () => {
    const page = await as('ada').visit('/admin/log')
    expect(page.text).toContain('brought history in')
  })

  test('what is new after it gets a number above all that were brought in', async () => {
    await bring({
      'tickets.jsonl': [
        {
          number: 55_000,
          subject: 'High',
          requester: people.bo.email,
          messages: [{ at: '2021-01-01T00:00:00Z', text: 'x' }],
        },
      ],
    })
    const { data } = await as('bo').graphql(
      `mutation { createTicket(input: { subject: "Next", message: "x" }) { ticket { number } userErrors { code } } }`,
    )
    expect(data?.createTicket).toEqual({ ticket: { number: 55_001 }, userErrors: [] })
  })
})

describe('issue 5, in and out: lines that are not understood', () => {
  const good = {
    id: 'good',
    subject: 'Good',
    requester: people.bo.email,
    messages: [{ at: '2021-01-01T00:00:00Z', text: 'x' }],
  }
  const bad = [
    ['{', 'no JSON'],
    [JSON.stringify({ ...good, subject: '  ' }), 'subject: empty'],
    [JSON.stringify({ ...good, requester: 'nobody' }), 'requester: no mail address: "nobody"'],
    [JSON.stringify({ ...good, requester: { email: 'x@', name: 'X' } }), 'requester.email: no mail address: "x@"'],
    [JSON.stringify({ ...good, messages: [{ at: '2021-01-01T00:00:00Z', id: '' }] }), 'messages[0].id: '],
    [JSON.stringify({ ...good, status: 'lost' }), 'status: "lost" is none of new, open, waiting, done, closed'],
    [
      JSON.stringify({ ...good, messages: [{ at: 'yesterday', text: 'x' }] }),
      'messages[0].at: no moment such as 2019-03-01T08:00:00Z',
    ],
    [JSON.stringify({ ...good, messages: [] }), 'messages: a ticket has at least one message'],
    [JSON.stringify({ ...good, subjct: 'x' }), 'Unrecognized key: "subjct"'],
    [
      JSON.stringify({ ...good, id: 1, messages: [{ ...good.messages[0], files: ['gone.txt'] }] }),
      'messages[0].files: there is no file "gone.txt"',
    ],
    [
      JSON.stringify({
        ...good,
        id: 2,
        messages: [{ ...good.messages[0], files: ['../../etc/passwd', '/etc/passwd'] }],
      }),
      'messages[0].files: ',
    ],
    [
      JSON.stringify({ ...good, id: 3, messages: [{ ...good.messages[0], files: ['link'] }] }),
      'messages[0].files: "link" lies outside the folder',
    ],
  ] as const
  const lines = `${[JSON.stringify(good), ...bad.map(([line]) => line)].join('\n')}\n`

  test('each is refused with its place and reason, and the rest comes in; --strict brings in nothing', async () => {
    const into = await history({ 'tickets.jsonl': lines })
    await symlink('/etc/passwd', join(into, 'link'))
    const before = await counted()
    const strict = await portal.run(['import', '--strict', into])
    expect(strict.out).toContain('Nothing was brought in, because of --strict.')
    expect(strict.code).toBe(1)
    expect(await counted()).toEqual(before)
    const { code, out } = await portal.run(['import', into])
    for (const [at, [, reason]] of bad.entries()) expect(out).toContain(`tickets.jsonl:${at + 2}: ${reason}`)
    expect(out).toContain(`Brought in: 1 tickets, 1 messages`)
    expect(out).toContain(`Refused: ${bad.length}.`)
    expect(code).toBe(2)
  })

  test('a folder with nothing of ours in it', async () => {
    const { code, err } = await bring({ 'x.txt': 'x' })
    expect(err).toMatch(/has neither a manifest\.json .* nor a tickets\.jsonl/)
    expect(code).toBe(1)
  })
})
