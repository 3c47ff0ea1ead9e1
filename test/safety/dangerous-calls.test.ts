// What our sources never do, or do in one place where nothing that anybody sent comes near.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const root = join(import.meta.dirname, '../../src')
const sources = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter(name => name.endsWith('.ts'))
  .map(name => ({ name: name.replaceAll('\\', '/'), text: readFileSync(join(root, name), 'utf8') }))
const filesWith = (pattern: RegExp) => sources.filter(({ text }) => pattern.test(text)).map(({ name }) => name)

test('issue 6 Safety: nothing makes code or a template out of text (ASVS 1.3.2, 1.3.7)', () => {
  expect(filesWith(/\beval\(|new Function\(|node:vm\b|renderString|\.compile\(|setTimeout\(['"`]/)).toEqual([])
})

test('issue 6 Safety: programs are started in one place, PostgreSQL’s own, and without a shell (ASVS 1.2.5)', () => {
  expect(filesWith(/child_process/)).toEqual(['database/unprivileged.ts'])
  expect(filesWith(/\bexecSync\b|\bshell:|promisify\(exec\)/)).toEqual([])
})

test('issue 6 Safety: hashes are SHA-256, encryption is AES-256-GCM; authenticator apps alone have SHA-1 of their standard (ASVS 11.3.1, 11.3.2, 11.4.1)', () => {
  const calls = /\b(?:createHash|createHmac|hkdfSync|createCipheriv|createDecipheriv|createSign)\(\s*([^,)]+)/g
  const named = sources.flatMap(({ text }) => [...text.matchAll(calls)].map(([, algorithm]) => algorithm))
  expect([...new Set(named)].sort()).toEqual(["'aes-256-gcm'", "'sha256'"])
})
