// The settings that admins may change while everything runs. The environment wins; what it leaves open is theirs.
import { z } from 'zod'
import { oneOf, text, url, whole, yesOrNo } from '../lib/settings.ts'

/** Smallest and largest number. */
export const bounds = {
  CUSTOMER_IDLE_DAYS: [1, 90],
  STAFF_IDLE_HOURS: [1, 168], // staff sessions end after a week whatever happens
  FAILED_LOGINS: [1, 20],
  PASSWORD_LENGTH: [12, 64], // only upwards: NIST SP 800-63B
  INVITATION_DAYS: [1, 90],
  RESET_HOURS: [1, 24], // it opens an account, and lies in a mailbox
  CONFIRM_DAYS: [1, 90],
  AUTO_CLOSE_DAYS: [1, 3650],
  REMIND_DAYS: [0, 365],
  SATISFACTION_DAYS: [0, 365],
  UNDO_SECONDS: [0, 300],
  MAX_UPLOAD_MB: [1, 2000],
  MAX_FILES: [1, 100],
  MAX_TOTAL_MB: [1, 20000],
  FORM_LIMIT: [1, 100000],
  FORM_MIN_SECONDS: [0, 3600],
  RECEIPTS_PER_HOUR: [1, 100],
  MAILS_PER_HOUR: [1, 1000],
  HARD_BOUNCES: [1, 10],
  MAX_SENT_MB: [1, 150],
} as const

/** Most characters. */
export const lengths = { BRAND_NAME: 60, SUPPORT_CONTACT: 200, SALES_CONTACT: 200 } as const

/** The words to choose from. */
export const choices = {
  REQUIRE_AGREEMENT: ['false', 'true'],
  REQUIRE_TOTP: ['false', 'true'],
  INVITE: ['subscribers', 'everyone'],
} as const

const upTo = (max: number) => text(`at most ${max} characters`, value => value.length <= max)
const webAddress = url('a web address', 'http:', 'https:')

/** What the environment, or an admin, may say of them. Unset and empty are the same. */
export const adjustable = z.object({
  REQUIRE_AGREEMENT: yesOrNo.default(false),
  REQUIRE_TOTP: yesOrNo.default(false),
  INVITE: oneOf(...choices.INVITE).default('subscribers'),
  CUSTOMER_IDLE_DAYS: whole(...bounds.CUSTOMER_IDLE_DAYS).default(14),
  STAFF_IDLE_HOURS: whole(...bounds.STAFF_IDLE_HOURS).default(12),
  FAILED_LOGINS: whole(...bounds.FAILED_LOGINS).default(5),
  PASSWORD_LENGTH: whole(...bounds.PASSWORD_LENGTH).default(12),
  INVITATION_DAYS: whole(...bounds.INVITATION_DAYS).default(14),
  RESET_HOURS: whole(...bounds.RESET_HOURS).default(1),
  CONFIRM_DAYS: whole(...bounds.CONFIRM_DAYS).default(14),
  AUTO_CLOSE_DAYS: whole(...bounds.AUTO_CLOSE_DAYS).default(21),
  REMIND_DAYS: whole(...bounds.REMIND_DAYS).default(7),
  SATISFACTION_DAYS: whole(...bounds.SATISFACTION_DAYS).default(3),
  UNDO_SECONDS: whole(...bounds.UNDO_SECONDS).default(15),
  MAX_UPLOAD_MB: whole(...bounds.MAX_UPLOAD_MB).default(25),
  MAX_FILES: whole(...bounds.MAX_FILES).default(10),
  MAX_TOTAL_MB: whole(...bounds.MAX_TOTAL_MB).default(50),
  FORM_LIMIT: whole(...bounds.FORM_LIMIT).default(5),
  FORM_MIN_SECONDS: whole(...bounds.FORM_MIN_SECONDS).optional(),
  RECEIPTS_PER_HOUR: whole(...bounds.RECEIPTS_PER_HOUR).default(5),
  MAILS_PER_HOUR: whole(...bounds.MAILS_PER_HOUR).default(20),
  HARD_BOUNCES: whole(...bounds.HARD_BOUNCES).default(2),
  MAX_SENT_MB: whole(...bounds.MAX_SENT_MB).default(20),
  BRAND_NAME: upTo(lengths.BRAND_NAME).default('Plaindesk'),
  SUPPORT_CONTACT: upTo(lengths.SUPPORT_CONTACT).optional(),
  SALES_CONTACT: upTo(lengths.SALES_CONTACT).optional(),
  IMPRINT_URL: webAddress.optional(),
  PRIVACY_URL: webAddress.optional(),
  ACCESSIBILITY_URL: webAddress.optional(),
})

/** Its name in the environment. */
export type Variable = keyof typeof adjustable.shape
/** Texts, as the environment would hold them. */
export type Texts = Readonly<Partial<Record<Variable, string>>>

/** What defaults hang on. */
interface Surroundings {
  production: boolean
  supportAddress: string
}

/** The values that hold, by the names that the program uses. */
export function adjusted(s: z.infer<typeof adjustable>, { production, supportAddress }: Surroundings) {
  return {
    requireAgreement: s.REQUIRE_AGREEMENT,
    requireTotp: s.REQUIRE_TOTP,
    invite: s.INVITE,
    /** So long a customer stays signed in without use. */
    customerIdleDays: s.CUSTOMER_IDLE_DAYS,
    /** The same for the team. */
    staffIdleHours: s.STAFF_IDLE_HOURS,
    /** After so many of them logging in gets slow. */
    failedLogins: s.FAILED_LOGINS,
    /** Fewest characters of a new password. */
    passwordLength: s.PASSWORD_LENGTH,
    invitationDays: s.INVITATION_DAYS,
    resetHours: s.RESET_HOURS,
    confirmDays: s.CONFIRM_DAYS,
    autoCloseDays: s.AUTO_CLOSE_DAYS,
    /** 0 = nobody is reminded. */
    remindDays: s.REMIND_DAYS,
    /** 0 = nobody is asked. */
    satisfactionDays: s.SATISFACTION_DAYS,
    /** For so long an answer waits and can be taken back; 0 = it goes at once. */
    undoSeconds: s.UNDO_SECONDS,
    maxUploadMb: s.MAX_UPLOAD_MB,
    maxFiles: s.MAX_FILES,
    maxTotalMb: s.MAX_TOTAL_MB,
    formLimit: s.FORM_LIMIT,
    formMinSeconds: s.FORM_MIN_SECONDS ?? (production ? 3 : 0),
    /** To one sender of mails. */
    receiptsPerHour: s.RECEIPTS_PER_HOUR,
    /** Of one sender, before more are held. */
    mailsPerHour: s.MAILS_PER_HOUR,
    /** So many make an address a dead one. */
    hardBounces: s.HARD_BOUNCES,
    /** What a mail of ours may weigh; larger files are links in it. */
    maxSentMb: s.MAX_SENT_MB,
    brandName: s.BRAND_NAME,
    supportContact: s.SUPPORT_CONTACT ?? supportAddress,
    salesContact: s.SALES_CONTACT ?? supportAddress,
    imprintUrl: s.IMPRINT_URL ?? null,
    privacyUrl: s.PRIVACY_URL ?? null,
    accessibilityUrl: s.ACCESSIBILITY_URL ?? null,
  }
}
export type Adjusted = ReturnType<typeof adjusted>

/** Each one's name in the program, in inputs and on forms. */
export const names = {
  REQUIRE_AGREEMENT: 'requireAgreement',
  REQUIRE_TOTP: 'requireTotp',
  INVITE: 'invite',
  CUSTOMER_IDLE_DAYS: 'customerIdleDays',
  STAFF_IDLE_HOURS: 'staffIdleHours',
  FAILED_LOGINS: 'failedLogins',
  PASSWORD_LENGTH: 'passwordLength',
  INVITATION_DAYS: 'invitationDays',
  RESET_HOURS: 'resetHours',
  CONFIRM_DAYS: 'confirmDays',
  AUTO_CLOSE_DAYS: 'autoCloseDays',
  REMIND_DAYS: 'remindDays',
  SATISFACTION_DAYS: 'satisfactionDays',
  UNDO_SECONDS: 'undoSeconds',
  MAX_UPLOAD_MB: 'maxUploadMb',
  MAX_FILES: 'maxFiles',
  MAX_TOTAL_MB: 'maxTotalMb',
  FORM_LIMIT: 'formLimit',
  FORM_MIN_SECONDS: 'formMinSeconds',
  RECEIPTS_PER_HOUR: 'receiptsPerHour',
  MAILS_PER_HOUR: 'mailsPerHour',
  HARD_BOUNCES: 'hardBounces',
  MAX_SENT_MB: 'maxSentMb',
  BRAND_NAME: 'brandName',
  SUPPORT_CONTACT: 'supportContact',
  SALES_CONTACT: 'salesContact',
  IMPRINT_URL: 'imprintUrl',
  PRIVACY_URL: 'privacyUrl',
  ACCESSIBILITY_URL: 'accessibilityUrl',
} as const satisfies Record<Variable, keyof Adjusted>

export const variables = adjustable.keyof().options

/** What the environment says of them; an operator's mistake is told at the start (config.ts). */
export const adjustableIn = (given: Readonly<Record<string, string | undefined>>): Texts =>
  Object.fromEntries(variables.flatMap(name => (given[name] ? [[name, given[name]]] : [])))

/** Whether a setting may have this value. */
export const isAllowed = (variable: Variable, value: string): boolean =>
  adjustable.shape[variable].safeParse(value).success

export interface Kind {
  min: number | null
  max: number | null
  maxLength: number | null
  choices: readonly string[]
}
const ranges: Partial<Record<Variable, readonly [number, number]>> = bounds
const longest: Partial<Record<Variable, number>> = lengths
const words: Partial<Record<Variable, readonly string[]>> = choices

/** What may be said of a setting; a web address where nothing is told. */
export function kindOf(variable: Variable): Kind {
  const [min = null, max = null] = ranges[variable] ?? []
  return { min, max, maxLength: longest[variable] ?? null, choices: words[variable] ?? [] }
}
