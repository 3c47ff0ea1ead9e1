// What the doors (SMTP, IMAP, the command) and the desk behind them say to each other.
import type { Readable } from 'node:stream'

/** How a mail came in. */
export interface Envelope {
  door: 'SMTP' | 'LMTP' | 'IMAP' | 'COMMAND'
  /** MAIL FROM; empty for `<>`, null where the door does not know. */
  from: string | null
  /** RCPT TO; empty where the door does not know. */
  to: string[]
  /** Who delivered it; null where the door does not know. */
  client: { address: string; helo: string } | null
}

/** What came of a mail, exactly one each. */
export const outcomes = [
  'appended',
  'created',
  'followed-up',
  'held',
  'refused',
  'duplicate',
  'automatic',
  'bounce',
  'loop',
  'unreadable',
] as const
export type Outcome = (typeof outcomes)[number]

/** What a door learns of a mail that was kept. */
export interface Receipt {
  /** Id of its row in the ledger. */
  mail: string
  /** Null = a job decides later. */
  outcome: Outcome | null
  reason: string | null
}

/** What a door hands its mails to. */
export interface Reception {
  /** Keeps the raw mail and its row, and decides the sender. Throws where the database or the store are away. */
  receive(raw: Buffer | Readable, envelope: Envelope): Promise<Receipt>
  /**
   * Only the row of a mail whose content stays outside: too large, or (`failing`) one that could not be taken time after
   * time. Of its `start` the headers are read. Throws where the database is away.
   */
  receiveHeaders(start: Buffer, size: number, envelope: Envelope, reason: 'too-large' | 'failing'): Promise<Receipt>
  /** Waits for what the job decides; null where that takes longer than `milliseconds`. */
  settle(mail: string, milliseconds: number): Promise<Outcome | null>
}
