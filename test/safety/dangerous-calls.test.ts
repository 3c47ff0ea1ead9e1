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

test('issue 6 Safety: every key that is derived stands in the inventory of SECURITY.md, and no other (ASVS 11.1.2)', () => {
  const derived = sources.flatMap(({ text }) =>
    [...text.matchAll(/deriveKey\(\s*[\w.]+, '([^']+)'/g)].map(([, name]) => name),
  )
  const document = readFileSync(join(root, '../SECURITY.md'), 'utf8')
  const told = [...document.matchAll(/^\| `([\w -]+)` \|/gm)].map(([, name]) => name)
  expect(told.sort()).toEqual([...new Set(derived)].sort())
})

test('issue 6 Safety: what comes in is JSON, text or bytes: no XML is parsed, and nothing becomes an object of a kind that it names (ASVS 1.5.1, 1.5.2)', () => {
  const parsers = /from '[^']*(?:xml|ya?ml|serialize|bson|pickle)[^']*'|node:v8|xmlMode|DOMParser|structuredClone\(/i
  expect(filesWith(parsers)).toEqual([])
})

test('issue 6 Safety: what somebody sent is never a format: each line of the log has words of ours (ASVS 1.3.10)', () => {
  const calls = sources.flatMap(({ text }) => [...text.matchAll(/\blog\.(?:fatal|error|warn|info|debug|trace)\((.*)/g)])
  expect(calls.length).toBeGreaterThan(20)
  expect(calls.map(([, rest = '']) => rest).filter(rest => !/^(?:(?:\{.*\}|about), )?'[^'%]*'\)/.test(rest))).toEqual(
    [],
  )
  expect(filesWith(/sprintf|util\.format|\bformatWithOptions\b|console\.(?:log|info|debug|warn)\(/)).toEqual([])
})

test('issue 6 Safety: the log is written in one place, to standard error (ASVS 16.2.3)', () => {
  expect(filesWith(/\bpino\b.*\(|from 'pino'/)).toEqual(['log.ts'])
  expect(filesWith(/pino\.destination\(\{ dest: 2\b/)).toEqual(['log.ts'])
  expect(filesWith(/pino\.transport|node:syslog|createWriteStream\([^)]*\blog\b/)).toEqual([])
})

test('issue 6 Safety: a session begins in two places, and both ask for a second factor where there is one (ASVS 6.3.4)', () => {
  const begins = filesWith(/await logIn\(/)
  expect(begins.sort()).toEqual(['people/passport.ts', 'turns.ts'])
  for (const { text } of sources.filter(({ name }) => begins.includes(name))) {
    expect(text.match(/await logIn\(/g)).toHaveLength(1)
    expect(text).toContain('hasSecondFactor(')
  }
})
