import type { Desk } from '../outbox/letter.ts'
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
