import { describe, expect, test } from 'vitest'
import { Refusal } from '../../src/graph/refusal.ts'
import { checkNewPassword, hashPassword, isPassword } from '../../src/people/password.ts'

const settings = { brandName: 'Plaindesk', passwordLength: 12 }
const codeOf = (password: string, repeated = password): string => {
  try {
    checkNewPassword(password, repeated, { email: 'ann.albers@acme.example' }, settings)
    return 'good'
  } catch (error) {
    return error instanceof Refusal ? error.code : String(error)
  }
}

describe('§7: a new password (ASVS 6.2.1, 6.2.4, 6.2.5, 6.2.9, 6.2.11)', () => {
  test.each([
    ['', 'REQUIRED'],
    ['elevenchars', 'PASSWORD_TOO_SHORT'],
    ['twelve chars', 'good'],
    ['a lane by the sea', 'good'],
    ['x'.repeat(1001), 'PASSWORD_TOO_LONG'],
    ['aaaaaaaaaaaaaaaa', 'PASSWORD_TOO_COMMON'],
    ['QwertyQwerty', 'PASSWORD_TOO_COMMON'],
    ['password1234', 'PASSWORD_TOO_COMMON'],
    ['Passwort1234', 'PASSWORD_TOO_COMMON'],
    ['ann.albers@acme.example', 'PASSWORD_TOO_COMMON'],
    ['ann.albers2026', 'PASSWORD_TOO_COMMON'],
    ['plaindesk2026', 'PASSWORD_TOO_COMMON'],
    ['plaindesk is nice', 'good'],
    ['只有一條路通往山上的那座小城', 'good'],
  ])('%s: %s', (password, code) => expect(codeOf(password)).toBe(code))

  test('is typed twice', () => {
    expect(codeOf('a lane by the sea', 'a lane by the see')).toBe('PASSWORDS_DIFFER')
  })
})

describe('a stored password', () => {
  test('is an Argon2id hash at OWASP’s cost, salted (ASVS 11.4.2)', async () => {
    const [one, two] = await Promise.all([hashPassword('a lane by the sea'), hashPassword('a lane by the sea')])
    expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
    expect(one).not.toBe(two)
    expect(await isPassword('a lane by the sea', one)).toBe(true)
    expect(await isPassword('a lane by the see', one)).toBe(false)
  })

  test('does not mind how the keyboard composes letters', async () => {
    expect(await isPassword('schöne Grüße', await hashPassword('schöne Grüße'))).toBe(true)
  })

  test('that does not exist is never right, whatever is typed', async () => {
    expect(await isPassword('no account has this password', null)).toBe(false)
    expect(await isPassword('x'.repeat(100_000), await hashPassword('x'.repeat(1000)))).toBe(false)
  })
})
