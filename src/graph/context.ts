import type { EntityManager } from '@mikro-orm/postgresql'
import type { Config } from '../config.ts'
import type { Language } from '../i18n/language.ts'
import type { Viewer } from '../people/viewer.ts'
import type { Bounds } from './bounds.ts'
import type { Stream } from './live.ts'

/** By which door an operation came. Some fields that pages need (a link's address) exist for no other door. */
export type Via = 'page' | 'api' | 'mail' | 'command'

/** What a mail brings along that its mutation's input does not hold. */
export interface MailContent {
  /** Its row in the ledger: no mail becomes two messages. */
  id: string
  /** Earlier mails and signatures, below what is new. */
  folded: string
  /** What is new, as the HTML that came; unsafe. */
  html: string | null
  /** False where its sender got enough receipts already. */
  wantsReceipt: boolean
}

/** What a resolver knows besides its arguments. One operation, one context, one fork of the entity manager. */
export interface Context {
  em: EntityManager
  viewer: Viewer
  language: Language
  via: Via
  now: Date
  config: Config
  /** What the public form looks at; `seconds` since it was shown is null for programs, the whole null for mail and commands. */
  client: { address: string; seconds: number | null; honeypot: string } | null
  /** One of many changes that were asked for at once: its mails may come later than those of a single one. */
  isBulk?: boolean
  /** Only by the door of mails. */
  mail?: MailContent
  /** How much it may still take; only a client's operation has such bounds. */
  bounds?: Bounds
  /** Only where the answer has no end. */
  stream?: Stream
  /** Set once a mutation has noted it; see own-write.ts. */
  wroteUpTo?: string | null
  /** Not before this moment (`performance.now()`) is a mutation answered; see same-time.ts. */
  dueAt?: number
}
