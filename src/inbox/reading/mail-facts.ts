// What is understood of a mail: plain facts, whatever program wrote it.

export interface MailAddress {
  /** As it stands there, the domain in lower case; may be no valid address. */
  address: string
  /** Decoded; empty where there is none. */
  name: string
}

/** A file, a picture or any other part that is not the mail's own text. */
export interface MailPart {
  /** Decoded and without folders; where the mail names none, made from what it is ("image.png", "part-2.eml"). */
  filename: string
  /** What the mail says it is, in lower case; the file store looks at the bytes itself. */
  contentType: string
  /** In bytes, decoded. */
  size: number
  content: Buffer
  /** `Content-ID` without brackets, by which the HTML shows a picture in place. */
  cid: string | null
  /** Shown in the HTML, not sent as a file. */
  isInline: boolean
  /** A logo or a tracking pixel: kept, but folded away. */
  isDecoration: boolean
}

/** Where a text of the mail goes: what is new, or what mail programs put around it. */
export type Fold = 'quotation' | 'signature' | 'disclaimer'

/** A mail that a person wrote is `person`; the others are kept, and neither answered nor do they open anything. */
export type MailKind = 'person' | 'automatic' | 'bounce'

/** What a delivery report says of one recipient. */
export interface DeliveryFailure {
  /** Empty where the report does not say. */
  recipient: string
  /** 5.x.x: for good. 4.x.x: delayed, or given up after delays. */
  isHard: boolean
  /** RFC 3463, such as 5.1.1; null where none is named. */
  status: string | null
  /** The remote server's words, one line. */
  reason: string
}

export interface DeliveryReport {
  failures: DeliveryFailure[]
  /** The Message-ID of the mail it is about, with brackets; null where the report does not show it. */
  originalMessageId: string | null
}

export interface MailFacts {
  /** With brackets, as it stands there; null where it is missing. */
  messageId: string | null
  /** The author: the first address of `From`; null where there is none. */
  from: MailAddress | null
  /** Where `From` names more than one. */
  otherAuthors: MailAddress[]
  replyTo: MailAddress[]
  to: MailAddress[]
  cc: MailAddress[]
  /** One line, decoded, NFC. */
  subject: string
  date: Date | null
  /** Message-IDs with brackets. */
  inReplyTo: string[]
  references: string[]
  kind: MailKind
  /** Why it is not a person's: the header or words that gave it away; null for `person`. */
  kindReason: string | null
  report: DeliveryReport | null
  /** The whole text: the text part, or the HTML read as text. NFC, line breaks as \n, no control characters. */
  text: string
  /** What is new in it. */
  visible: string
  /** The rest: earlier mails and signatures. Visible and folded together hold every line of the text. */
  folded: string
  /** The HTML as it came, decoded, unsafe; null where there is none. */
  html: string | null
  parts: MailPart[]
  /** What was wrong with its form and how it was read nevertheless; for people who look into it. */
  defects: string[]
}
