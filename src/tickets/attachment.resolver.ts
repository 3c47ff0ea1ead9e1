import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql'
import { ScanResult } from '../files/stored-file.ts'
import type { Context } from '../graph/context.ts'
import { registerNode } from '../graph/nodes.ts'
import { Attachment } from './attachment.ts'
import { attachmentUrl } from './attachment-url.ts'
import { findAttachment } from './visible.ts'

registerNode('Attachment', ({ em, viewer }, id) => findAttachment(em, viewer, id))

@Resolver(() => Attachment)
export class AttachmentResolver {
  @FieldResolver(() => String, { description: 'Where it is downloaded, by the rule of its ticket.' })
  url(@Root() attachment: Attachment, @Ctx() context: Context): string {
    return attachmentUrl(attachment, context)
  }

  @FieldResolver(() => Boolean, {
    description: 'False while it waits for the virus scanner, and for good where that found something.',
  })
  isDownloadable(@Root() attachment: Attachment): boolean {
    return attachment.scan === ScanResult.CLEAN
  }
}
