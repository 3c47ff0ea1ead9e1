// An SMTP client that says exactly what a test wants, and hears every answer.
import { once } from 'node:events'
import { connect, type NetConnectOpts, type Socket } from 'node:net'

export class Conversation {
  private heard = ''
  private isOver = false
  private constructor(readonly socket: Socket) {
    socket.setEncoding('latin1')
    socket.on('data', text => (this.heard += text))
    socket.on('close', () => (this.isOver = true))
    socket.on('error', () => (this.isOver = true))
  }

  /** Connects and waits for the greeting; `at` as SmtpListener.address() tells it. */
  static async with(at: string | null): Promise<Conversation> {
    const socket = connect(placeOf(at ?? ''))
    const conversation = new Conversation(socket)
    await once(socket, 'connect')
    await conversation.answer()
    return conversation
  }

  /** Sends a line and gives its answer, all lines of it. */
  async say(line: string): Promise<string> {
    this.socket.write(`${line}\r\n`)
    return this.answer()
  }

  /** Says each and expects each to be well. */
  async begin(...lines: string[]): Promise<void> {
    for (const line of lines) {
      const answer = await this.say(line)
      if (!/^[23]/.test(answer)) throw new Error(`${line} → ${answer}`)
    }
  }

  /** A whole mail after DATA, dots doubled; gives the answer. */
  async content(raw: string | Buffer): Promise<string> {
    const text = Buffer.isBuffer(raw) ? raw.toString('latin1') : raw
    this.socket.write(Buffer.from(`${text.replace(/^\./gm, '..')}\r\n.\r\n`, 'latin1'))
    return this.answer()
  }

  async answer(): Promise<string> {
    const deadline = Date.now() + 20_000
    for (;;) {
      const [found] = /^(?:\d{3}-.*\r\n)*\d{3} .*\r\n/.exec(this.heard) ?? []
      if (found) {
        this.heard = this.heard.slice(found.length)
        return found.trimEnd()
      }
      if (this.isOver) throw new Error(`the server hung up after “${this.heard}”`)
      if (Date.now() > deadline) throw new Error('no answer in 20 seconds')
      await new Promise(resolve => setTimeout(resolve, 5))
    }
  }

  async closed(): Promise<void> {
    if (!this.isOver) await once(this.socket, 'close')
  }

  end(): void {
    this.socket.destroy()
  }
}

function placeOf(at: string): NetConnectOpts {
  const [, path] = /unix:(.+)$/.exec(at) ?? []
  if (path) return { path }
  const { hostname, port } = new URL(at)
  return { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port) }
}
