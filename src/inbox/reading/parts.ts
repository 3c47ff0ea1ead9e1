// Everything of a mail that is not its text, in the order it stands there.

import { cleanFilename } from '../../lib/filename.ts'
import { contentId } from './body.ts'
import type { MailPart } from './mail-facts.ts'
import type { MimePart } from './mime-tree.ts'
import { givenName, partName } from './part-name.ts'
import { decodeTransfer } from './transfer-encoding.ts'

/** A file that is no MIME part of its own. */
export interface InnerFile {
  filename: string
  contentType: string
  content: Buffer
  cid: string | null
}

/** What became of the text parts: those shown are no files, except where they hold some or were cut. */
export type ShownTexts = Map<MimePart, { files: InnerFile[]; isCut: boolean }>

export function partsOf(root: MimePart, shown: ShownTexts): MailPart[] {
  return leaves(root).flatMap((part, index) => {
    const text = shown.get(part)
    const own = text === undefined || text.isCut ? [fileOf(part, index + 1)] : []
    const within = [...(text?.files ?? []), ...(part.tnef?.files ?? [])]
    return [...own.filter(file => !isNothing(part, file)), ...within.map(innerFile)]
  })
}

function leaves(root: MimePart): MimePart[] {
  const found: MimePart[] = []
  const walk = (part: MimePart): void => {
    if (part.isWhole || !part.type.startsWith('multipart/')) found.push(part)
    part.children.forEach(walk)
  }
  walk(root)
  return found
}

/** A boundary too many leaves an empty part. */
const isNothing = (part: MimePart, file: MailPart): boolean =>
  file.content.toString('latin1', 0, 200).trim() === '' &&
  file.size < 200 &&
  givenName(part) === '' &&
  part.type.startsWith('text/')

function fileOf(part: MimePart, number: number): MailPart {
  const content = decodeTransfer(part.body, part.encoding)
  return {
    filename: partName(part, number, content),
    contentType: part.type,
    size: content.length,
    content,
    cid: contentId(part),
    isInline: false,
    // What lay in it is listed itself.
    isDecoration: part.tnef !== null,
  }
}

/** A file out of a text or a winmail.dat. */
const innerFile = ({ filename, content, contentType, cid }: InnerFile): MailPart => ({
  filename: cleanFilename(filename),
  contentType: /^[\w.+-]+\/[\w.+-]+$/.test(contentType) ? contentType.toLowerCase() : 'application/octet-stream',
  size: content.length,
  content,
  cid,
  isInline: false,
  isDecoration: false,
})
