/** What the asker cannot put right: a top-level GraphQL error. One line here says its HTTP status on every door. */
export const failureStatus = {
  BAD_USER_INPUT: 400,
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  // A download that the virus scanner has not let through yet, and one that it never will.
  FILE_PENDING: 404,
  FILE_INFECTED: 404,
  QUERY_TOO_COMPLEX: 400,
  RATE_LIMITED: 429,
  INTERNAL: 500,
} as const
export type FailureCode = keyof typeof failureStatus

/** What a person can put right: comes back as `userErrors`. Each code is a sentence in `i18n/*\/errors.json`. */
export type InputCode =
  | 'REQUIRED'
  | 'TOO_LONG'
  | 'TOO_SHORT'
  | 'INVALID_EMAIL'
  | 'INVALID_DATE'
  | 'INVALID_CHOICE'
  | 'INVALID_STATUS'
  | 'UNKNOWN_CATEGORY'
  | 'UNKNOWN_PERSON'
  | 'UNKNOWN_ORGANIZATION'
  | 'UNKNOWN_ATTACHMENT'
  | 'MESSAGE_OR_FILE_REQUIRED'
  | 'TOO_MANY_FILES'
  | 'FILE_TOO_LARGE'
  | 'FILES_TOO_LARGE'
  | 'EMPTY_FILE'
  | 'UPLOAD_INCOMPLETE'
  | 'TICKET_CLOSED'
  | 'TOO_LATE'
  | 'ONLY_MESSAGE'
  | 'ONLY_NOTES'
  | 'UNKNOWN_MESSAGE'
  | 'TOO_MANY_VIEWS'
  | 'TOO_MANY_TOKENS'
  | 'HAS_MERGED'
  | 'NEWER_MESSAGE'
  | 'UNKNOWN_TICKET'
  | 'SAME_TICKET'
  | 'IS_TEAM'
  | 'NO_CHANGE'
  | 'NOTHING_SELECTED'
  | 'TOO_MANY_TICKETS'
  | 'NOTHING_TO_UNDO'
  | 'INVALID_SENDER'
  | 'TEAM_SENDER'
  | 'IDEMPOTENCY_CONFLICT'
  | 'PASSWORD_TOO_SHORT'
  | 'PASSWORD_TOO_COMMON'
  | 'PASSWORD_TOO_LONG'
  | 'PASSWORDS_DIFFER'
  | 'WRONG_PASSWORD'
  | 'WRONG_CREDENTIALS'
  | 'WRONG_CODE'
  | 'LOG_IN_ANEW'
  | 'LINK_USED'
  | 'LINK_EXPIRED'
  | 'LINK_UNKNOWN'
  | 'LEFT_LIST'
  | 'ALREADY_CONFIRMED'
  | 'ALREADY_MEMBER'
  | 'NOT_CONFIRMED'
  | 'NAME_TAKEN'
  | 'INVALID_DOMAIN'
  | 'PUBLIC_DOMAIN'
  | 'DOMAIN_TAKEN'
  | 'ADDRESS_TAKEN'
  | 'SAME_ADDRESS'
  | 'TOO_MANY_ADDRESSES'
  | 'UNKNOWN_ADDRESS'
  | 'ENDS_BEFORE_START'
  | 'LAST_ADMIN'
  | 'ACCOUNT_DISABLED'
  | 'SET_IN_ENVIRONMENT'
  | 'CHANGED_MEANWHILE'
  | 'OUT_OF_RANGE'
  | 'INVALID_WEB_ADDRESS'
  | 'NOT_PUBLIC'
  | 'TOO_MANY_WEBHOOKS'
  | 'WEBHOOK_OFF'

export type RefusalCode = FailureCode | InputCode

/** Figures for a refusal's sentence, such as the limit that was passed. */
export type RefusalDetails = Record<string, string | number>

/** The only thing features throw. `field` is a path into the mutation's input, such as `email`. */
export class Refusal extends Error {
  readonly code: RefusalCode
  readonly field: string | null
  readonly details: RefusalDetails

  constructor(code: RefusalCode, field: string | null = null, details: RefusalDetails = {}) {
    super(code)
    this.code = code
    this.field = field
    this.details = details
  }

  get isFailure(): boolean {
    return this.code in failureStatus
  }
}

/** Several input refusals at once, so that a form can mark every field. */
export class Refusals extends Error {
  readonly list: readonly Refusal[]

  constructor(list: readonly Refusal[]) {
    super(list.map(refusal => refusal.code).join(', '))
    this.list = list
  }
}
