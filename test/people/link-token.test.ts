import { expect, test } from 'vitest'
import { deriveKey } from '../../src/lib/keys.ts'
import { leaveKey, leaveToken, parseLeaveToken } from '../../src/list/leave-token.ts'
import { isGenuine, linkKey, linkToken, readLinkToken } from '../../src/people/link-token.ts'
import { LinkKind, OneTimeLink } from '../../src/people/one-time-link.ts'
import { User } from '../../src/people/user.ts'

const key = linkKey('a secret of at least thirty-two characters')
const ann = new User('ann@acme.example', 'Ann', new Date())
const terms = { invitationDays: 14, confirmDays: 14, resetHours: 1 }
const fresh = () => new OneTimeLink(LinkKind.INVITATION, ann, terms, new Date())
const link = fresh()

test('§3: a link token is the same each time, and its link is found and proven by it', () => {
  const token = linkToken(link, key)
  expect(token).toMatch(/^[\w-]{22}\.[\w-]{43}$/)
  expect(linkToken(link, key)).toBe(token)
  const read = readLinkToken(token)
  expect(read?.id).toBe(link.id)
  expect(isGenuine(link, read!.mac, key)).toBe(true)
})

test('§3: a token is bound to id, kind, nonce and key', () => {
  const { mac } = readLinkToken(linkToken(link, key))!
  expect(isGenuine({ ...link, kind: LinkKind.RESET }, mac, key)).toBe(false)
  expect(isGenuine({ ...link, nonce: Buffer.alloc(32) }, mac, key)).toBe(false)
  expect(isGenuine({ ...link, id: fresh().id }, mac, key)).toBe(false)
  expect(isGenuine(link, mac, deriveKey('another secret', 'one-time-link'))).toBe(false)
  expect(isGenuine(link, Buffer.alloc(0), key)).toBe(false)
})

test.each(['', 'x', '.', `${'A'.repeat(22)}.`, 'A'.repeat(66), `${'A'.repeat(22)}.${'é'.repeat(43)}`])(
  '§9: “%s” is no token',
  text => {
    expect(readLinkToken(text)).toBeNull()
    expect(parseLeaveToken(text, key)).toBeNull()
  },
)

test('§3: a leave link names its membership and is no other link', () => {
  const leave = leaveKey('a secret of at least thirty-two characters')
  const token = leaveToken({ id: link.id }, leave)
  expect(parseLeaveToken(token, leave)).toBe(link.id)
  expect(parseLeaveToken(linkToken(link, key), leave)).toBeNull()
  expect(parseLeaveToken(token.slice(0, -2) + (token.endsWith('AA') ? 'BB' : 'AA'), leave)).toBeNull()
})
