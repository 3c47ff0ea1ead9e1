// npm run bench:start -- --fresh
//
// How long `npm start` takes to its first page: the first time, the second, and after everything was killed; and what a
// Ctrl-C leaves behind. `--fresh` does it in a new clone, after `npm ci`, which takes some minutes.
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { freePort } from '../../src/database/postmaster.ts'
import { keep } from '../promises/kept.ts'
import type { CommandedName } from '../promises/list.ts'
import { root } from './processes.ts'

const { values } = parseArgs({ options: { fresh: { type: 'boolean', default: false } } })
const MOST_SECONDS = 120
const SECOND_STARTS = 3

const folder = mkdtempSync(join(tmpdir(), 'plaindesk-start-'))
chmodSync(folder, 0o711) // PostgreSQL, which does not run as root, passes through
const dataDir = join(folder, 'data')
const port = await freePort()
const url = `http://127.0.0.1:${port}`
const env = {
  ...process.env,
  DATA_DIR: dataDir,
  PORT: String(port),
  HOST: '127.0.0.1',
  BASE_URL: url,
  SMTP_LISTEN: 'off',
}
try {
  const home = values.fresh ? freshClone() : root
  const first = await start(home)
  if (values.fresh) tell('a fresh clone, npm ci and npm start: first page', first.seconds)
  else tell('first page of a first start', first.seconds)
  const left = [await interrupt(first.child)]
  const seconds: number[] = []
  for (let time = 0; time < SECOND_STARTS; time++) {
    const again = await start(home)
    seconds.push(again.seconds)
    left.push(await interrupt(again.child))
  }
  tell('first page of a second start', seconds.sort((one, other) => one - other)[1] ?? Number.NaN)
  tell('processes left after Ctrl-C', Math.max(...left))
  await killAll((await start(home)).child)
  const recovered = await start(home)
  tell('first page after kill -9 of everything', recovered.seconds)
  await interrupt(recovered.child)
} finally {
  rmSync(folder, { recursive: true, force: true })
}

/** As the README says it, and what npm warns of. */
function freshClone(): string {
  const home = join(folder, 'clone')
  execFileSync('git', ['clone', '--quiet', root, home])
  const { stderr, status } = spawnSync('npm', ['ci', '--no-audit', '--no-fund'], {
    cwd: home,
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(`npm ci failed:\n${stderr}`)
  const { dependencies, devDependencies } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8'))
  const warned = [...stderr.matchAll(/npm warn deprecated (\S+)@[^@\s]+:/g)].map(([, name]) => name)
  tell(
    'deprecations of direct dependencies that npm ci prints',
    warned.filter(name => name && name in { ...dependencies, ...devDependencies }).length,
  )
  return home
}

/** `npm start` as a terminal runs it: a process group, to which a Ctrl-C goes as a whole. */
async function start(cwd: string): Promise<{ child: ChildProcess; seconds: number }> {
  const at = performance.now()
  const child = spawn('npm', ['start'], { cwd, env, detached: true, stdio: ['ignore', 'ignore', 'inherit'] })
  while (!(await isAnswered())) {
    if (child.exitCode !== null || performance.now() - at > MOST_SECONDS * 1000) {
      for (const pid of processes(child)) process.kill(pid, 'SIGKILL')
      throw new Error('It did not start.')
    }
    await sleep(20)
  }
  return { child, seconds: (performance.now() - at) / 1000 }
}

function isAnswered(): Promise<boolean> {
  return fetch(`${url}/`, { headers: { connection: 'close' } }).then(
    async answer => (await answer.text()).includes('</html>') && answer.ok,
    () => false,
  )
}

/** Ctrl-C; answers how many processes are still there after it. */
async function interrupt(child: ChildProcess): Promise<number> {
  const ended = once(child, 'exit')
  process.kill(-(child.pid ?? 0), 'SIGINT')
  await ended
  return processes(child).length
}

/** `kill -9` to all of it, PostgreSQL too. */
async function killAll(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit')
  for (const pid of processes(child)) process.kill(pid, 'SIGKILL')
  await ended
}

/** Those of its group, and PostgreSQL, which has one of its own. */
function processes({ pid }: ChildProcess): number[] {
  const all = execFileSync('ps', ['-eo', 'pid=,pgid=,args=', '-ww'], { encoding: 'utf8' }).split('\n')
  return all
    .map(line => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [])
    .filter(([, , group, args = '']) => Number(group) === pid || args.includes(dataDir))
    .map(([, id]) => Number(id))
}

function tell(name: CommandedName, value: number): void {
  console.log(`${name}: ${value.toLocaleString('en', { maximumFractionDigits: 2 })}`)
  keep('bench:start', name, [{ where: '', value }])
}
