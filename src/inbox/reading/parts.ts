// Everything of a mail that is not its text, in the order it stands there.

import { cleanFilename } from '../../lib/filename.ts'
import { contentId } from './body.ts'
import type { MailPart } from './mail-facts.ts'
import type { MimePart } from './mime-tree.ts'
import { givenName, partName } from './part-name.ts'
import { decodeTransfer } from './transfer-encoding.ts'
import type { TextFile } from './uuencode.ts'

/** What became of the text parts: those shown are no files, except where they hold some or were cut. */
export type ShownTexts = Map<MimePart, { files: TextFile[]; isCut: boolean }>

export function partsOf(root: MimePart, shown: ShownTexts): MailPart[] {
  return leaves(root).flatMap((part, index) => {
    const text = shown.get(part)
    const own = text === undefined || text.isCut ? [fileOf(part, index + 1)] : []
    return [...own.filter(file => !isNothing(part, file)), ...(text?.files ?? []).map(textFile)]
  })
}

function leaves(root: MimePart): MimePart[] {
  const found: MimePart[] = []
  const walk = (part: MimePart): void => {
    if (part.type.startsWith('multipart/') && part.children.length > 0) part.children.forEach(walk)
    else if (!part.type.startsWith('multipart/')) found.push(part)
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
    isDecoration: false,
  }
}

const textFile = ({ filename, content }: TextFile): MailPart => ({
  filename: cleanFilename(filename),
  contentType: 'application/octet-stream',
  size: content.length,
  content,
  cid: null,
  isInline: false,
  isDecoration: false,
})
