import { expect, test } from 'vitest'
import { figure } from '../promises/figure.ts'
import { current, isRequirement, proofs } from './asvs.ts'

test('issue 6 Safety: SECURITY.md has the tests that there are; else: npm run security', () => {
  const { is, shouldBe } = current()
  expect(is).toBe(shouldBe)
})

test('issue 6 Safety: titles name requirements that the standard has', () => {
  expect(proofs().filter(({ id }) => !isRequirement(id))).toEqual([])
  figure('requirements of ASVS 5.0 that tests name', new Set(proofs().map(({ id }) => id)).size)
})

test('issue 6 Safety: each requirement of levels 1 and 2 has a test or a sentence in SECURITY.md', () => {
  expect(current().open).toEqual([])
})

test('issue 6 Safety: chapters that no test names say why in SECURITY.md', () => {
  const named = new Set(proofs().map(({ id }) => id.split('.')[0]))
  const others = Array.from({ length: 17 }, (_, at) => String(at + 1)).filter(chapter => !named.has(chapter))
  for (const chapter of others) expect(current().is).toMatch(new RegExp(`\\*\\*V${chapter}\\b`))
})
