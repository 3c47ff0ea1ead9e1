import type { Context } from '../graph/context.ts'
import type { Attachment } from './attachment.ts'

/** Where a file is downloaded, by the rule of its ticket. */
export const attachmentUrl = (attachment: Attachment, { config, via }: Pick<Context, 'config' | 'via'>): string =>
  `${via === 'page' ? '' : config.baseUrl}/attachments/${attachment.globalId}/${encodeURIComponent(attachment.filename)}`
