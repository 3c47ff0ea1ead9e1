// Plaindesk on its own database, a free port and a mail server on loopback, with the cast of src/seeds/cast.ts in it:
//
//   const { as, stranger, mailTo } = await world()
//   const page = await as('ann').visit('/tickets')
//
// One world per test file; it ends by itself after the file's last test.

import { once } from 'node:events'
import { cp, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { Express } from 'express'
import { afterAll, inject } from 'vitest'
import { createApp } from '../src/app.ts'
import { loadConfig } from '../src/config.ts'
import { startWorker } from '../src/jobs/worker.ts'
import { type Opening, openPlaindesk, type Plaindesk } from '../src/plaindesk.ts'
import { graphql, type Reply, type Upload, upload } from './kit/api.ts'
import type { TestFile } from './kit/body.ts'
import { Browser } from './kit/browser.ts'
import { type Name, password, people } from './kit/cast.ts'
import { Clock } from './kit/clock.ts'
import { cloneDatabase, type TestDatabase } from './kit/database.ts'
import { newFolder } from './kit/folder.ts'
import { Wire } from './kit/http.ts'
import { Jar } from './kit/jar.ts'
import { type Mail, Mailbox } from './kit/mailbox.ts'
import { settings } from './kit/settings.ts'
import { atWork } from './kit/sql.ts'

export interface World {
  /** Address of the portal, as links are written. */
  url: string
  plaindesk: Plaindesk
  app: Express
  sql: TestDatabase['sql']
  clock: Clock
  mailbox: Mailbox
  /** A browser in which one of the cast is logged in (by the form, once a file). */
  as(name: Name): Browser
  /** The same, with a session of its own, for tests that end it. */
  anew(name: Name): Browser
  /** A browser that nobody is logged in to. */
  stranger(): Browser
  /** The API by bearer token, or without anything. */
  api(token: string | null): Api
  /** A new API token of somebody, with all scopes unless told. */
  token(name: Name, scopes?: readonly string[]): Promise<string>
  /** Waits until no job is due. */
  settled(): Promise<void>
  /** Stops the worker: from now on nothing is done by itself, each minute's jobs neither. */
  rest(): Promise<void>
  /** All mails to an address so far, oldest first. */
  mailsTo(address: string): Promise<Mail[]>
  /** The newest mail to an address whose subject or text fits. */
  mailTo(address: string, pattern?: RegExp): Promise<Mail>
  /** Somebody with a ready account and membership, new to this world. */
  newcomer(name?: string): Promise<Newcomer>
}

export interface Newcomer {
  name: string
  email: string
  browser: Browser
}

export interface Api {
  graphql(query: string, variables?: object): Promise<Reply>
  upload(file: TestFile): Promise<Upload>
}

type Settings = Record<string, string>

/**
 * Opens a world; `own` are settings as in the environment, such as `{ INVITE: 'everyone' }`, or makes them of those that
 * the world would have.
 */
export async function world(
  own: Settings | ((usual: Settings) => Promise<Settings>) = {},
  opening: Pick<Opening, 'resolver'> = {},
): Promise<World> {
  const ground = inject('ground')
  const dataDir = newFolder('world')
  const [database, mailbox, server] = await Promise.all([
    cloneDatabase(ground.server, ground.template),
    Mailbox.open(),
    listen(),
    cp(ground.files, join(dataDir, 'files'), { recursive: true }),
  ])
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const clock = new Clock()
  const usual = { ...settings(url, database.url, dataDir), SMTP_URL: mailbox.url }
  const config = loadConfig({ ...usual, ...(typeof own === 'function' ? await own(usual) : own) })
  const plaindesk = await openPlaindesk(config, { ...opening, clock: clock.now })
  const worker = await atWork.run(true, () => startWorker(plaindesk))
  const app = await createApp(plaindesk)
  server.on('request', app)
  const wire = new Wire()
  const jars = new Map<Name, Jar>()

  afterAll(async () => {
    await wire.close()
    server.closeAllConnections()
    server.close()
    await rest()
    await plaindesk.close()
    await Promise.all([database.drop(), mailbox.close(), rm(dataDir, { recursive: true, force: true })])
  })

  let resting: Promise<void> | null = null
  const rest = (): Promise<void> => (resting ??= worker.stop())

  const stranger = () => new Browser(wire, url)
  const logIn = (name: Name) => async (browser: Browser) => {
    const page = await browser.logIn(people[name].email, password)
    if (browser.jar.header(new URL(url)) === '')
      throw new Error(`${name} could not log in: ${page.status} ${page.text}`)
  }
  const anew = (name: Name) => new Browser(wire, url, new Jar(), logIn(name))
  const remember = (name: Name) => async (browser: Browser) => {
    const known = jars.get(name)
    if (known) return browser.adopt(known)
    await logIn(name)(browser)
    jars.set(name, browser.jar.copy())
  }

  async function settled(): Promise<void> {
    const due = `select 1 from graphile_worker._private_jobs where attempts < max_attempts and run_at <= now() limit 1`
    const deadline = Date.now() + 60_000
    while ((await database.sql(due)).length > 0) {
      if (Date.now() > deadline) throw new Error('jobs are still due after a minute')
      await new Promise(resolve => setTimeout(resolve, 15))
    }
  }

  async function mailsTo(address: string): Promise<Mail[]> {
    await settled()
    return mailbox.to(address)
  }

  async function mailTo(address: string, pattern = /(?:)/): Promise<Mail> {
    const mails = await mailsTo(address)
    const found = mails.findLast(mail => pattern.test(mail.subject) || pattern.test(mail.text))
    if (!found)
      throw new Error(
        `No mail ${pattern} to ${address}; there are: ${mailbox.all.map(mail => `${mail.recipients} “${mail.subject}”`).join(', ')}`,
      )
    return found
  }

  let newcomers = 0
  async function newcomer(name = 'Noor Newcomer'): Promise<Newcomer> {
    const email = `newcomer${++newcomers}@new.example`
    const browser = stranger()
    const register = await browser.visit('/register')
    await register.form(/.*/, '/register').fill({ name, email, subscribe: true }).submit()
    const invitation = await mailTo(email, /\/password\/set\//)
    const page = await browser.visit(invitation.link(/\/password\/set\//))
    const done = await page.form('Save password').fill({ password, passwordConfirm: password }).submit()
    if (done.path !== '/tickets') throw new Error(`A newcomer got to ${done.path}: ${done.text}`)
    return { name, email, browser }
  }

  async function token(
    name: Name,
    scopes: readonly string[] = ['TICKETS_READ', 'TICKETS_WRITE', 'ADMIN'],
  ): Promise<string> {
    const input = { name: `for ${name}`, scopes, expiresInDays: 30, currentPassword: password }
    const { data, errors } = await as(name).graphql(
      `mutation ($input: CreateTokenInput!) { createToken(input: $input) { token userErrors { code field } } }`,
      { input },
    )
    const secret: unknown = data?.createToken?.token
    if (typeof secret !== 'string') throw new Error(`no token for ${name}: ${JSON.stringify({ data, errors })}`)
    return secret
  }

  function api(secret: string | null): Api {
    const headers: Record<string, string> = secret === null ? {} : { authorization: `Bearer ${secret}` }
    return {
      graphql: (query, variables) => graphql(wire, url, query, variables, headers),
      upload: file => upload(wire, url, file, headers),
    }
  }

  const as = (name: Name) => new Browser(wire, url, new Jar(), remember(name))
  return {
    url,
    plaindesk,
    app,
    sql: database.sql,
    clock,
    mailbox,
    as,
    anew,
    stranger,
    api,
    token,
    settled,
    rest,
    mailsTo,
    mailTo,
    newcomer,
  }
}

async function listen(): Promise<Server> {
  // A connection that waits is closed by its client alone: on a busy machine the two would meet.
  const server = createServer({ keepAliveTimeout: 0 }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return server
}
