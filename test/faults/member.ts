// One process of a portal, kept alive as systemd or a container's restart policy does.
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { plaindesk } from '../kit/program.ts'

const RESTART_MS = 500

export class Member {
  /** It is up: what its process said when it began. */
  isUp = false
  private child: ChildProcess | null = null
  private output = ''
  private isEnding = false

  constructor(
    readonly name: string,
    private readonly args: readonly string[],
    private readonly env: Record<string, string>,
    /** Told when it ends though nobody ended it. */
    private readonly onEnd: (what: string) => void,
  ) {}

  begin(): void {
    const env = { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '', ...this.env }
    const child = plaindesk(this.args, { env, stdio: ['ignore', 'pipe', 'pipe'] }, [
      '--import',
      './test/faults/jump.ts',
    ])
    this.child = child
    child.stdout?.on('data', chunk => {
      this.isUp ||= String(chunk).includes('Plaindesk ')
      this.keep(chunk)
    })
    child.stderr?.on('data', chunk => this.keep(chunk))
    child.once('exit', (code, signal) => void this.ended(code, signal))
  }

  /** It comes back by itself. */
  kill(): void {
    this.isUp = false
    this.child?.kill('SIGKILL')
  }

  signal(signal: NodeJS.Signals): void {
    if (this.isUp) this.child?.kill(signal)
  }

  async end(): Promise<void> {
    this.isEnding = true
    const { child } = this
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const gone = once(child, 'exit')
    child.kill('SIGTERM')
    const late = setTimeout(() => child.kill('SIGKILL'), 20_000)
    await gone
    clearTimeout(late)
  }

  /** For the end of the program. */
  abandon(): void {
    this.isEnding = true
    this.child?.kill('SIGKILL')
  }

  get words(): string {
    return `${this.name}: ${this.output}`
  }

  /** While what it needs is away it may refuse to begin, and is begun again. */
  private async ended(code: number | null, signal: string | null): Promise<void> {
    if (this.isUp && !this.isEnding) this.onEnd(`ended by itself (${code ?? signal}): ${this.words}`)
    this.isUp = false
    await sleep(RESTART_MS)
    if (!this.isEnding) this.begin()
  }

  private keep(chunk: Buffer): void {
    this.output = (this.output + chunk).slice(-20_000)
  }
}
