import { describe, expect, test } from 'vitest'
import { shortSubject } from '../../src/tickets/short-subject.ts'

describe('§3: the subject in mail to an unproven address', () => {
  test('is at most 60 characters long', () => {
    expect(Array.from(shortSubject('ä'.repeat(200)))).toHaveLength(60)
    expect(Array.from(shortSubject('😀 '.repeat(200))).length).toBeLessThanOrEqual(60)
    expect(shortSubject('The printer prints half pages')).toBe('The printer prints half pages')
  })

  test.each([
    'Win at https://spam.example/x now',
    'Win at HTTP://spam.example',
    'Win at spam.example now',
    'Win at www.spam.example/offer?x=1',
    'Win at spam。example now',
    'Win at spam．example now',
    'Win at ｓｐａｍ.ｅｘａｍｐｌｅ',
    'Write to win@spam.example',
    'Win:(spam.example)',
    '\u200bspam.example',
    'spam.example',
  ])('carries no link: %s', subject => {
    expect(shortSubject(subject)).not.toMatch(/spam|example/i)
  })

  test('leaves sentences alone', () => {
    expect(shortSubject('Bitte um Rückruf, z. B. am 3. 5. um 14:30 Uhr')).toBe(
      'Bitte um Rückruf, z. B. am 3. 5. um 14:30 Uhr',
    )
  })

  // What takes the square of this length outlasts the runner's patience.
  test('§9: a long subject without spaces comes to an end', () => {
    expect(shortSubject('a.'.repeat(50_000)).length).toBeLessThanOrEqual(60)
    expect(shortSubject('a'.repeat(500_000)).length).toBeLessThanOrEqual(60)
  })
})
