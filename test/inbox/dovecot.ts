// A real IMAP server as an ordinary process, with a folder and ports of its own.
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { chmodSync, chownSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { ImapFlow } from 'imapflow'
import { freePort } from '../../src/database/postmaster.ts'
import { newFolder } from '../kit/folder.ts'

const PASSWORD = 'secret'
const binary = ['/usr/sbin/dovecot', '/usr/local/sbin/dovecot', '/opt/homebrew/sbin/dovecot'].find(
  path => spawnSync(path, ['--version']).status === 0,
)

export const hasDovecot = binary !== undefined && spawnSync('openssl', ['version']).status === 0
if (!hasDovecot)
  console.warn('IMAP is not tested: dovecot (apt-get install dovecot-imapd) or openssl is not installed.')

export interface Letter {
  subject: string
  flags: string[]
}

export class Dovecot {
  private child: ChildProcess | null = null
  private delivered = 0
  private constructor(
    private readonly dir: string,
    readonly port: number,
    readonly securePort: number,
  ) {}

  /** Prepares one; `lines` are added to its settings. */
  static async prepare(lines = ''): Promise<Dovecot> {
    const dir = newFolder('dovecot')
    chmodSync(dir, 0o755)
    const dovecot = new Dovecot(dir, await freePort(), await freePort())
    mkdirSync(join(dir, 'mail'))
    const isRoot = process.getuid?.() === 0
    const { username, gid } = userInfo()
    const owner = isRoot ? 'nobody' : username
    const group = execFileSync('id', ['-gn', owner], { encoding: 'utf8' }).trim()
    if (isRoot) {
      const id = (flag: string) => Number(execFileSync('id', [flag, owner], { encoding: 'utf8' }))
      chownSync(join(dir, 'mail'), id('-u'), id('-g'))
    }
    makeCertificate(dir)
    writeFileSync(
      join(dir, 'dovecot.conf'),
      `
base_dir = ${dir}/run
state_dir = ${dir}/run
log_path = ${dir}/log
protocols = imap
listen = 127.0.0.1
ssl = yes
ssl_cert = <${dir}/cert.pem
ssl_key = <${dir}/key.pem
disable_plaintext_auth = no
auth_mechanisms = plain login xoauth2
first_valid_uid = 1
first_valid_gid = ${isRoot ? 1 : Math.min(1, gid)}
mail_location = maildir:${dir}/mail/%u
mail_max_userip_connections = 100
${isRoot ? '' : `default_internal_user = ${owner}\ndefault_login_user = ${owner}\ndefault_internal_group = ${group}`}
passdb {
  driver = static
  args = password=${PASSWORD}
}
userdb {
  driver = static
  args = uid=${owner} gid=${group} home=${dir}/mail/%u
}
service imap-login {
  chroot =
  inet_listener imap {
    port = ${dovecot.port}
  }
  inet_listener imaps {
    port = ${dovecot.securePort}
    ssl = yes
  }
}
service anvil {
  chroot =
}
${lines}
`,
    )
    return dovecot
  }

  get certificate(): string {
    return readFileSync(join(this.dir, 'cert.pem'), 'utf8')
  }

  get log(): string {
    return readFileSync(join(this.dir, 'log'), 'utf8')
  }

  url(user: string, { scheme = 'imap', query = '' } = {}): string {
    const port = scheme === 'imaps' ? this.securePort : this.port
    const name = query ? user : `${user}:${PASSWORD}`
    return `${scheme}://${name}@127.0.0.1:${port}/INBOX${query}`
  }

  async start(): Promise<void> {
    // Its processes are a group of their own, to be killed together.
    this.child = spawn(binary ?? '', ['-F', '-c', join(this.dir, 'dovecot.conf')], { detached: true, stdio: 'ignore' })
    process.once('exit', this.last)
    const deadline = Date.now() + 60_000
    while (!(await answers(this.port))) {
      if (Date.now() > deadline) throw new Error(`dovecot does not start: ${this.log}`)
      await sleep(50)
    }
  }

  /** Tests that fail before they can end it leave nothing running. */
  private readonly last = () => {
    if (this.child?.pid) process.kill(-this.child.pid, 'SIGKILL')
  }

  /** As when the machine loses its power. */
  async kill(): Promise<void> {
    const { child } = this
    if (!child?.pid) return
    this.child = null
    process.off('exit', this.last)
    const gone = new Promise(resolve => child.once('exit', resolve))
    process.kill(-child.pid, 'SIGKILL')
    await gone
    while (await answers(this.port)) await sleep(20)
    rmSync(join(this.dir, 'run'), { recursive: true, force: true })
  }

  async end(): Promise<void> {
    await this.kill()
    rmSync(this.dir, { recursive: true, force: true })
  }

  /** Puts mails into a folder, as they are. */
  async put(user: string, mails: readonly (string | Buffer)[], flags: string[] = [], folder = 'INBOX'): Promise<void> {
    await this.as(user, async client => {
      for (const mail of mails) await client.append(folder, mail, flags)
    })
  }

  /** What lies in a folder, in order; empty where it does not exist. */
  async in(user: string, folder: string): Promise<Letter[]> {
    return this.as(user, async client => {
      const opened = await client.mailboxOpen([folder], { readOnly: true }).catch(() => null)
      if (!opened?.exists) return []
      const found = await client.fetchAll('1:*', { envelope: true, flags: true })
      return found.map(({ envelope, flags }) => ({ subject: envelope?.subject ?? '', flags: [...(flags ?? [])] }))
    })
  }

  /** Nothing new can be made in somebody's mailbox; `false` ends it. */
  makeReadOnly(user: string, isReadOnly = true): void {
    chmodSync(join(this.dir, 'mail', user), isReadOnly ? 0o555 : 0o755)
  }

  /** Delivers behind the server's back, as a mail server on the same machine does. */
  deliver(user: string, mail: Buffer): void {
    writeFileSync(join(this.dir, 'mail', user, 'new', `${Date.now()}.${this.delivered++}.test`), mail, { mode: 0o644 })
  }

  /** As after a restore from a backup: UIDVALIDITY is another. */
  async forgetUids(user: string): Promise<void> {
    await this.kill()
    const folder = join(this.dir, 'mail', user)
    for (const file of readdirSync(folder).filter(name => name.startsWith('dovecot'))) rmSync(join(folder, file))
    await sleep(1100) // it is made of the time in seconds
    await this.start()
  }

  async as<T>(user: string, act: (client: ImapFlow) => Promise<T>): Promise<T> {
    const auth = { user, pass: PASSWORD }
    const client = new ImapFlow({
      host: '127.0.0.1',
      port: this.port,
      secure: false,
      doSTARTTLS: false,
      auth,
      logger: false,
    })
    client.on('error', () => {})
    await client.connect()
    try {
      return await act(client)
    } finally {
      await client.logout().catch(() => {})
    }
  }
}

function makeCertificate(dir: string): void {
  const args =
    'req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1'.split(' ')
  execFileSync('openssl', [...args, '-keyout', join(dir, 'key.pem'), '-out', join(dir, 'cert.pem')], {
    stdio: 'ignore',
  })
}

function answers(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect(port, '127.0.0.1')
    socket.once('error', () => resolve(false))
    socket.once('data', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('close', () => resolve(false))
  })
}
