// What a part is called: as the mail names it, else after what it is.

import { cleanLine } from '../../lib/clean-text.ts'
import { cleanFilename } from '../../lib/filename.ts'
import { decodeWords } from './encoded-words.ts'
import { headerText, readHeaders } from './headers.ts'
import type { MimePart } from './mime-tree.ts'

const byType: Record<string, string> = {
  'text/calendar': 'invite.ics',
  'application/ics': 'invite.ics',
  'text/vcard': 'contact.vcf',
  'text/x-vcard': 'contact.vcf',
  'text/directory': 'contact.vcf',
  'application/pkcs7-signature': 'smime.p7s',
  'application/x-pkcs7-signature': 'smime.p7s',
  'application/pkcs7-mime': 'smime.p7m',
  'application/x-pkcs7-mime': 'smime.p7m',
  'application/pgp-signature': 'signature.asc',
  'application/pgp-encrypted': 'version.asc',
  'application/pgp-keys': 'key.asc',
  'application/ms-tnef': 'winmail.dat',
  'application/vnd.ms-tnef': 'winmail.dat',
  'message/delivery-status': 'delivery-status.txt',
  'message/global-delivery-status': 'delivery-status.txt',
  'message/disposition-notification': 'disposition-notification.txt',
  'message/feedback-report': 'feedback-report.txt',
  'text/rfc822-headers': 'headers.txt',
  'message/rfc822-headers': 'headers.txt',
}

const extensions: Record<string, string> = {
  'text/plain': 'txt',
  'text/html': 'html',
  'text/x-amp-html': 'html',
  'text/markdown': 'md',
  'text/enriched': 'txt',
  'text/richtext': 'txt',
  'text/javascript': 'js',
  'application/javascript': 'js',
  'application/x-zip-compressed': 'zip',
  'application/gzip': 'gz',
  'application/x-gzip': 'gz',
  'application/msword': 'doc',
  'application/vnd.ms-excel': 'xls',
  'application/vnd.ms-powerpoint': 'ppt',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': 'docx',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': 'xlsx',
  'application/vnd.openxmlformats-officedocument.presentationml.presentation': 'pptx',
  'application/vnd.oasis.opendocument.text': 'odt',
  'application/postscript': 'ps',
  'application/octet-stream': 'bin',
  'image/jpeg': 'jpg',
  'image/pjpeg': 'jpg',
  'image/svg+xml': 'svg',
  'image/x-png': 'png',
  'image/x-icon': 'ico',
  'image/vnd.microsoft.icon': 'ico',
  'audio/mpeg': 'mp3',
  'audio/x-wav': 'wav',
  'video/quicktime': 'mov',
  'message/rfc822': 'eml',
  'message/global': 'eml',
  'message/partial': 'eml',
}

/** RFC 2183 before RFC 2045 before what HTML calls it or a description that is a name; empty where the mail names none. */
export function givenName(part: MimePart): string {
  const named = part.disposition.parameters.get('filename') ?? ''
  const typed = part.parameters.get('name') ?? ''
  const others = ['content-location', 'content-description'].map(key => fileLike(headerText(part.headers, key)))
  return [named, typed, ...others].map(cleanLine).find(name => name !== '') ?? ''
}

const fileLike = (text: string): string => /^[^/\\:?#]{1,200}\.\w{1,8}$/.exec(decodeWords(text))?.[0] ?? ''

/** `number`: the how manieth part it is, from 1. */
export function partName(part: MimePart, number: number, content: Buffer): string {
  const given = givenName(part)
  if (given !== '') return cleanFilename(given)
  if (part.type === 'message/rfc822' || part.type === 'message/global') {
    const subject = cleanLine(decodeWords(headerText(readHeaders(content, true, []).headers, 'subject')))
    // A slash in a subject is no folder.
    if (subject !== '') return cleanFilename(`${subject.slice(0, 150).toWellFormed().replace(/[/\\]/g, '_')}.eml`)
  }
  const known = byType[part.type]
  if (known !== undefined) return known
  const extension = extensions[part.type] ?? /^[a-z]+\/(?:x-)?([a-z0-9]{2,8})$/.exec(part.type)?.[1] ?? 'bin'
  return part.type.startsWith('image/') ? `image.${extension}` : `part-${number}.${extension}`
}
