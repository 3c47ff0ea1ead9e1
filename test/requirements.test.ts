import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const promised = [...numbered('V', 1, 16), ...numbered('H', 1, 18)]

test('every requirement of the sources is named by the title of a test', () => {
  const titles = suites().flatMap(titlesOf)
  const proved = new Set(
    titles.flatMap(title => /^((?:[VH]\d+|§[\d.]+)[ ,:]*)+/.exec(title)?.[0].match(/[VH]\d+/g) ?? []),
  )
  expect(promised.filter(id => !proved.has(id))).toEqual([])
})

function suites(): string[] {
  const files = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' })
  return files
    .filter(file => file.endsWith('.test.ts'))
    .map(file => readFileSync(join(import.meta.dirname, file), 'utf8'))
}

/** First arguments of `test(…)`, `test.each(…)(…)` and `describe(…)`. */
function titlesOf(source: string): string[] {
  return [...source.matchAll(/\b(?:test|it|describe)\b[^\n]*?\(\s*(['"`])(.+?)\1/g)].map(([, , title = '']) => title)
}

function numbered(letter: string, from: number, to: number): string[] {
  return Array.from({ length: to - from + 1 }, (_, index) => `${letter}${from + index}`)
}
