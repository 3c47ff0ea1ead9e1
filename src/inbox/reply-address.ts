// Where replies to our mails go: `support+r.10042.<proof>@help.example` brings its ticket along even where a mail program
// drops the references and a gateway the subject. `r` is a reply; `a`, "answer the customer", is for the team alone. Some
// servers fold the case, so all of it is lower case; the proof is 80 bits, checked by us alone.
import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Config } from '../config.ts'
import { deriveKey } from '../lib/keys.ts'

export type ReplyKind = 'reply' | 'answer'
type Settings = Pick<Config, 'supportAddress' | 'sessionSecret' | 'replyTags'>

const letterOf = { reply: 'r', answer: 'a' } as const
const MAX_LOCAL_PART = 64 // RFC 5321 §4.5.3.1.1

/** The tagged address of a ticket; null where REPLY_TAGS is off or SUPPORT_ADDRESS leaves no room for a tag. */
export function replyAddress(kind: ReplyKind, ticketNumber: number, config: Settings): string | null {
  const [local, domain] = partsOf(config.supportAddress)
  const name = `${letterOf[kind]}.${ticketNumber}`
  const tagged = `${local}+${name}.${proofOf(name, config)}`
  return config.replyTags && tagged.length <= MAX_LOCAL_PART ? `${tagged}@${domain}` : null
}

/** What a tagged address of ours tells, in whatever case it comes back; null for all others, forged ones too. */
export function parseReplyAddress(address: string, config: Settings): { kind: ReplyKind; ticket: number } | null {
  const [local, domain] = partsOf(config.supportAddress.toLowerCase())
  const text = address.trim().toLowerCase()
  if (!text.startsWith(`${local}+`) || !text.endsWith(`@${domain}`)) return null
  const tag = text.slice(local.length + 1, -domain.length - 1)
  const [, name = '', letter, number, proof = ''] = /^(([ra])\.(\d{1,9}))\.([0-9a-v]{16})$/.exec(tag) ?? []
  if (!letter || !isSame(proof, proofOf(name, config))) return null
  return { kind: letter === 'a' ? 'answer' : 'reply', ticket: Number(number) }
}

function partsOf(address: string): [local: string, domain: string] {
  const at = address.lastIndexOf('@')
  return [address.slice(0, at), address.slice(at + 1)]
}

function proofOf(name: string, { sessionSecret }: Settings): string {
  const mac = createHmac('sha256', deriveKey(sessionSecret, 'reply-address')).update(name).digest('hex')
  return BigInt(`0x${mac.slice(0, 20)}`)
    .toString(32)
    .padStart(16, '0')
}

const isSame = (one: string, two: string): boolean =>
  one.length === two.length && timingSafeEqual(Buffer.from(one), Buffer.from(two))
