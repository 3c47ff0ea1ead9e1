import type { Language } from '../i18n/language.ts'
import { translator } from '../i18n/translate.ts'
import { UserError } from './payload.ts'
import { Refusal, Refusals } from './refusal.ts'

/** A refusal as somebody reads it, in their language; a field may have a sentence of its own (`errors:REQUIRED_name`). */
export function userErrorOf({ code, field, details }: Refusal, language: Language): UserError {
  return new UserError(code, field, translator(language)(`errors:${code}`, { ...details, context: field ?? undefined }))
}

/** The refusals that a person can put right, or null where something else was thrown. */
export function refusalsOf(error: unknown): readonly Refusal[] | null {
  const refusals = error instanceof Refusals ? error.list : error instanceof Refusal ? [error] : []
  return refusals.length === 0 || refusals.some(refusal => refusal.isFailure) ? null : refusals
}
