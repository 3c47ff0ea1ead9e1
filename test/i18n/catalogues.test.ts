// Quality, "Weight and reach": no text outside the catalogues; each key is there in every language, and used.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { load } from 'cheerio'
import { describe, expect, test } from 'vitest'
import { type Language, languages } from '../../src/i18n/language.ts'
import { figure } from '../promises/figure.ts'

const root = join(import.meta.dirname, '../..')
const texts = Object.fromEntries(languages.map(language => [language, catalogue(language)])) as Record<
  Language,
  Map<string, string>
>
const sources = [...filesOf('src', '.ts'), ...filesOf('views', '.eta')].map(file => ({
  file,
  source: withoutComments(readFileSync(join(root, file), 'utf8')),
}))
/** Everything in the sources that could be a part of a key put together. */
const words = new Set(sources.flatMap(({ source }) => source.match(/[A-Za-z][\w-]*/g) ?? []))
const namespaces = [...new Set([...texts.en.keys()].map(key => key.split(':')[0]))].join('|')
const wholeKeys = sources
  .flatMap(({ file, source }) =>
    [...source.matchAll(new RegExp(`['"\`]((?:${namespaces}):[\\w.-]+)['"\`]`, 'g'))].map(([, key = '']) => ({
      file,
      key,
    })),
  )
  .filter(({ key }) => !/^tickets:(read|write)$/.test(key)) // scopes of tokens
const patterns = sources.flatMap(({ file, source }) =>
  [...source.matchAll(new RegExp(`\`((?:${namespaces}):[^\`\\s]*\\$\\{[^\`]*)\``, 'g'))].map(([, template = '']) => ({
    file,
    template,
    pattern: patternOf(template),
  })),
)

/** `_one`, `_other` and so on are forms of one key. */
const base = (key: string) => key.replace(/_(zero|one|two|few|many|other)$/, '')
const places = (text: string) =>
  [...text.matchAll(/\{\{(\w+)\}\}|<(\w+)>/g)].map(([, value, tag]) => value ?? `<${tag}>`).sort()

describe.each(languages)('the catalogue “%s”', language => {
  const own = texts[language]

  test('H11: has every key that any other has', () => {
    const all = languages.flatMap(each => [...texts[each].keys()].map(base))
    const have = new Set([...own.keys()].map(base))
    figure('keys that are missing or unused', [...new Set(all.filter(key => !have.has(key)))], language)
  })

  test('has every key that sources and views ask for', () => {
    const have = new Set([...own.keys(), ...[...own.keys()].map(base)])
    const missing = wholeKeys.filter(({ key }) => !have.has(key)).map(({ file, key }) => `${file}: ${key}`)
    const unfit = patterns
      .filter(({ pattern }) => ![...have].some(key => pattern.test(key)))
      .map(({ file, template }) => `${file}: ${template}`)
    figure('keys that are missing or unused', [...missing, ...unfit], language)
  })

  test('has no key that nothing asks for', () => {
    const asked = new Set(wholeKeys.map(({ key }) => key))
    const isPutTogether = (key: string) => patterns.some(({ pattern }) => pattern.exec(key)?.slice(1).every(isSaid))
    const unused = [...own.keys()].filter(key => !asked.has(key) && !asked.has(base(key)) && !isPutTogether(base(key)))
    figure('keys that are missing or unused', unused, language)
  })

  test('says something under every key, with the same places for values as the others', () => {
    for (const [key, text] of own) {
      expect(text.trim(), key).not.toBe('')
      if (key === base(key)) expect(places(text), key).toEqual(places(texts.en.get(key) ?? ''))
    }
  })

  test('has each plural form that the language knows', () => {
    const forms = new Intl.PluralRules(language).resolvedOptions().pluralCategories
    const plural = [...new Set([...own.keys()].filter(key => key !== base(key)).map(base))]
    expect(plural.flatMap(key => forms.map(form => `${key}_${form}`)).filter(key => !own.has(key))).toEqual([])
  })
})

test('every code that somebody can be refused with has a sentence', () => {
  const source = readFileSync(join(root, 'src/graph/refusal.ts'), 'utf8')
  const codes = [...(/InputCode =([\s\S]+?)\n\n/.exec(source)?.[1] ?? '').matchAll(/'([A-Z_]+)'/g)].map(
    ([, code]) => `errors:${code}`,
  )
  expect(codes.length).toBeGreaterThan(20)
  expect(codes.filter(code => !texts.de.has(code) && !texts.de.has(`${code}_other`))).toEqual([])
})

test('no view has words of its own', () => {
  const own = filesOf('views', '.eta').flatMap(file => {
    const markup = readFileSync(join(root, file), 'utf8').replace(/<%[\s\S]*?%>/g, '')
    const $ = load(markup, null, false)
    $('style').remove()
    const spoken = $('[alt], [title], [aria-label], [placeholder]')
      .toArray()
      .flatMap(each => ['alt', 'title', 'aria-label', 'placeholder'].map(name => $(each).attr(name) ?? ''))
    return [$.root().text(), ...spoken].filter(text => /\p{L}{2}/u.test(text)).map(text => `${file}: ${text.trim()}`)
  })
  figure('texts outside the catalogues', own)
})

/** `status.OPEN` and, with a context, `REQUIRED_email`: each piece stands somewhere in the sources. */
function isSaid(part: string): boolean {
  return part
    .split('.')
    .every(
      piece => words.has(piece) || (words.has(piece.replace(/_[^_]+$/, '')) && words.has(piece.replace(/^.*_/, ''))),
    )
}

function catalogue(language: Language): Map<string, string> {
  const folder = join(root, 'src/i18n', language)
  const leaves = (value: unknown, path: string): [string, string][] =>
    typeof value === 'object' && value !== null
      ? Object.entries(value).flatMap(([name, inner]) =>
          leaves(inner, path.endsWith(':') ? path + name : `${path}.${name}`),
        )
      : [[path, String(value)]]
  return new Map(
    readdirSync(folder).flatMap(file =>
      leaves(JSON.parse(readFileSync(join(folder, file), 'utf8')), `${file.replace('.json', '')}:`),
    ),
  )
}

function filesOf(folder: string, ending: string): string[] {
  const files = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
  return files.filter(file => file.endsWith(ending)).map(file => `${folder}/${file}`)
}

/** A template's places become groups; a place that chooses between words takes these and no others. */
function patternOf(template: string): RegExp {
  const source = template.split(/(\$\{[^}]*\})/).map(part => {
    if (!part.startsWith('${')) return part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
    const choices = [...part.matchAll(/'([\w.-]+)'/g)].map(([, word]) => word)
    return choices.length > 1 ? `(${choices.join('|')})` : '(.+)'
  })
  return new RegExp(`^${source.join('')}$`)
}

function withoutComments(source: string): string {
  return source.replace(/\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/ .*$/gm, '')
}
