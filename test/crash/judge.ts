// Whether every post is there once, whole, and told of.
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { Browser } from '../kit/browser.ts'
import { password, people } from '../kit/cast.ts'
import type { Wire } from '../kit/http.ts'
import type { Mailbox } from '../kit/mailbox.ts'
import type { Portal } from './portal.ts'
import type { Post } from './posts.ts'

export interface Judgement {
  posts: number
  /** How many had to be sent more than once. */
  repeated: number
  mails: number
  /** Mails that the mail server took just before the portal could note it, and got again: SMTP cannot rule that out. */
  mailsTwice: number
  faults: string[]
}

export interface Evidence {
  posts: readonly Post[]
  surprises: readonly string[]
  portal: Portal
  mailbox: Mailbox
  url: string
  wire: Wire
}

export async function judge({ posts, surprises, portal, mailbox, url, wire }: Evidence): Promise<Judgement> {
  const client = new pg.Client({ connectionString: portal.databaseUrl })
  await client.connect()
  try {
    await settled(client)
    const dana = new Browser(wire, url)
    await dana.logIn(people.dana.email, password)
    const faults = [...surprises]
    for (const post of posts)
      faults.push(
        ...(await faultsOf(post, client, dana, mailbox)).map(
          fault => `${post.kind} ${post.marker} (${post.attempts} attempts): ${fault}`,
        ),
      )
    faults.push(...(await halfDone(client)))
    const keys = mailbox.all.map(mail => `${mail.messageId} ${mail.recipients}`)
    return {
      posts: posts.length,
      repeated: posts.filter(post => post.attempts > 1).length,
      mails: keys.length,
      mailsTwice: keys.length - new Set(keys).size,
      faults,
    }
  } finally {
    await client.end()
  }
}

/** Jobs that a killed worker had taken are given back by itself; nothing is done for it here. */
async function settled(client: pg.Client): Promise<void> {
  for (let waited = 0; waited < 120_000; waited += 100) {
    const { rows } = await client.query(`select 1 from outbox_mail where state = 'DUE' limit 1`)
    if (rows.length === 0) return
    await sleep(100)
  }
}

async function faultsOf(post: Post, client: pg.Client, dana: Browser, mailbox: Mailbox): Promise<string[]> {
  const { rows } = await client.query(
    `select m.id, t.number, t.subject, p.email from message m join ticket t on t.id = m.ticket_id join person p on p.id = t.requester_id where m.text = $1`,
    [post.marker],
  )
  if (rows.length !== 1) return [`is there ${rows.length} times`]
  const [message] = rows
  const faults = message.number === post.number ? [] : [`is on ${message.number}, but ${post.number} was acknowledged`]
  const files = (await client.query(`select id, filename from attachment where message_id = $1`, [message.id])).rows
  if (files.length !== (post.file === null ? 0 : 1)) faults.push(`has ${files.length} files`)
  for (const { id, filename } of files) {
    const answer = await dana.raw('GET', `/attachments/attachment_${id}/${filename}`)
    if (answer.body.toString() !== post.file) faults.push(`its file cannot be read: ${answer.status}`)
  }
  const isNew = post.kind === 'request' || post.kind === 'ticket'
  if (isNew && !mailbox.to(message.email).some(mail => mail.subject.includes(`[#${message.number}]`)))
    faults.push('no receipt')
  if (!mailbox.to(people.dana.email).some(mail => mail.text.includes(post.marker))) faults.push('the team was not told')
  return faults
}

/** Rows that cannot come about by whole transactions. */
async function halfDone(client: pg.Client): Promise<string[]> {
  const checks = {
    'tickets without a message': `select 1 from ticket t where not exists (select from message m where m.ticket_id = t.id)`,
    'tickets without the event of their creation': `select 1 from ticket t where (select count(*) from ticket_event e where e.ticket_id = t.id and e.type = 'CREATED') <> 1`,
    'mails that were never sent': `select 1 from outbox_mail where state not in ('SENT', 'KEPT')`,
    'jobs that were given up': `select 1 from graphile_worker.jobs where attempts >= max_attempts`,
  }
  const found: [string, number][] = []
  for (const [what, query] of Object.entries(checks)) found.push([what, (await client.query(query)).rowCount ?? 0])
  return found.filter(([, count]) => count > 0).map(([what, count]) => `${count} ${what}`)
}
