import { expect, test } from 'vitest'
import { ownPath } from '../../src/lib/own-path.ts'

test.each(['/tickets', '/tickets/10001?after=abc#last', '/', '/agent/people?q=a%2Fb'])('%s is a path of ours', path => {
  expect(ownPath(path)).toBe(path)
})

test.each([
  '//evil.example',
  '/\\evil.example',
  '/\t/evil.example',
  '/\n/evil.example',
  '/.//evil.example',
  'https://evil.example/',
  'javascript:alert(1)',
  'tickets',
  '',
  '/ /evil.example',
  `/${'x'.repeat(3000)}`,
])('%j leads nowhere', path => {
  expect(ownPath(path)).toBeNull()
})

test.each([undefined, null, 7, ['/tickets'], {}])('%j is no path', value => {
  expect(ownPath(value)).toBeNull()
})
