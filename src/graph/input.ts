// Decorators for the fields of input types: each cleans its value in place and says what a person can put right. They
// answer codes, not sentences, and never the value itself (a password must not come back in a message).
import type { ValidatorFn } from 'type-graphql'
import { cleanLine, cleanText } from '../lib/clean-text.ts'
import { normalizeAddress } from '../lib/email-address.ts'
import type { Context } from './context.ts'
import { Refusal, Refusals } from './refusal.ts'

type Clean = (value: string, field: string) => string | null
interface Options {
  /** `'signed-in'`: may be missing only where it is known already, so a stranger has to say it. */
  optional?: boolean | 'signed-in'
}
interface Rule extends Options {
  clean: Clean
}

const rules = new Map<object, Map<string, Rule>>()

/** A single line, cleaned; refused when longer than `max` characters or, unless optional, empty. */
export const Line = (max: number, options: Options = {}): PropertyDecorator =>
  rule((value, field) => bounded(cleanLine(value), max, field, options), options)

/** Text of many lines, cleaned; refused when longer than `max` characters or, unless optional, empty. */
export const Text = (max: number, options: Options = {}): PropertyDecorator =>
  rule((value, field) => bounded(cleanText(value), max, field, options), options)

/** A mail address in its stored form. */
export const EmailAddress = (options: Options = {}): PropertyDecorator =>
  rule((value, field) => {
    const typed = bounded(cleanLine(value), 254, field, options)
    if (!typed) return null
    const address = normalizeAddress(typed)
    if (!address) throw new Refusal('INVALID_EMAIL', field)
    return address
  }, options)

/** A calendar day as YYYY-MM-DD. */
export const Day = (options: Options = {}): PropertyDecorator =>
  rule((value, field) => {
    const day = bounded(cleanLine(value), 10, field, options)
    if (!day) return null
    const date = new Date(`${day}T00:00:00Z`)
    if (Number.isNaN(date.getTime()) || date.toISOString().slice(0, 10) !== day)
      throw new Refusal('INVALID_DATE', field)
    return day
  }, options)

/** One of a few words. */
export const OneOf = (choices: readonly string[], options: Options = {}): PropertyDecorator =>
  rule((value, field) => {
    const choice = bounded(cleanLine(value), 200, field, options)
    if (choice && !choices.includes(choice)) throw new Refusal('INVALID_CHOICE', field)
    return choice
  }, options)

/** What type-graphql calls for each argument. */
export const checkArgument: ValidatorFn = (value, _type, { context }) => {
  const refusals = checkInput(value, (context as Context).viewer.user === null)
  if (refusals.length > 0) throw new Refusals(refusals)
}

/** Cleans every decorated field of an input in place, and of inputs in it; answers all refusals, so a form can mark every field. */
export function checkInput(input: unknown, isStranger: boolean, path = ''): Refusal[] {
  if (typeof input !== 'object' || input === null) return []
  const refusals: Refusal[] = []
  for (const [field, { clean, optional }] of rulesOf(input)) {
    const value: unknown = Reflect.get(input, field)
    try {
      if (typeof value === 'string') Reflect.set(input, field, clean(value, path + field))
      if (isStranger && optional === 'signed-in' && !Reflect.get(input, field)) throw new Refusal('REQUIRED', field)
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      refusals.push(error)
    }
  }
  const inner = Object.entries(input).flatMap(([field, value]) => checkInput(value, isStranger, `${path}${field}.`))
  return [...refusals, ...inner]
}

function rule(clean: Clean, { optional }: Options): PropertyDecorator {
  return (prototype, field) => {
    const own = rules.get(prototype) ?? new Map<string, Rule>()
    rules.set(prototype, own.set(String(field), { clean, optional }))
  }
}

function* rulesOf(input: object): Iterable<[string, Rule]> {
  for (let prototype: unknown = Object.getPrototypeOf(input); typeof prototype === 'object' && prototype !== null; ) {
    yield* rules.get(prototype) ?? []
    prototype = Object.getPrototypeOf(prototype)
  }
}

function bounded(value: string, max: number, field: string, { optional = false }: Options): string | null {
  if (value === '' && !optional) throw new Refusal('REQUIRED', field)
  if (value.length > max) throw new Refusal('TOO_LONG', field, { max })
  return value === '' ? null : value
}
