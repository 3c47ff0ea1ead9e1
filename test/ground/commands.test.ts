// The commands as an operator runs them: processes of their own, on a folder of their own.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { freePort } from '../../src/database/postmaster.ts'
import { people } from '../kit/cast.ts'
import { newFolder } from '../kit/folder.ts'

const root = join(import.meta.dirname, '../..')
const dataDir = newFolder('commands')
const port = await freePort()
const url = `http://127.0.0.1:${port}`
const settings = { DATA_DIR: dataDir, PORT: String(port), BASE_URL: url, LOG_LEVEL: 'error' }

const begin = (args: string[], env: Record<string, string> = {}) =>
  spawn(process.execPath, ['--import', 'tsx', 'src/main.ts', ...args], {
    cwd: root,
    env: { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '', ...settings, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })

interface Outcome {
  code: number | null
  out: string
  err: string
}

async function end(child: ChildProcess): Promise<Outcome> {
  const outcome = { code: null, out: '', err: '' }
  child.stdout?.on('data', chunk => (outcome.out += chunk))
  child.stderr?.on('data', chunk => (outcome.err += chunk))
  const [code] = await once(child, 'close')
  return { ...outcome, code }
}

const run = (args: string[], env: Record<string, string> = {}) => end(begin(args, env))

/** What a process prints until it says `sign`. */
async function printed(child: ChildProcess, sign: string): Promise<string> {
  let text = ''
  for await (const chunk of child.stdout ?? []) {
    text += chunk
    if (text.includes(sign)) return text
  }
  throw new Error(`ended before it said “${sign}”: ${text}`)
}

/** One clear line, no stack trace, exit 1. */
function expectTrouble({ code, out, err }: Outcome, words: RegExp): void {
  expect(err.trim()).toMatch(words)
  expect(err).not.toMatch(/^\s+at /m)
  expect({ code, out }).toEqual({ code: 1, out: '' })
}

const production = {
  NODE_ENV: 'production',
  SESSION_SECRET: 'x'.repeat(40),
  BASE_URL: 'https://help.example.com',
  SMTP_URL: 'smtp://127.0.0.1:9',
  MAIL_FROM: 'help@example.com',
  DATABASE_URL: 'postgresql://nobody:x@127.0.0.1:9/none',
}

describe('what an operator has to put right', () => {
  test('§7: each wrong setting is one line', async () => {
    expectTrouble(await run(['start'], { PORT: 'x', MAX_FILES: '0' }), /^PORT must be .*\.\nMAX_FILES must be .*\.$/)
  })
  test('§7: production names what it needs', async () => {
    const outcome = await run(['serve'], { NODE_ENV: 'production', BASE_URL: '' })
    expectTrouble(outcome, /^(\w+ must be set when NODE_ENV=production\.\n?){5}$/)
  })
  test('§7: a database that does not answer', async () => {
    expectTrouble(await run(['serve'], production), /^The database of DATABASE_URL does not answer: .*\.$/)
  })
  test('§7: production never seeds, and no job runs at another time (ASVS 6.3.2)', async () => {
    expectTrouble(await run(['seed'], production), /development/)
    expectTrouble(await run(['job', 'run', 'clean-up', '--now', '2030-01-01'], production), /--now/)
  })
})

describe('npm start', { timeout: 300_000 }, () => {
  let portal: ChildProcess
  let block: string
  beforeAll(async () => {
    portal = begin(['start'])
    block = await printed(portal, 'Ctrl-C')
  }, 300_000)
  afterAll(() => portal.kill('SIGKILL'))

  test('§7: prints the address, a line per example person, the password and the mail page', () => {
    expect(block).toContain(`Plaindesk runs at ${url}`)
    for (const { email } of Object.values(people)) expect(block).toMatch(new RegExp(`^ *\\w.* ${email} .*\\w$`, 'm'))
    expect(block).toMatch(/^ *Password: plaindesk-example$/m)
    expect(block).toContain(`${url}/dev/mail`)
    expect(block).toMatch(/Ada .*admin/)
  })

  test('V1: answers', async () => {
    expect((await fetch(`${url}/readyz`)).status).toBe(200)
    expect((await fetch(`${url}/tickets/new`)).status).toBe(200)
  })

  test('a second one on the same folder says clearly that one runs', async () => {
    expectTrouble(
      await run(['start'], { PORT: String(await freePort()) }),
      /^Plaindesk already runs on .*process \d+.*DATA_DIR\.$/,
    )
  })

  test('a port that is taken', async () => {
    const outcome = await run(['serve'])
    expectTrouble(outcome, new RegExp(`^Port ${port} on 127.0.0.1 is taken`))
  })

  test('§7: other commands find its database: token create prints a token that works', async () => {
    const { code, out } = await run(['token', 'create', people.ada.email, '--scope', 'tickets:read', 'admin'])
    expect(code).toBe(0)
    expect(out).toMatch(/^pd_\S{43}\n$/)
    const answer = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { authorization: `Bearer ${out.trim()}`, 'content-type': 'application/json' },
      body: JSON.stringify({ query: '{ viewer { role } }' }),
    })
    expect(await answer.json()).toMatchObject({ data: { viewer: { role: 'ADMIN' } } })
  })

  test('§7: user create invites; the link in its answer opens the page that sets a password', async () => {
    const { out } = await run([
      'user',
      'create',
      'New.Agent@plaindesk.example',
      '--name',
      'New Agent',
      '--role',
      'agent',
    ])
    const link = /^http\S+$/m.exec(out)?.[0] ?? ''
    const page = await fetch(link)
    expect(page.status).toBe(200)
    expect(await page.text()).toContain('new.agent@plaindesk.example')
    expectTrouble(await run(['user', 'create', 'new.agent@plaindesk.example', '--name', 'X']), /already/)
    expectTrouble(await run(['user', 'create', 'nobody', '--name', 'X']), /no mail address/)
  })

  test('§4: user reset-second-factor says where there is none', async () => {
    expectTrouble(await run(['user', 'reset-second-factor', people.ada.email]), /second factor/)
  })

  test('§7: job run runs a job once', async () => {
    expect(await run(['job', 'run', 'close-stale', '--now', '2040-01-01T00:00:00Z'])).toMatchObject({ code: 0 })
    expectTrouble(await run(['job', 'run', 'nonsense']), /close-stale/)
  })

  test('kill -9 is recovered from at the next start by itself; Ctrl-C stops everything, exit 0', async () => {
    portal.kill('SIGKILL')
    await once(portal, 'exit')
    portal = begin(['start'])
    await printed(portal, 'Ctrl-C')
    expect((await fetch(`${url}/readyz`)).status).toBe(200)
    // npm passes a Ctrl-C on that the terminal has sent already.
    portal.kill('SIGINT')
    portal.kill('SIGINT')
    const [code] = await once(portal, 'exit')
    expect(code).toBe(0)
    expect(existsSync(join(dataDir, 'postgres', 'postmaster.pid'))).toBe(false)
  })

  test('the parts alone: worker stops on SIGTERM', async () => {
    const worker = begin(['worker'])
    await printed(worker, 'jobs')
    worker.kill('SIGTERM')
    expect((await once(worker, 'exit'))[0]).toBe(0)
    expect(existsSync(join(dataDir, 'postgres', 'postmaster.pid'))).toBe(false)
  })
})

test('an old schema is refused in one sentence, migrate brings it up', { timeout: 300_000 }, async () => {
  const fresh = { DATA_DIR: join(dataDir, 'fresh'), PORT: String(await freePort()) }
  expectTrouble(await run(['serve'], fresh), /^The database's schema is older .*npx plaindesk migrate/)
  expect((await run(['migrate'], fresh)).out).toMatch(/^Migrated: /)
  expect((await run(['migrate'], fresh)).out).toBe('The schema is current.\n')
})
