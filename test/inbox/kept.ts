// A reception that keeps what it is given in memory, and fails where a test wants it to.
import { buffer } from 'node:stream/consumers'
import type { Envelope, Outcome, Reception } from '../../src/inbox/door.ts'

export interface Kept {
  raw: Buffer
  envelope: Envelope
}

export class KeptMail implements Reception {
  readonly all: Kept[] = []
  readonly tooLarge: { headers: Buffer; size: number; envelope: Envelope; reason: string }[] = []
  /** What the next mails come to. */
  outcome: Outcome | null = 'created'
  settles: Outcome | null = 'created'
  /** Thrown while it is set. */
  trouble: ((raw: Buffer) => Error | null) | null = null
  /** Awaited before each mail is taken. */
  pause: Promise<void> | null = null

  async receive(raw: Parameters<Reception['receive']>[0], envelope: Envelope) {
    const content = Buffer.isBuffer(raw) ? raw : await buffer(raw)
    await this.pause
    const error = this.trouble?.(content)
    if (error) throw error
    const isKnown = this.all.some(each => each.raw.equals(content))
    this.all.push({ raw: content, envelope })
    return { mail: `mail_${this.all.length}`, outcome: isKnown ? ('duplicate' as const) : this.outcome, reason: null }
  }

  async receiveHeaders(headers: Buffer, size: number, envelope: Envelope, reason: 'too-large' | 'failing') {
    const error = this.trouble?.(headers)
    if (error && reason === 'too-large') throw error
    this.tooLarge.push({ headers, size, envelope, reason })
    return { mail: `large_${this.tooLarge.length}`, outcome: 'held' as const, reason }
  }

  async settle(): Promise<Outcome | null> {
    return this.settles
  }

  forget(): void {
    this.all.length = 0
    this.tooLarge.length = 0
  }
}
