import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import i18next from 'i18next'
import { type Language, languages } from './language.ts'

/** What a sentence needs filled in; `count` chooses between its `_one` and `_other` form, `context` one of its own. */
export type Values = Record<string, string | number | null | undefined>
/** Looks a text up by `namespace:group.key`. The result is plain text: whoever puts it into HTML escapes it. */
export type Translate = (key: string, values?: Values) => string

// The one place besides config.ts that looks at the switch: catalogues are loaded before there is a configuration.
const isStrict = process.env.NODE_ENV !== 'production'

/** The texts of one language: `src/i18n/<language>/<namespace>.json`. */
function catalogue(language: Language): Record<string, Record<string, unknown>> {
  const folder = join(import.meta.dirname, language)
  const files = readdirSync(folder).filter(file => file.endsWith('.json'))
  return Object.fromEntries(
    files.map(file => [basename(file, '.json'), JSON.parse(readFileSync(join(folder, file), 'utf8'))]),
  )
}

function refuse(what: string, language: Language): never {
  throw new Error(`i18n: ${what} (${language})`)
}

/** A missing text stops development and tests; in production the English one stands in for it. */
function load(language: Language): Translate {
  const missing = (match: string, text: string) =>
    isStrict ? refuse(`no value for ${match} in “${text}”`, language) : ''
  const instance = i18next.createInstance()
  instance.init({
    lng: language,
    fallbackLng: isStrict ? false : 'en',
    resources: isStrict
      ? { [language]: catalogue(language) }
      : { [language]: catalogue(language), en: catalogue('en') },
    initAsync: false,
    interpolation: { escapeValue: false },
    parseMissingKeyHandler: key => (isStrict ? refuse(`no text for ${key}`, language) : key),
    missingInterpolationHandler: (text, match) => missing(match[0], text),
  })
  // i18next looks each text up anew, which a page with hundreds of texts would feel.
  const plural = new Intl.PluralRules(language)
  const known = new Map<string, string>()
  const textOf = (key: string, { count, context }: Values): string => {
    const form = `${key} ${typeof count === 'number' ? plural.select(count) : ''} ${context ?? ''}`
    const text = known.get(form) ?? instance.t(key, { skipInterpolation: true, count, context })
    known.set(form, text)
    return text
  }
  return (key, values = {}) => {
    const text = textOf(key, values)
    if (!text.includes('{{') || values.skipInterpolation) return text
    return FORMAT.test(text) ? instance.t(key, values) : filledIn(text, values, missing)
  }
}

/** What i18next itself fills in: a value with a format. */
const FORMAT = /\{\{\w+,/

/** In one pass, so that nothing that somebody typed is taken for a place. i18next takes six times as long, and a list asks for it in each row. */
function filledIn(text: string, values: Values, missing: (match: string, text: string) => string): string {
  return text.replace(/\{\{(\w+)\}\}/g, (match, name: string) => {
    const value = values[name]
    return value === undefined ? missing(match, text) : String(value ?? '')
  })
}

const translators = new Map(languages.map(language => [language, load(language)]))

/** The texts of a language, loaded once when the process starts. */
export function translator(language: Language): Translate {
  return translators.get(language) ?? refuse('no such language', language)
}
