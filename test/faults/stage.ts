// A portal as it runs on several machines: three web processes behind a balancer and two workers, one PostgreSQL, one file
// store, one mail server; each of them can be broken.
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import pg from 'pg'
import { type Cluster, openCluster } from '../../src/database/cluster.ts'
import { freePort } from '../../src/database/postmaster.ts'
import { WORKERS } from '../../src/jobs/presence.ts'
import { type FakeBucket, fakeBucket } from '../files/bucket.ts'
import { Dovecot } from '../inbox/dovecot.ts'
import { command } from '../kit/database.ts'
import { Mailbox } from '../kit/mailbox.ts'
import { settings } from '../kit/settings.ts'
import { seedTemplate } from '../kit/template.ts'
import { type Balancer, balancer } from './balancer.ts'
import { MailLine } from './mail-line.ts'
import { Member } from './member.ts'

const WEBS = 3
const WORKERS_COUNT = 2
const START_MS = 180_000
/** Of the disk for files, where a disk of its own can be had. */
const DISK_MB = 64
const MAILBOX_USER = 'help'

export interface Needs {
  /** Where files lie. */
  store: 'disk' | 'bucket'
  hasImap: boolean
}

export class Stage {
  readonly webs: Member[] = []
  readonly workers: Member[] = []
  /** Processes that ended though nobody ended them. */
  readonly ended: string[] = []
  databaseUrl = ''
  mailPort = 0
  dovecot: Dovecot | null = null
  bucket: FakeBucket | null = null
  /** Whether the folder of the files is a disk of its own. */
  hasDisk = false
  private ports: number[] = []
  private balancer!: Balancer
  private readonly closing: (() => unknown)[] = []

  private constructor(
    readonly dir: string,
    private readonly cluster: Cluster,
    readonly mailbox: Mailbox,
    readonly mailLine: MailLine,
  ) {}

  static async open(needs: Needs): Promise<Stage> {
    const dir = await mkdtemp(join(tmpdir(), 'plaindesk-faults-'))
    await chmod(dir, 0o711) // PostgreSQL, which does not run as root, passes through
    const mailbox = await Mailbox.open()
    const stage = new Stage(dir, await openCluster(dir), mailbox, await MailLine.to(mailbox.port))
    try {
      await stage.prepare(needs)
      return stage
    } catch (error) {
      await stage.close()
      throw error
    }
  }

  get url(): string {
    return this.balancer.url
  }

  get files(): string {
    return join(this.dir, 'files')
  }

  get clockFile(): string {
    return join(this.dir, 'clock')
  }

  get members(): Member[] {
    return [...this.webs, ...this.workers]
  }

  get deliver(): ((mail: Buffer) => void) | null {
    const { dovecot } = this
    return dovecot && (mail => dovecot.deliver(MAILBOX_USER, mail))
  }

  /** Everything is up and answers, by itself. */
  async recovered(): Promise<void> {
    const deadline = Date.now() + START_MS
    while (!(await this.isWell())) {
      if (Date.now() > deadline) throw new Error(`It does not recover. ${this.members.map(each => each.words)}`)
      await sleep(100)
    }
  }

  /** `kill -9` to PostgreSQL. */
  killPostgres(): void {
    const pid = this.postgresPid()
    if (pid > 1) process.kill(pid, 'SIGKILL')
  }

  stopPostgres(): Promise<void> {
    return this.cluster.stop()
  }

  /** At the same address as before, which the remains of a killed one may hold for a moment. */
  async startPostgres(): Promise<void> {
    const port = Number(new URL(this.databaseUrl).port)
    for (let attempt = 1; ; attempt++) {
      while ((await freePort(port)) !== port) await sleep(50)
      try {
        return await this.cluster.start(port)
      } catch (error) {
        if (attempt > 50) throw error
        await sleep(200)
      }
    }
  }

  async close(): Promise<void> {
    process.off('exit', this.last)
    await Promise.all(this.members.map(member => member.end()))
    for (const close of this.closing.reverse()) await close()
    await Promise.all([this.mailLine.close(), this.mailbox.close(), this.cluster.stop().catch(() => {})])
    await rm(this.dir, { recursive: true, force: true })
  }

  /** Whoever is stopped in the middle leaves nothing running. */
  private readonly last = () => {
    for (const member of this.members) member.abandon()
    const pid = this.postgresPid()
    if (pid > 1) process.kill(pid, 'SIGKILL')
    if (this.hasDisk) execFileSync('umount', ['-l', this.files])
    rmSync(this.dir, { recursive: true, force: true, maxRetries: 5 })
  }

  private postgresPid(): number {
    const path = join(this.dir, 'postgres/postmaster.pid')
    return existsSync(path) ? Number(readFileSync(path, 'utf8').split('\n')[0]) : 0
  }

  private async prepare(needs: Needs): Promise<void> {
    process.once('exit', this.last)
    await mkdir(this.files)
    if (needs.store === 'disk') this.mountDisk()
    await this.cluster.start()
    await command(this.cluster.url('postgres') ?? '', 'create database plaindesk')
    this.databaseUrl = this.cluster.url('plaindesk') ?? ''
    await seedTemplate(this.databaseUrl, this.files)
    const store = needs.store === 'bucket' ? await this.openBucket() : {}
    const imap = needs.hasImap ? await this.openImap() : {}
    this.ports = await Promise.all(Array.from({ length: WEBS }, () => freePort()))
    this.mailPort = await freePort()
    this.balancer = await balancer(this.ports)
    this.closing.push(() => this.balancer.close())
    this.begin({ ...store, ...imap })
    await this.recovered()
  }

  private begin(own: Record<string, string>): void {
    const env = {
      ...settings(this.url, this.databaseUrl, this.dir),
      STORAGE_URL: pathToFileURL(this.files).href,
      SMTP_URL: this.mailLine.url,
      SMTP_LISTEN: `127.0.0.1:${this.mailPort}`,
      MAILS_PER_HOUR: '1000',
      LOG_LEVEL: 'error',
      CLOCK_FILE: this.clockFile,
      ...own,
    }
    const onEnd = (what: string) => void this.ended.push(what)
    for (const [at, port] of this.ports.entries()) {
      const args = ['serve', '--processes', '1']
      this.webs.push(new Member(`web ${at + 1}`, args, { ...env, PORT: String(port) }, onEnd))
    }
    for (let at = 1; at <= WORKERS_COUNT; at++) this.workers.push(new Member(`worker ${at}`, ['worker'], env, onEnd))
    for (const member of this.members) member.begin()
  }

  /** A small disk that can be filled, where we may make one. */
  private mountDisk(): void {
    if (process.platform !== 'linux' || process.getuid?.() !== 0) return
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK_MB}m`, 'tmpfs', this.files], { stdio: 'ignore' })
    } catch {
      return // not in every container
    }
    this.hasDisk = true
    this.closing.push(() => execFileSync('umount', ['-l', this.files]))
  }

  private async openBucket(): Promise<Record<string, string>> {
    const bucket = fakeBucket()
    bucket.server.listen(0, '127.0.0.1')
    await new Promise(resolve => bucket.server.once('listening', resolve))
    this.bucket = bucket
    this.closing.push(() => {
      bucket.server.closeAllConnections()
      bucket.server.close()
    })
    const { port } = bucket.server.address() as AddressInfo
    return {
      STORAGE_URL: `s3://files?endpoint=http://127.0.0.1:${port}`,
      AWS_ACCESS_KEY_ID: 'key',
      AWS_SECRET_ACCESS_KEY: 'secret',
    }
  }

  private async openImap(): Promise<Record<string, string>> {
    const dovecot = await Dovecot.prepare()
    this.dovecot = dovecot
    this.closing.push(() => dovecot.end())
    await dovecot.start()
    await dovecot.put(MAILBOX_USER, [])
    return { IMAP_URL: dovecot.url(MAILBOX_USER) }
  }

  private async isWell(): Promise<boolean> {
    if (!this.members.every(({ isUp }) => isUp)) return false
    const ready = this.ports.map(port =>
      fetch(`http://127.0.0.1:${port}/readyz`, { signal: AbortSignal.timeout(10_000) }).then(
        async answer => (await answer.text()) !== '' && answer.ok,
      ),
    )
    const answers = await Promise.all(ready).catch(() => [false])
    return answers.every(Boolean) && (await this.workersHere()) >= WORKERS_COUNT
  }

  private async workersHere(): Promise<number> {
    const client = new pg.Client({ connectionString: this.databaseUrl })
    client.on('error', () => {})
    try {
      await client.connect()
      const { rows } = await client.query(
        `select count(distinct pid)::int as count from pg_locks where locktype = 'advisory' and granted and classid = $1`,
        [WORKERS],
      )
      return rows[0].count
    } catch {
      return 0
    } finally {
      await client.end().catch(() => {})
    }
  }
}
