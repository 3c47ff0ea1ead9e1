// The lines that history is brought in by, as other systems can write them: people are their mail addresses, everything else is
// known by ids of the other system. The README says what each field means.
import { z } from 'zod'
import { cleanLine, cleanText } from '../../lib/clean-text.ts'
import { normalizeAddress } from '../../lib/email-address.ts'
import { NAME_LENGTH, Role } from '../../people/user.ts'
import { MAX_MESSAGE, MAX_SUBJECT } from '../../tickets/limits.ts'
import { TicketStatus } from '../../tickets/ticket-status.ts'
import { Channel, TicketPriority } from '../../tickets/vocabulary.ts'

const MAX_NUMBER = 999_999_999 // what a reply address holds
const MAX_HTML = 300_000
const MAX_TAG = 40

const address = z.string().transform((text, { addIssue }) => {
  const normal = normalizeAddress(text.trim())
  if (normal === null) addIssue(`no mail address: "${text.slice(0, 80)}"`)
  return normal ?? z.NEVER
})
const moment = z.iso
  .datetime({ offset: true, error: 'no moment such as 2019-03-01T08:00:00Z' })
  .transform(text => new Date(text))
const line = (most: number) =>
  z
    .string()
    .transform(cleanLine)
    .pipe(z.string().min(1, 'empty').max(most, `longer than ${most} characters`))
const id = z
  .union([z.string().min(1).max(200), z.number()], 'no id: a text of at most 200 characters, or a number')
  .transform(String)

/** In whatever case: the other system need not shout. */
const word = <T extends string>(values: Record<string, T>) =>
  z.string().transform((text, { addIssue }) => {
    const found = Object.values(values).find(value => value === text.toUpperCase())
    if (!found) addIssue(`"${text.slice(0, 40)}" is none of ${Object.values(values).join(', ').toLowerCase()}`)
    return found ?? z.NEVER
  })

const person = z.strictObject({
  email: address,
  name: line(NAME_LENGTH).optional(),
  organization: line(200).optional(),
})

/** An address, or an address with a name. */
const somebody = z.union([address, person]).transform(given => (typeof given === 'string' ? { email: given } : given))

const file = z
  .union([z.string(), z.strictObject({ path: z.string(), name: z.string().optional() })])
  .transform(given => (typeof given === 'string' ? { path: given } : given))

const message = z.strictObject({
  id: id.optional(),
  /** The requester where nobody is named. */
  author: somebody.optional(),
  at: moment,
  text: z
    .string()
    .transform(cleanText)
    .pipe(z.string().max(MAX_MESSAGE, `longer than ${MAX_MESSAGE} characters; put it into a file`))
    .default(''),
  html: z.string().max(MAX_HTML, `longer than ${MAX_HTML} characters`).transform(storable).optional(),
  note: z.boolean().default(false),
  channel: word(Channel).optional(),
  files: z.array(file).default([]),
})

export const ticketLine = z.strictObject({
  id: id.optional(),
  number: z.number().int().min(1).max(MAX_NUMBER).optional(),
  subject: line(MAX_SUBJECT),
  requester: somebody,
  status: word(TicketStatus).default(TicketStatus.CLOSED),
  priority: word(TicketPriority).default(TicketPriority.NORMAL),
  category: line(200).optional(),
  tags: z.array(line(MAX_TAG)).max(20).default([]),
  assignee: somebody.optional(),
  participants: z.array(somebody).default([]),
  private: z.boolean().default(false),
  channel: word(Channel).optional(),
  createdAt: moment.optional(),
  doneAt: moment.optional(),
  closedAt: moment.optional(),
  followUpOf: id.optional(),
  messages: z.array(message).min(1, 'a ticket has at least one message'),
})

export const personLine = z.strictObject({
  ...person.shape,
  role: word(Role).default(Role.CUSTOMER),
  language: z.enum(['en', 'de']).optional(),
  createdAt: moment.optional(),
})

export type TicketLine = z.infer<typeof ticketLine>
export type MessageLine = TicketLine['messages'][number]
export type PersonLine = z.infer<typeof personLine>
export type Somebody = z.infer<typeof somebody>
export type FileOfLine = MessageLine['files'][number]

/** A line as one that is understood, or why it is not: `messages[2].at: no moment such as …`. */
export function understand<T>(schema: z.ZodType<T>, text: string): { value: T } | { refused: string } {
  const given = jsonIn(text)
  if (given === undefined) return { refused: 'no JSON' }
  const read = schema.safeParse(given)
  return read.success ? { value: read.data } : { refused: read.error.issues.map(inWords).join('; ') }
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function inWords(issue: z.core.$ZodIssue): string {
  // Of several forms the one that was meant: what is wrong deep inside it, or with its words.
  const inner =
    issue.code === 'invalid_union' ? issue.errors.flat().toSorted((a, b) => aptness(b) - aptness(a))[0] : null
  const path = [...issue.path, ...(inner?.path ?? [])]
  const place = path.map(part => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('')
  return [place.replace(/^\./, ''), inner?.message ?? issue.message].filter(Boolean).join(': ')
}

const aptness = ({ path, code }: z.core.$ZodIssue): number => (path.length > 0 ? 2 : code === 'invalid_type' ? 0 : 1)

/** No column takes a NUL, nor half a character. */
function storable(text: string): string {
  return text.toWellFormed().replaceAll('\0', '')
}
