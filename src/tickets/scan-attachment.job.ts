import type { EntityManager } from '@mikro-orm/postgresql'
import type { Config } from '../config.ts'
import { scan } from '../files/scan.ts'
import type { FileStore } from '../files/store.ts'
import { ScanResult } from '../files/stored-file.ts'
import { Attachment } from './attachment.ts'

/**
 * Has one file checked by the virus scanner. Throws while the scanner is away, so that the worker asks again; of an
 * infected file the row stays, to tell what became of it, and the bytes go.
 */
export async function scanAttachment(
  em: EntityManager,
  files: FileStore,
  { clamdUrl }: Pick<Config, 'clamdUrl'>,
  id: string,
): Promise<void> {
  const attachment = await em.findOne(Attachment, id)
  if (!attachment) return
  if (attachment.scan === ScanResult.PENDING) {
    // Without a scanner any more, nothing can be waited for.
    attachment.scan = clamdUrl ? await scan(clamdUrl, await files.read(attachment.storageKey)) : ScanResult.CLEAN
    await em.flush()
  }
  if (attachment.scan === ScanResult.INFECTED) await files.delete(attachment.storageKey)
}
