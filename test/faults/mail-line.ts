// The line between Plaindesk and its mail server, on which a conversation stops or breaks where it hurts.
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/**
 * `hanging`: nothing gets through. `mid-data`: it breaks while the mail is being told. `before-answer`: it breaks when the
 * mail is told and taken, but nobody hears of it, so that it has to be sent again.
 */
export type Manner = 'well' | 'hanging' | 'mid-data' | 'before-answer'

export class MailLine {
  /** Of conversations that begin from now on. */
  manner: Manner = 'well'
  private readonly sockets = new Set<Socket>()
  private readonly server = createServer(near => this.take(near))

  private constructor(private readonly target: number) {}

  static async to(port: number): Promise<MailLine> {
    const line = new MailLine(port)
    line.server.listen(0, '127.0.0.1')
    await once(line.server, 'listening')
    return line
  }

  get url(): string {
    return `smtp://127.0.0.1:${(this.server.address() as AddressInfo).port}`
  }

  /** Breaks all conversations; those that follow have the new manner. */
  turn(manner: Manner): void {
    this.manner = manner
    for (const socket of this.sockets) socket.destroy()
  }

  async close(): Promise<void> {
    this.turn('well')
    this.server.close()
    await once(this.server, 'close')
  }

  private take(near: Socket): void {
    this.keep(near)
    if (this.manner === 'hanging') return
    const { manner } = this
    const far = connect(this.target, '127.0.0.1')
    this.keep(far)
    near.once('close', () => far.destroy())
    far.once('close', () => near.destroy())
    let said = ''
    const isTold = () => said.includes('\r\n.\r\n')
    near.on('data', chunk => {
      if (manner !== 'well') said += chunk.toString('latin1')
      const isTelling = /^DATA\r\n/m.test(said) && !/DATA\r\n$/.test(said)
      if (manner === 'mid-data' && isTelling) return void near.destroy()
      far.write(chunk)
    })
    far.on('data', chunk => {
      if (manner === 'before-answer' && isTold()) return void near.destroy()
      near.write(chunk)
    })
  }

  private keep(socket: Socket): void {
    this.sockets.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => this.sockets.delete(socket))
  }
}
