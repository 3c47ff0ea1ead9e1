import type { Operation, Variable } from './operation.ts'

/** What a form or URL carries: texts, some of them several times. */
export type Fields = Readonly<Record<string, string | readonly string[] | undefined>>

/**
 * The variables of an operation out of what was sent: only those it declares, as the types it declares. Whatever else
 * was sent is ignored; that is the guard against smuggled fields.
 */
export function variablesFor(operation: Operation, fields: Fields): Record<string, unknown> {
  const entries = operation.variables.map(variable => [variable.name, coerce(variable, own(fields, variable.name))])
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined))
}

/** What was sent, as the form shows it again: of what is said several times, where one counts, that one. */
export function shownAgain({ variables }: Operation, fields: Fields): Fields {
  const one = variables.filter(({ name, isList }) => !isList && Array.isArray(fields[name]))
  return { ...fields, ...Object.fromEntries(one.map(({ name }) => [name, fields[name]?.at(-1)])) }
}

function own(fields: Fields, name: string): string | readonly string[] | undefined {
  return Object.hasOwn(fields, name) ? fields[name] : undefined
}

function coerce(variable: Variable, sent: string | readonly string[] | undefined): unknown {
  if (variable.isList)
    return (sent === undefined ? [] : [sent].flat()).filter(text => text !== '').map(text => single(variable, text))
  const text = Array.isArray(sent) ? sent.at(-1) : sent
  if (typeof text === 'string') return single(variable, text)
  // A box that is not ticked is not sent; a text field that is missing is an empty one.
  if (variable.type === 'Boolean') return variable.isRequired ? false : undefined
  return variable.type === 'String' && variable.isRequired ? '' : undefined
}

function single({ type, isBlankable }: Variable, text: string): unknown {
  if (type === 'Boolean') return ['on', 'true', '1'].includes(text)
  if (isBlankable && text.trim() === '') return null
  // Anything else that is no number reaches graphql-js as text and is refused there.
  return type === 'Int' && /^-?\d{1,9}$/.test(text.trim()) ? Number(text) : text
}
