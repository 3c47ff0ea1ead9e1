// What a sender is told at SMTP time (§6). A person reads it inside their own mail server's notice, so each refusal is a
// sentence that says what to do. The codes in front are those of RFC 3463.
import type { Config } from '../../config.ts'
import type { Receipt } from '../door.ts'

/** A refusal as smtp-server takes it. */
export class SmtpRefusal extends Error {
  constructor(
    readonly responseCode: number,
    message: string,
  ) {
    super(message)
  }
}

type Settings = Pick<Config, 'baseUrl' | 'supportAddress' | 'maxMailMb'>

export const notOurs = ({ baseUrl, supportAddress }: Settings): SmtpRefusal =>
  new SmtpRefusal(
    550,
    `5.1.1 This help desk has no such address. Please write to ${supportAddress} or use the form at ${baseUrl}/tickets/new`,
  )

export const tooLarge = ({ baseUrl, maxMailMb }: Settings): SmtpRefusal =>
  new SmtpRefusal(
    552,
    `5.3.4 Mails may have up to ${maxMailMb} MB. Please send this one without its attachments, or upload them at ${baseUrl}/tickets/new`,
  )

export const tryLater = (): SmtpRefusal =>
  new SmtpRefusal(451, '4.3.0 The help desk cannot take mail at the moment. Please try again later')

export const refused = ({ baseUrl }: Settings): SmtpRefusal =>
  new SmtpRefusal(
    550,
    `5.7.1 New requests by mail are taken from confirmed accounts only. Please use the form at ${baseUrl}/tickets/new or register at ${baseUrl}/register`,
  )

/** The ledger's id helps both sides to find the mail again. */
export const taken = ({ mail }: Receipt): string => `2.6.0 Taken as ${mail}`
