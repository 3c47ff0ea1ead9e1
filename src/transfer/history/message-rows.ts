import type { StoredFile } from '../../files/stored-file.ts'
import { textOfHtml } from '../../inbox/reading/html-text.ts'
import { cleanText } from '../../lib/clean-text.ts'
import { newId } from '../../lib/ids.ts'
import { Channel, MessageVisibility } from '../../tickets/vocabulary.ts'
import type { MessageLine } from './format.ts'

export interface MessageRow {
  id: string
  ticket_id: string
  author_id: string
  text: string
  html_part: string | null
  visibility: MessageVisibility
  channel: Channel
  created_at: Date
}

export function messageRow(
  ticketId: string,
  authorId: string,
  message: MessageLine,
  channel = Channel.API,
): MessageRow {
  const { text, html, note, at } = message
  return {
    id: newId(),
    ticket_id: ticketId,
    author_id: authorId,
    text: text === '' && html !== undefined ? cleanText(textOfHtml(html)) : text,
    html_part: html ?? null,
    visibility: note ? MessageVisibility.INTERNAL : MessageVisibility.PUBLIC,
    channel: message.channel ?? channel,
    created_at: at,
  }
}

export const attachmentRow = (message: MessageRow, file: StoredFile): object => ({
  id: newId(),
  message_id: message.id,
  uploader_id: message.author_id,
  filename: file.filename,
  content_type: file.contentType,
  size: file.size,
  sha256: file.sha256,
  storage_key: file.storageKey,
  scan: file.scan,
  created_at: message.created_at,
})
