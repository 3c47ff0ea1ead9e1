// What `/help/api` shows is what runs here: each example, in each language, against a real portal.
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { parse, validate } from 'graphql'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { freePort } from '../../src/database/postmaster.ts'
import { seedBulk } from '../../src/seeds/bulk.ts'
import { exampleOperations } from '../../src/web/examples.ts'
import { receiver } from '../integrations/receiver.ts'
import { password } from '../kit/cast.ts'
import { newFolder } from '../kit/folder.ts'
import { world } from '../world.ts'

const { as, api, token, settled, sql, plaindesk, url } = await world({ WEBHOOKS_LOCAL: 'true' })
// Processes of their own take their time on a busy machine.
vi.setConfig({ testTimeout: 120_000 })
// More tickets than two pages hold.
await seedBulk(plaindesk.config.databaseUrl ?? '', 110)

const examples = join(import.meta.dirname, '../../examples')
const folder = newFolder('examples')
beforeEach(() => sql('delete from rate_limit'))

const has = (command: string) => spawnSync(command, ['--version']).status === 0
const languages = [
  { ending: 'sh', command: 'sh', isHere: process.platform !== 'win32' && has('curl') },
  { ending: 'ts', command: process.execPath, isHere: true },
  { ending: 'py', command: 'python3', isHere: has('python3') },
]
for (const { ending, isHere } of languages) if (!isHere) console.warn(`examples/*.${ending} cannot run on this machine`)

/** Runs one to its end. */
function start(name: string, { command, ending }: (typeof languages)[number], args: string[], more: object = {}) {
  return spawn(command, [join(examples, `${name}.${ending}`), ...args], {
    cwd: folder,
    env: { ...process.env, PLAINDESK_URL: url, ...more },
  })
}

async function run(...given: Parameters<typeof start>): Promise<string> {
  const child = start(...given)
  child.stdin.end()
  const [out, faults, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
  expect(`${code} ${faults.replace(/^.*(ExperimentalWarning|node --trace-warnings).*\n/gm, '')}`, out).toBe('0 ')
  return out
}

const create = (subject: string) =>
  as('ann').graphql('mutation ($input: CreateTicketInput!) { createTicket(input: $input) { ticket { number } } }', {
    input: { subject, message: 'x' },
  })

/** A webhook of this world at an address; its secret. */
async function webhookAt(address: string): Promise<string> {
  await settled()
  await sql('delete from webhook')
  const { data } = await as('ada').graphql(
    'mutation ($input: CreateWebhookInput!) { createWebhook(input: $input) { secret userErrors { code field } } }',
    { input: { url: address, events: ['TICKET_CREATED'], currentPassword: password } },
  )
  expect(data.createWebhook.userErrors).toEqual([])
  return data.createWebhook.secret
}

describe.each(languages)('in $ending', language => {
  const it = test.runIf(language.isHere)
  const by = async (name: 'ann' | 'dana') => ({ PLAINDESK_TOKEN: await token(name) })

  it('§8: the first request', async () => {
    const [latest] = (await as('ann').graphql('{ tickets(first: 1) { nodes { subject } } }')).data.tickets.nodes
    const out = await run('first-request', language, [], await by('ann'))
    expect(out).toContain('Ann Albers')
    expect(out).toContain(latest.subject)
  })

  it('§8: a ticket is created once, however often it is sent with the same key', async () => {
    const key = `order ${language.ending}`
    const count = async () => Number((await sql<{ n: string }>('select count(*) n from ticket'))[0]?.n)
    const before = await count()
    const [first, second] = [
      await run('create-ticket', language, [key], await by('ann')),
      await run('create-ticket', language, [key], await by('ann')),
    ]
    expect(/\d{5}/.exec(first)?.[0]).toBe(/\d{5}/.exec(second)?.[0])
    expect(await count()).toBe(before + 1)
  })

  it('§8: a file is uploaded and put on a ticket', async () => {
    const [ticket] = (await as('ann').graphql('{ tickets(first: 1, filter: { status: [OPEN] }) { nodes { number } } }'))
      .data.tickets.nodes
    const path = join(folder, `export-${language.ending}.log`)
    await writeFile(path, 'row 500: boom\n')
    await run('attach-file', language, [path, String(ticket.number)], await by('ann'))
    const { data } = await as('ann').graphql(
      'query ($number: Int!) { ticket(number: $number) { messages(last: 1) { nodes { text attachments { filename size } } } } }',
      { number: ticket.number },
    )
    expect(data.ticket.messages.nodes).toEqual([
      { text: 'The log, as you asked.', attachments: [{ filename: `export-${language.ending}.log`, size: 14 }] },
    ])
  })

  it('§8: all tickets, page by page', async () => {
    const out = await run('all-tickets', language, [], await by('dana'))
    const all = await sql<{ number: string }>('select number from ticket where hold is null')
    expect(all.length).toBeGreaterThan(100)
    const read = new Set(out.match(/\b1\d{4}\b/g))
    expect(all.filter(({ number }) => !read.has(String(number)))).toEqual([])
  })

  it('§8: a copy is kept: first everything, then what changed, then nothing', async () => {
    const cursor = join(folder, `cursor-${language.ending}`)
    const told = async () => [
      ...(await run('keep-a-copy', language, [cursor], await by('ann'))).matchAll(/ticket_[\w-]+/g),
    ]
    const everything = await told()
    expect(everything.length).toBeGreaterThan(2)
    expect(await told()).toEqual([])
    const created = await run('create-ticket', language, [`copied ${language.ending}`], await by('ann'))
    expect(created).toMatch(/\d{5}/)
    expect(await told()).toHaveLength(1)
    expect((await readFile(cursor, 'utf8')).length).toBeGreaterThan(5)
  })

  it('issue 5 Live: tickets are followed', async () => {
    const child = start('follow-tickets', language, [], await by('ann'))
    try {
      let out = ''
      child.stdout.on('data', chunk => {
        out += String(chunk)
      })
      const subject = `Followed in ${language.ending}`
      const followed = async () => {
        await create(subject) // nobody hears of those before it began to listen
        return out
      }
      await expect.poll(followed, { interval: 500 }).toContain(subject)
      if (language.ending === 'sh') return
      await sql(
        `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'plaindesk notices' and datname = current_database()`,
      )
      await create(`Missed in ${language.ending}`)
      await expect.poll(() => out).toContain(`Missed in ${language.ending}`)
    } finally {
      child.kill()
    }
  })

  it('Standard Webhooks: what the portal signed is believed, and nothing else', async () => {
    if (language.ending === 'sh') return script(language)
    const port = await freePort()
    const secret = await webhookAt(`http://127.0.0.1:${port}/`)
    const child = start('verify-webhook', language, [], { WEBHOOK_SECRET: secret, PORT: String(port) })
    try {
      const heard = text(child.stdout)
      await answering(port)
      const { data } = await create('Told to an example')
      await settled()
      const [delivery] = await sql<{ id: string; state: string }>('select id, state from webhook_delivery')
      expect(delivery?.state).toBe('DELIVERED')
      const forged = await fetch(`http://127.0.0.1:${port}/`, {
        method: 'POST',
        headers: {
          'webhook-id': String(delivery?.id),
          'webhook-timestamp': String(Math.floor(Date.now() / 1000)),
          'webhook-signature': 'v1,AAAA',
        },
        body: '{}',
      })
      expect(forged.status).toBe(401)
      child.kill()
      expect(await heard).toBe(`ticket.created ${data.createTicket.ticket.number}\n`)
    } finally {
      child.kill()
    }
  })
})

/** The shell has no server: what arrived is handed to it. */
async function script(language: (typeof languages)[number]): Promise<void> {
  const { url: address, posts } = await receiver()
  const secret = await webhookAt(address)
  await create('Told to a script')
  await settled()
  const [post] = posts
  const judge = async (body: string) => {
    const headers = ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map(name => String(post?.headers[name]))
    const child = start('verify-webhook', language, headers, { WEBHOOK_SECRET: secret })
    child.stdin.end(body)
    const [out, [code]] = await Promise.all([text(child.stdout), once(child, 'close')])
    return `${code} ${out.trim()}`
  }
  expect(await judge(post?.body ?? '')).toBe('0 genuine')
  expect(await judge(`${post?.body} `)).toBe('1 ')
}

async function answering(port: number): Promise<void> {
  await expect
    .poll(() =>
      fetch(`http://127.0.0.1:${port}/`).then(
        ({ status }) => status,
        () => 0,
      ),
    )
    .toBeGreaterThan(0)
}

test.each(
  exampleOperations().map(
    ({ query, variables }) => [/(?:query|mutation|subscription) (\w+)/.exec(query)?.[1], query, variables] as const,
  ),
)('§7: the example %s of the explorer fits the schema, and runs', async (name, query, variables) => {
  expect(validate(plaindesk.schema, parse(query))).toEqual([])
  if (name === 'Live') return // explorer.test.ts runs it
  const [own] = (await as('ann').graphql('{ tickets(first: 1) { nodes { number } } }')).data.tickets.nodes
  const who = name === 'Webhooks' ? 'ada' : 'ann'
  const { code, errors } = await api(await token(who, ['TICKETS_READ', 'TICKETS_WRITE', 'ADMIN'])).graphql(
    query,
    JSON.parse((variables ?? '{}').replace('10001', String(own?.number))),
  )
  expect([code, errors ?? []]).toEqual([null, []])
})
