// Whatever must not be guessed has at least 128 bits, each time others, out of Node's own generator.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { newNonce } from '../../src/integrations/webhook-secret.ts'
import { linkKey, linkToken } from '../../src/people/link-token.ts'
import { LinkKind, OneTimeLink } from '../../src/people/one-time-link.ts'
import { User } from '../../src/people/user.ts'
import { world } from '../world.ts'

const { anew, stranger, token, url } = await world()
const ann = new User('ann@acme.example', 'Ann', new Date())
const link = () =>
  new OneTimeLink(LinkKind.RESET, ann, { invitationDays: 1, resetHours: 1, confirmDays: 1 }, new Date())
const key = linkKey('a secret of at least thirty-two characters')

async function session(): Promise<string> {
  const browser = anew('ann')
  await browser.ready()
  return /^s:([^.]+)\./.exec(decodeURIComponent(browser.jar.value('session', new URL(url)) ?? ''))?.[1] ?? ''
}
async function csrf(): Promise<string> {
  const browser = stranger()
  await browser.visit('/login')
  return browser.jar.value('csrf', new URL(url)) ?? ''
}

test.each<[string, () => string | Promise<string>]>([
  ['session', session],
  ['token of the API', async () => (await token('ann')).replace(/^pd_/, '')],
  ['one-time link', () => linkToken(link(), key).split('.')[1] ?? ''],
  ['nonce of a one-time link', () => link().nonce.toString('base64url')],
  ['secret of a webhook', newNonce],
  ['token of a form', async () => (await csrf()).split(/[.|]|%7C/)[1] ?? ''],
])(
  'quality, Safety: a %s has 128 bits or more, and is new each time (ASVS 7.2.2, 7.2.3, 11.5.1)',
  async (_name, make) => {
    const made = new Set<string>()
    for (let i = 0; i < 4; i++) made.add(await make())
    expect(made.size).toBe(4)
    // 22 letters of base64url are 132 bits, 32 of hexadecimal 128.
    for (const each of made) expect(each.length).toBeGreaterThanOrEqual(/^[0-9a-f]+$/.test(each) ? 32 : 22)
    // No part of it counts up or stays: at no place all four agree, but by chance at a few.
    const [first = '', ...others] = made
    const same = [...first].filter((letter, at) => others.every(other => other[at] === letter)).length
    expect(same).toBeLessThan(4)
  },
)

test('quality, Safety: Math.random is for nothing that has to be unknown (ASVS 11.5.1)', () => {
  const root = join(import.meta.dirname, '../../src')
  const users = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(
    name => name.endsWith('.ts') && readFileSync(join(root, name), 'utf8').includes('Math.random'),
  )
  // When a failed webhook is tried again: spread, not secret.
  expect(users.map(name => name.replaceAll('\\', '/'))).toEqual(['integrations/webhook-patience.ts'])
})
