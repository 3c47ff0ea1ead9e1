// The settings that admins may change while everything runs. The environment wins; what it leaves open is theirs.
import { z } from 'zod'
import { oneOf, text, url, whole, yesOrNo } from '../lib/settings.ts'

/** Smallest and largest number. */
export const bounds = {
  AUTO_CLOSE_DAYS: [1, 3650],
  REMIND_DAYS: [0, 365],
  SATISFACTION_DAYS: [0, 365],
  UNDO_SECONDS: [0, 300],
  MAX_UPLOAD_MB: [1, 2000],
  MAX_FILES: [1, 100],
  MAX_TOTAL_MB: [1, 20000],
  FORM_LIMIT: [1, 100000],
  FORM_MIN_SECONDS: [0, 3600],
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
  AUTO_CLOSE_DAYS: whole(...bounds.AUTO_CLOSE_DAYS).default(21),
  REMIND_DAYS: whole(...bounds.REMIND_DAYS).default(7),
  SATISFACTION_DAYS: whole(...bounds.SATISFACTION_DAYS).default(3),
  UNDO_SECONDS: whole(...bounds.UNDO_SECONDS).default(15),
  MAX_UPLOAD_MB: whole(...bounds.MAX_UPLOAD_MB).default(25),
  MAX_FILES: whole(...bounds.MAX_FILES).default(10),
  MAX_TOTAL_MB: whole(...bounds.MAX_TOTAL_MB).default(50),
  FORM_LIMIT: whole(...bounds.FORM_LIMIT).default(5),
  FORM_MIN_SECONDS: whole(...bounds.FORM_MIN_SECONDS).optional(),
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
  AUTO_CLOSE_DAYS: 'autoCloseDays',
  REMIND_DAYS: 'remindDays',
  SATISFACTION_DAYS: 'satisfactionDays',
  UNDO_SECONDS: 'undoSeconds',
  MAX_UPLOAD_MB: 'maxUploadMb',
  MAX_FILES: 'maxFiles',
  MAX_TOTAL_MB: 'maxTotalMb',
  FORM_LIMIT: 'formLimit',
  FORM_MIN_SECONDS: 'formMinSeconds',
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
