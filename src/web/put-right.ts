// A page whose address is a form (a filter) is shown without what is wrong in it, and says so at the field.
import type { Request } from 'express'
import type { ExecutionResult } from 'graphql'
import { failureOf } from '../graph/failure.ts'
import { refusalsOf, userErrorOf } from '../graph/user-errors.ts'
import type { Fields } from '../graph/variables.ts'
import type { FormError } from './views.ts'

/** What was asked for without its mistakes, and what to say of them; null where no person can put it right. */
export function putRight(
  { errors: [error] = [] }: ExecutionResult,
  names: Readonly<Record<string, string>>,
  fields: Fields,
  req: Request,
): { fields: Fields; errors: FormError[]; status: number } | null {
  const refusals = (error && refusalsOf(failureOf(error).cause)) ?? []
  const errors = refusals.map(refusal => asked(userErrorOf(refusal, req.language), names))
  const right = Object.entries(fields).filter(([name]) => !errors.some(({ field }) => field === name))
  const isLess = right.length < Object.keys(fields).length
  return isLess ? { fields: Object.fromEntries(right), errors, status: 422 } : null
}

/** A mistake at the field of the address: `filter.search` is `search`, or whatever that is called there. */
function asked({ code, field, message }: FormError, names: Readonly<Record<string, string>>): FormError {
  const own = field?.split('.').at(-1) ?? ''
  return { code, field: names[own] ?? own, message }
}
