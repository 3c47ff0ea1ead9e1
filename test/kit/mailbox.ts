// A mail server on loopback that keeps what it is given.
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { type ParsedMail, simpleParser } from 'mailparser'
import { SMTPServer } from 'smtp-server'

export class Mail {
  constructor(
    readonly parsed: ParsedMail,
    readonly raw: Buffer,
    readonly recipients: readonly string[],
    /** The sender of the envelope (MAIL FROM). */
    readonly from: string,
  ) {}

  get subject(): string {
    return this.parsed.subject ?? ''
  }

  get text(): string {
    return this.parsed.text ?? ''
  }

  get html(): string {
    return this.parsed.html || ''
  }

  /** Everything there is to read in it, both parts. */
  get content(): string {
    return `${this.subject}\n${this.text}\n${this.html}`
  }

  get messageId(): string {
    return this.parsed.messageId ?? ''
  }

  /** A header line as it was sent, unfolded; empty where it is missing. */
  header(name: string): string {
    const line = this.parsed.headerLines.find(each => each.key === name.toLowerCase())?.line ?? ''
    return line
      .slice(line.indexOf(':') + 1)
      .replace(/\r?\n\s+/g, ' ')
      .trim()
  }

  /** The first link in the text whose address fits; it must be in the HTML too. */
  link(pattern: RegExp): string {
    const found = this.links.find(each => pattern.test(each))
    if (!found) throw new Error(`No link ${pattern} in “${this.subject}”:\n${this.text}`)
    return found
  }

  hasLink(pattern: RegExp): boolean {
    return this.links.some(each => pattern.test(each))
  }

  get links(): string[] {
    return this.text.match(/https?:\/\/[^\s<>"')\]]+/g) ?? []
  }
}

export class Mailbox {
  readonly all: Mail[] = []
  /** Set, every mail is refused for now, as by a server in trouble. */
  isRefusing = false

  private constructor(
    private readonly server: SMTPServer,
    readonly port: number,
  ) {}

  static async open(): Promise<Mailbox> {
    const server = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS', 'AUTH'],
      disableReverseLookup: true,
      logger: false,
      onMailFrom: (_address, _session, done) =>
        done(box.isRefusing ? Object.assign(new Error('not now'), { responseCode: 451 }) : null),
      onData(stream, session, done) {
        box
          .keep(
            stream,
            session.envelope.rcptTo.map(to => to.address),
            session.envelope.mailFrom ? session.envelope.mailFrom.address : '',
          )
          .then(() => done(), done)
      },
    })
    server.on('error', () => undefined) // a client that hangs up is no fault of the server
    const listening = server.listen(0, '127.0.0.1')
    await once(listening, 'listening')
    const box: Mailbox = new Mailbox(server, (listening.address() as AddressInfo).port)
    return box
  }

  get url(): string {
    return `smtp://127.0.0.1:${this.port}`
  }

  to(address: string): Mail[] {
    return this.all.filter(mail => mail.recipients.includes(address))
  }

  forget(): void {
    this.all.length = 0
  }

  close(): Promise<void> {
    return new Promise(resolve => this.server.close(() => resolve()))
  }

  private async keep(stream: NodeJS.ReadableStream, recipients: string[], from: string): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of stream) chunks.push(Buffer.from(chunk))
    const raw = Buffer.concat(chunks)
    this.all.push(new Mail(await simpleParser(raw), raw, recipients, from))
  }
}
