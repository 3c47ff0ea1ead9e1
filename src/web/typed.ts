// Text that was typed when the session ended travels through the log-in form in one hidden field.
import { z } from 'zod'
import type { Fields } from '../graph/variables.ts'

const shape = z.object({
  form: z.string(),
  params: z.record(z.string(), z.string()),
  fields: z.record(z.string(), z.union([z.string(), z.array(z.string())])),
})

export interface Typed {
  form: string
  params: Fields
  fields: Fields
}

export const toTyped = ({ form, params, fields }: Typed): string =>
  JSON.stringify({ form, params, fields: typedFields(fields) })

/** Null for anything that is not what `toTyped` made. It only ever fills a form, so it needs no signature. */
export function fromTyped(text: unknown): Typed | null {
  if (typeof text !== 'string') return null
  try {
    return shape.safeParse(JSON.parse(text)).data ?? null
  } catch {
    return null
  }
}

/** What may stand in a page again: no passwords, and no token that the new page makes itself. */
export function typedFields(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !/^_csrf$|^idempotencyKey$|password/i.test(name)))
}
