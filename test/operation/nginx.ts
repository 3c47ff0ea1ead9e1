// nginx as an ordinary process, with the example that we hand out.
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { newFolder } from '../kit/folder.ts'

const example = join(import.meta.dirname, '../../deploy/nginx.conf')
const binary = ['/usr/sbin/nginx', '/usr/local/sbin/nginx', '/opt/homebrew/bin/nginx'].find(
  path => spawnSync(path, ['-v']).status === 0,
)

export const hasNginx = binary !== undefined && spawnSync('openssl', ['version']).status === 0
if (!hasNginx)
  console.warn('The reverse proxy is not tested: nginx (apt-get install nginx-light) or openssl is not installed.')

export interface Ports {
  http: number
  https: number
  /** Where Plaindesk listens. */
  portal: number
}

export class Nginx {
  private child: ChildProcess | null = null
  private readonly dir = newFolder('nginx')

  constructor(private readonly ports: Ports) {
    const certificate =
      'req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost'
    execFileSync(
      'openssl',
      [...certificate.split(' '), '-keyout', this.path('key.pem'), '-out', this.path('cert.pem')],
      {
        stdio: 'ignore',
      },
    )
    writeFileSync(this.path('nginx.conf'), this.whole(adapted(readFileSync(example, 'utf8'), ports, this.dir)))
  }

  get certificate(): string {
    return readFileSync(this.path('cert.pem'), 'utf8')
  }

  /** What it noted of requests so far. */
  get log(): string {
    return readFileSync(this.path('access.log'), 'utf8')
  }

  /** What nginx itself says of the file; it exits with another code than 0 where it is wrong. */
  check(): string {
    const { status, stderr } = spawnSync(binary ?? '', ['-t', '-p', this.dir, '-c', this.path('nginx.conf')])
    return `${status} ${stderr}`
  }

  async start(): Promise<void> {
    this.child = spawn(binary ?? '', ['-p', this.dir, '-c', this.path('nginx.conf')], { stdio: 'ignore' })
    const deadline = Date.now() + 15_000
    while (!(await answers(this.ports.https))) {
      if (Date.now() > deadline)
        throw new Error(`nginx does not start: ${readFileSync(this.path('error.log'), 'utf8')}`)
      await sleep(30)
    }
  }

  async end(): Promise<void> {
    this.child?.kill('SIGTERM')
    if (this.child && this.child.exitCode === null) await once(this.child, 'exit')
    rmSync(this.dir, { recursive: true, force: true })
  }

  private path(name: string): string {
    return join(this.dir, name)
  }

  private whole(servers: string): string {
    const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
      name => `${name}_temp_path ${this.path(name)};`,
    )
    return `
${process.getuid?.() === 0 ? 'user root;' : ''}
daemon off;
worker_processes 1;
pid ${this.path('pid')};
error_log ${this.path('error.log')};
events {}
http {
  access_log off;
  ${temporary.join('\n  ')}
  ${servers}
}`
  }
}

/** Other ports, another name and another certificate; all else is as in the example. */
const adapted = (text: string, { http, https, portal }: Ports, dir: string): string =>
  text
    .replaceAll('help.example.com', 'localhost')
    .replace('127.0.0.1:3000', `127.0.0.1:${portal}`)
    .replace('listen 80;', `listen 127.0.0.1:${http};`)
    .replace('listen 443 ssl', `listen 127.0.0.1:${https} ssl`)
    .replaceAll('/var/log/nginx/plaindesk.log', join(dir, 'access.log'))
    .replace('/etc/ssl/localhost.pem', join(dir, 'cert.pem'))
    .replace('/etc/ssl/localhost.key', join(dir, 'key.pem'))

function answers(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect(port, '127.0.0.1')
    socket.once('error', () => resolve(false))
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
  })
}
