// Whether every post is there once, whole, and told of.
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { lanes } from '../../src/lib/lanes.ts'
import { Browser } from '../kit/browser.ts'
import { password, people } from '../kit/cast.ts'
import type { Wire } from '../kit/http.ts'
import type { Mailbox } from '../kit/mailbox.ts'
import { MARKER, type Post } from './posts.ts'

export interface Judgement {
  posts: number
  /** How many had to be sent more than once. */
  repeated: number
  /** Posts, files and mails that were acknowledged and are not there, or not whole. */
  lost: string[]
  /** What is there more than once. */
  doubled: string[]
  /** Answers that should not have come, jobs that were given up. */
  wrong: string[]
  mails: number
  /** Mails that the mail server took just before the portal could note it, and got again: SMTP cannot rule that out. */
  mailsTwice: number
  /** From the last fault's end until every mail was sent, in milliseconds. */
  caughtUp: number
}

export interface Evidence {
  posts: readonly Post[]
  surprises: readonly string[]
  databaseUrl: string
  mailbox: Mailbox
  url: string
  wire: Wire
}

type Findings = Pick<Judgement, 'lost' | 'doubled' | 'wrong'>

interface MessageRow {
  id: string
  text: string
  number: number
  email: string
  files: { id: string; filename: string }[]
  receipts: number
}

/** What each post is compared with. */
interface Found {
  messages: Map<string, MessageRow[]>
  /** Markers of which the team was told. */
  told: Set<string>
  mailbox: Mailbox
  dana: Browser
}

/** Posts that are looked at at once. */
const READERS = 8
/** Jobs wait longer after each try in vain; nobody hastens them here. */
const PATIENCE_MS = 10 * 60_000

export async function judge({ posts, surprises, databaseUrl, mailbox, url, wire }: Evidence): Promise<Judgement> {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  try {
    const caughtUp = await settled(client, posts)
    const dana = new Browser(wire, url)
    await dana.logIn(people.dana.email, password)
    const findings: Findings = { lost: [], doubled: [], wrong: [...surprises] }
    const messages = Map.groupBy(await messagesOf(client), ({ text }) => text)
    const told = new Set(mailbox.to(people.dana.email).flatMap(mail => mail.text.match(MARKER) ?? []))
    const inLane = lanes(READERS, Infinity, () => new Error('no line is too long'))
    await Promise.all(posts.map(post => inLane(() => judgePost(post, { messages, told, mailbox, dana }, findings))))
    findings.wrong.push(...(await halfDone(client)))
    const keys = mailbox.all.map(mail => `${mail.messageId} ${mail.recipients}`)
    return {
      ...findings,
      posts: posts.length,
      repeated: posts.filter(post => post.attempts > 1).length,
      mails: keys.length,
      mailsTwice: keys.length - new Set(keys).size,
      caughtUp,
    }
  } finally {
    await client.end()
  }
}

/** Until all that came in is filed and all that was due is sent; nothing is done for it here. */
async function settled(client: pg.Client, posts: readonly Post[]): Promise<number> {
  const begun = Date.now()
  while (Date.now() - begun < PATIENCE_MS) {
    if ((await isFetched(client, posts)) && (await isAtRest(client))) break
    await sleep(100)
  }
  return Date.now() - begun
}

async function isAtRest(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query(
    `select 1 from outbox_mail where state = 'DUE' union all select 1 from incoming_mail where outcome is null limit 1`,
  )
  return rows.length === 0
}

/** What still lies in the mailbox is not lost: after an outage it is looked into at growing intervals. */
async function isFetched(client: pg.Client, posts: readonly Post[]): Promise<boolean> {
  const markers = posts.filter(({ kind }) => kind === 'fetched-mail').map(({ marker }) => marker)
  const { rows } = await client.query(
    `select from unnest($1::text[]) marker where not exists (select from message where trim(text, E' \\r\\n') = marker) limit 1`,
    [markers],
  )
  return rows.length === 0
}

/** The one that a post made, with all that belongs to it. */
async function messagesOf(client: pg.Client): Promise<MessageRow[]> {
  const { rows } = await client.query(`
    select m.id, trim(m.text, E' \\r\\n') as text, t.number, p.email,
      (select coalesce(json_agg(json_build_object('id', a.id, 'filename', a.filename)), '[]') from attachment a where a.message_id = m.id) as files,
      (select count(*)::int from outbox_mail o where o.template = 'receipt' and o.rows->>'ticket' = t.id::text) as receipts
    from message m join ticket t on t.id = m.ticket_id join person p on p.id = t.requester_id`)
  return rows
}

async function judgePost(
  post: Post,
  { messages, told, mailbox, dana }: Found,
  { lost, doubled, wrong }: Findings,
): Promise<void> {
  const [message, ...others] = messages.get(post.marker) ?? []
  const about = `${post.kind} ${post.marker} (${post.attempts} attempts)`
  if (!message) return void lost.push(`${about}: is not there`)
  if (others.length > 0) doubled.push(`${about}: is there ${others.length + 1} times`)
  if (post.number !== null && message.number !== post.number)
    wrong.push(`${about}: is on ${message.number}, but ${post.number} was acknowledged`)
  const expected = post.file === null ? 0 : 1
  if (message.files.length < expected) lost.push(`${about}: its file is not there`)
  if (message.files.length > expected) doubled.push(`${about}: has ${message.files.length} files`)
  for (const { id, filename } of message.files) {
    const answer = await dana.raw('GET', `/attachments/attachment_${id}/${filename}`)
    if (answer.body.toString().trim() !== post.file) lost.push(`${about}: its file cannot be read: ${answer.status}`)
  }
  if (message.receipts > 1) doubled.push(`${about}: ${message.receipts} receipts`)
  // To whom writes mails all the time receipts are not sent without end.
  const isNew = post.kind === 'request' || post.kind === 'ticket'
  if (isNew && !mailbox.to(message.email).some(mail => mail.subject.includes(`[#${message.number}]`)))
    lost.push(`${about}: no receipt`)
  if (!told.has(post.marker)) lost.push(`${about}: the team was not told`)
}

/** One that runs at the moment may be at its last try; one without the key that its kind has was replaced, and is forgotten soon. */
async function givenUp(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query(
    `select task_identifier as name, attempts, last_error as error from graphile_worker.jobs
     where attempts >= max_attempts and locked_at is null and not (key is null and task_identifier in ('file-mail', 'deliver-webhook'))`,
  )
  return rows.map(({ name, attempts, error }) => `${name} was given up after ${attempts} tries: ${error}`)
}

/** Rows that cannot come about by whole transactions. */
async function halfDone(client: pg.Client): Promise<string[]> {
  const checks = {
    'tickets without a message': `select 1 from ticket t where not exists (select from message m where m.ticket_id = t.id)`,
    'tickets without the event of their creation': `select 1 from ticket t where (select count(*) from ticket_event e where e.ticket_id = t.id and e.type = 'CREATED') <> 1`,
    'mails that were never sent': `select 1 from outbox_mail where state not in ('SENT', 'KEPT')`,
    'incoming mails that nobody has decided': `select 1 from incoming_mail where outcome is null`,
  }
  const found: [string, number][] = []
  for (const [what, query] of Object.entries(checks)) found.push([what, (await client.query(query)).rowCount ?? 0])
  return [
    ...found.filter(([, count]) => count > 0).map(([what, count]) => `${count} ${what}`),
    ...(await givenUp(client)),
  ]
}
