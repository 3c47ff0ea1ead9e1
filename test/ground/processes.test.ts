// `plaindesk serve --processes`: several processes share the port, and each may die.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { freePort } from '../../src/database/postmaster.ts'
import { cloneDatabase } from '../kit/database.ts'
import { newFolder } from '../kit/folder.ts'

const root = join(import.meta.dirname, '../..')
const dataDir = newFolder('processes')
const port = await freePort()
const url = `http://127.0.0.1:${port}`
const database = await cloneDatabase(inject('ground').server, inject('ground').template)
afterAll(async () => {
  await database.drop()
  rmSync(dataDir, { recursive: true, force: true })
})

function serve(processes: number): ChildProcess {
  return spawn(process.execPath, ['--import', 'tsx', 'src/main.ts', 'serve', '--processes', String(processes)], {
    cwd: root,
    env: {
      PATH: process.env.PATH ?? '',
      DATA_DIR: dataDir,
      DATABASE_URL: database.url,
      PORT: String(port),
      BASE_URL: url,
      LOG_LEVEL: 'error',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

/** Those that serve; a compiler may run beside them. */
const childrenOf = (pid: number | undefined): number[] =>
  execFileSync('ps', ['-ww', '-o', 'pid=,args=', '--ppid', String(pid)], { encoding: 'utf8' })
    .split('\n')
    .filter(line => line.includes('main.ts serve'))
    .map(line => Number.parseInt(line, 10))

/** Each with a connection of its own, so that no process answers them all. */
const asked = (path: string) => fetch(url + path, { headers: { connection: 'close' } })

async function counted(): Promise<number> {
  const text = await (await asked('/metrics')).text()
  const counts = text.matchAll(/^http_request_duration_seconds_count\{[^}]*\} (\d+)$/gm)
  return [...counts].reduce((sum, [, count]) => sum + Number(count), 0)
}

describe('quality, Speed: several processes serve one port', { timeout: 300_000 }, () => {
  let portal: ChildProcess
  beforeAll(async () => {
    portal = serve(3)
    const [said] = await once(portal.stdout ?? portal, 'data')
    expect(String(said)).toBe(`Plaindesk serves ${url}\n`)
  }, 300_000)
  afterAll(() => portal.kill('SIGKILL'))

  test('there are as many as were asked for, and pages come from them', async () => {
    expect(childrenOf(portal.pid)).toHaveLength(3)
    expect((await asked('/login')).status).toBe(200)
  })

  test('/metrics counts the requests of all of them, whichever is asked', async () => {
    const before = await counted()
    for (let turn = 0; turn < 12; turn += 1) await asked('/healthz')
    const after = [await counted(), await counted(), await counted()]
    for (const [at, count] of after.entries()) expect(count).toBe(before + 12 + 1 + at)
  })

  test('one that is killed is followed by another, and whoever asks meanwhile is answered', async () => {
    const [victim = 0] = childrenOf(portal.pid)
    process.kill(victim, 'SIGKILL')
    for (let turn = 0; turn < 20; turn += 1) expect((await asked('/login')).status).toBe(200)
    await expect.poll(() => childrenOf(portal.pid), { timeout: 60_000 }).toHaveLength(3)
    expect(childrenOf(portal.pid)).not.toContain(victim)
  })

  test('what was handed to one that dies before it takes it is answered by another', async () => {
    const [victim = 0] = childrenOf(portal.pid)
    process.kill(victim, 'SIGSTOP')
    let answered = 0
    const answers = Array.from({ length: 6 }, async () => {
      const { status } = await asked('/login')
      answered += 1
      return status
    })
    await expect.poll(() => answered, { timeout: 30_000 }).toBe(5)
    process.kill(victim, 'SIGKILL')
    expect(await Promise.all(answers)).toEqual(Array(6).fill(200))
    await expect.poll(() => childrenOf(portal.pid), { timeout: 60_000 }).toHaveLength(3)
  })

  test('a port that is taken is said once', async () => {
    const second = serve(3)
    let said = ''
    second.stderr?.on('data', chunk => (said += chunk))
    const [code] = await once(second, 'close')
    expect({ code, said }).toEqual({ code: 1, said: expect.stringMatching(/^Port \d+ on [^\n]*\n$/) })
  })

  test('SIGTERM ends them all', async () => {
    const children = childrenOf(portal.pid)
    portal.kill('SIGTERM')
    const [code] = await once(portal, 'exit')
    expect(code).toBe(0)
    for (const child of children) expect(() => process.kill(child, 0)).toThrow()
  })
})
