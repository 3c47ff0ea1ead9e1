// The words of a mail as they go into a message.
import { translator } from '../i18n/translate.ts'
import { cleanLine } from '../lib/clean-text.ts'
import type { User } from '../people/user.ts'
import { MAX_MESSAGE, MAX_SUBJECT } from '../tickets/limits.ts'
import type { KeptParts } from './keep-parts.ts'
import { foldText } from './reading/fold.ts'
import { foldHtml } from './reading/fold-html.ts'
import { textOfHtml } from './reading/html-text.ts'
import type { MailFacts, MailPart } from './reading/mail-facts.ts'

export interface Content {
  subject: string
  text: string
  folded: string
  html: string | null
}

/** Longer HTML is not shown formatted; its text and the raw mail are there. In characters. */
const MAX_HTML = 300_000
const MAX_FOLDED = 500_000
/** Files that are left out and named; of a thousand nobody reads the names. */
const MOST_NAMES = 20
/** So that the lines about them still go into the message. */
const MAX_WORDS = MAX_MESSAGE - MOST_NAMES * 500

/** `isNew`: the first text of a ticket, which cannot be empty as a comment can. */
export function contentOf(
  facts: MailFacts,
  { language }: Pick<User, 'language'>,
  { leftOut }: KeptParts,
  isNew: boolean,
): Content {
  const t = translator(language ?? 'en')
  const names = leftOut.slice(0, MOST_NAMES)
  if (leftOut.length > names.length) names.push(`… +${leftOut.length - names.length}`)
  const lines = names.map(filename => t('inbox:leftOut', { filename }))
  const words = facts.visible.length > MAX_WORDS ? `${cut(facts.visible, MAX_MESSAGE / 2)} […]` : facts.visible
  const text = [words, ...lines].filter(Boolean).join('\n\n')
  const mayBeEmpty = !isNew && facts.parts.length > leftOut.length
  return {
    subject: cut(cleanLine(facts.subject), MAX_SUBJECT) || t('inbox:noSubject'),
    text: text || (mayBeEmpty ? '' : t('inbox:noText')),
    folded: cut(facts.folded, MAX_FOLDED),
    html: htmlOf(facts),
  }
}

/** What is a mail's file: what came as one, and a text that is too long for a message, whole. */
export function filesOf({ parts, visible }: MailFacts): MailPart[] {
  if (visible.length <= MAX_WORDS) return parts
  const content = Buffer.from(visible)
  const whole = { filename: 'mail.txt', contentType: 'text/plain', size: content.length, content }
  return [{ ...whole, cid: null, isInline: false, isDecoration: false }, ...parts]
}

/** Only where it says more than the text does: pictures in place, tables, emphasis. */
function htmlOf({ html, folded }: MailFacts): string | null {
  if (
    html === null ||
    html.length > MAX_HTML ||
    !/<(?:img|table|ul|ol|b|strong|i|em|u|a|h[1-6]|pre|code)\b/i.test(html)
  )
    return null
  const { visible, folded: rest } = foldHtml(html)
  // Where only the text could be told from what it quotes, the text is shown.
  const isWhole = folded !== '' && rest === '' && foldText(textOfHtml(html)).folded !== ''
  return isWhole ? null : visible.toWellFormed()
}

const cut = (text: string, length: number): string => text.slice(0, length).toWellFormed().trimEnd()
