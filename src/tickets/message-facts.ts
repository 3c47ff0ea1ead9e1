import { ScanResult } from '../files/stored-file.ts'
import type { Desk, MailFile } from '../outbox/letter.ts'
import { Role } from '../people/user.ts'
import type { Attachment } from './attachment.ts'
import { Message } from './message.ts'
import { MessageVisibility } from './vocabulary.ts'

/** What a letter shows of a message. */
export interface MessageFacts {
  author: string
  isByTeam: boolean
  text: string
  files: { name: string; url: string | null }[]
}

const MB = 1024 * 1024
/** The words and headers of a mail get a little of what it may weigh (product §7). Many mail servers take no more than 25 MB. */
const WORDS = MB / 2

const populate = ['author', 'attachments'] as const

/** A public message of a ticket with its files; an internal note is none, whoever asks for it. */
export async function publicMessage({ em }: Desk, ticket: string, id: string): Promise<Message | null> {
  return em.findOne(Message, { id, ticket, visibility: MessageVisibility.PUBLIC }, { populate })
}

/** What a request began with; null where nothing public is left of it. */
export async function firstMessage({ em }: Desk, ticket: string): Promise<Message | null> {
  const order = { createdAt: 'asc', id: 'asc' } as const
  return em.findOne(Message, { ticket, visibility: MessageVisibility.PUBLIC }, { populate, orderBy: order })
}

/** The team's last public word; null where there is none. */
export async function lastOfTeam({ em }: Desk, ticket: string): Promise<Message | null> {
  const where = { ticket, visibility: MessageVisibility.PUBLIC, author: { role: { $ne: Role.CUSTOMER } } }
  return em.findOne(Message, where, { populate, orderBy: { createdAt: 'desc', id: 'desc' } })
}

/** `opensFiles`: the reader has an account, so the files can be links. */
export function messageFacts({ config, formats, url }: Desk, message: Message, opensFiles: boolean): MessageFacts {
  const { fileSize } = formats(null)
  const address = (file: Attachment): string =>
    url(`/attachments/${file.globalId}/${encodeURIComponent(file.filename)}`)
  return {
    // Whoever was erased wrote in the company's name, as far as a reader is concerned.
    author: message.author?.name ?? config.brandName,
    isByTeam: message.author?.isTeam ?? true,
    text: message.text,
    files: message.attachments.getItems().map(file => ({
      name: `${file.filename} (${fileSize(file.size)})`,
      url: opensFiles ? address(file) : null,
    })),
  }
}

/** The files that travel with a message, as many as a mail takes; the others are links in the portal. */
export function filesOf({ config }: Desk, message: Message): MailFile[] {
  const files: MailFile[] = []
  let room = config.maxSentMb * MB - WORDS
  for (const { filename, contentType, storageKey: key, size, scan } of message.attachments.getItems()) {
    const weight = Math.ceil(size / 57) * 78 // base64: lines of 76 characters and their ends
    if (scan !== ScanResult.CLEAN || weight > room) continue
    room -= weight
    files.push({ filename, contentType, key })
  }
  return files
}
