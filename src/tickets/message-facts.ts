import type { Desk } from '../outbox/letter.ts'
import type { Attachment } from './attachment.ts'
import { Message } from './message.ts'
import { MessageVisibility } from './vocabulary.ts'

/** What a letter shows of a message. */
export interface MessageFacts {
  author: string
  text: string
  files: { name: string; url: string | null }[]
}

/** A public message of a ticket with its files; an internal note is none, whoever asks for it. */
export async function publicMessage({ em }: Desk, ticket: string, id: string | undefined): Promise<Message | null> {
  if (!id) return null
  return em.findOne(
    Message,
    { id, ticket, visibility: MessageVisibility.PUBLIC },
    { populate: ['author', 'attachments'] },
  )
}

/** `opensFiles`: the reader has an account, so the files can be links. */
export function messageFacts({ config, formats, url }: Desk, message: Message, opensFiles: boolean): MessageFacts {
  const { fileSize } = formats(null)
  const address = (file: Attachment): string =>
    url(`/attachments/${file.globalId}/${encodeURIComponent(file.filename)}`)
  return {
    // Whoever was erased wrote in the company's name, as far as a reader is concerned.
    author: message.author?.name ?? config.brandName,
    text: message.text,
    files: message.attachments.getItems().map(file => ({
      name: `${file.filename} (${fileSize(file.size)})`,
      url: opensFiles ? address(file) : null,
    })),
  }
}
