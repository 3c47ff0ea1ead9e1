// The portal as `npm start` runs it: a process of its own with its embedded PostgreSQL, to be killed.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

const root = join(import.meta.dirname, '../..')
const START_MS = 60_000

export class Portal {
  private child: ChildProcess | null = null
  private output = ''

  constructor(
    readonly url: string,
    private readonly dataDir: string,
    private readonly env: Record<string, string>,
  ) {}

  /** Starts it and waits until it is ready. */
  async start(): Promise<void> {
    this.output = ''
    const child = spawn(process.execPath, ['--import', 'tsx', 'src/main.ts', 'start'], {
      cwd: root,
      env: { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '', DATA_DIR: this.dataDir, ...this.env },
      detached: true, // a process group of its own, so that all of it can be killed at once
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.child = child
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', chunk => this.keep(chunk))
    const deadline = Date.now() + START_MS
    while (!(await this.isReady())) {
      if (child.exitCode !== null || Date.now() > deadline) throw new Error(`The portal did not start:\n${this.output}`)
      await sleep(40)
    }
  }

  async isReady(): Promise<boolean> {
    const answer = await fetch(`${this.url}/readyz`).catch(() => null)
    return answer?.ok ?? false
  }

  /** `kill -9` to the whole process group. PostgreSQL stays behind, as it would on a server. */
  async kill(): Promise<void> {
    await this.signal('SIGKILL')
  }

  /** As Ctrl-C: it stops everything, PostgreSQL too. */
  async stop(): Promise<void> {
    await this.signal('SIGINT')
  }

  /** `kill -9` to PostgreSQL, which takes all its connections along. */
  killPostgres(): void {
    const pid = Number(readFileSync(join(this.dataDir, 'postgres/postmaster.pid'), 'utf8').split('\n')[0])
    if (pid > 1) process.kill(pid, 'SIGKILL')
  }

  /** What other programs find the database by. */
  get databaseUrl(): string {
    return JSON.parse(readFileSync(join(this.dataDir, 'database.json'), 'utf8')).url
  }

  private async signal(signal: NodeJS.Signals): Promise<void> {
    const { child } = this
    this.child = null
    if (!child?.pid || child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'exit')
    process.kill(-child.pid, signal)
    await ended
  }

  private keep(chunk: Buffer): void {
    this.output = (this.output + chunk).slice(-5000)
  }
}
