// What each mail of this folder says, as a person reads it. The files are written for these tests, in the exact shapes
// that the programs named here produce.

import type { MailKind } from '../../../src/inbox/reading/mail-facts.ts'

export interface ExpectedMail {
  /** The program and version whose shape it has, and what is special in it. */
  shape: string
  /** `Name <address>`, or the address alone; null where the mail names nobody. */
  from: string | null
  subject: string
  visible: string
  /** Nothing where it is missing. */
  folded?: string
  /** `filename | content type | bytes`, and `| inline` (shown in the HTML) or `| decoration` (a logo, folded away). */
  attachments?: string[]
  /** `person` where it is missing. */
  kind?: MailKind
  /** `created` where it is missing, with `from` as a customer whose address is confirmed. */
  outcome?: string
}

// Forms: MIME, character sets, headers, files.
const forms: Record<string, ExpectedMail> = {}

// Words: quotations, signatures, automatic mail, delivery reports, text of HTML.
const words: Record<string, ExpectedMail> = {}

export const expected: Record<string, ExpectedMail> = { ...forms, ...words }
