// Every regular expression of the sources takes time in proportion to its text, looked at by scslre: none can be made to
// try the same piece again and again. Those below it complains of, and why they do no harm.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { analyse } from 'scslre'
import { expect, test } from 'vitest'

const bounded: Readonly<Record<string, string>> = {
  'lib/settings.ts /^"?([^"<>]*?)"?\\s*<([^<>]+)>$/': 'a setting, which operators and admins write',
  'people/password.ts /[\\d\\W_]+$/': 'a password has at most 1,000 characters there',
  'inbox/reading/part-text.ts /<meta[^>]{0,200}charset\\s*=\\s*["\']?\\s*([\\w.:-]{2,40})/i': 'the first 4,096 bytes',
  'inbox/reading/pictures.ts /\\bsrc\\s*=\\s*["\']?\\s*cid:([^"\'\\s>]+)/i': 'a tag of at most 4,000 characters',
  'inbox/reading/report-recipients.ts /\\.+$/': 'one address, whose length its own expression bounds',
  'inbox/reading/tnef.ts /\\0.*$/s': 'the first NUL ends it, whatever follows',
  'inbox/reading/written-lines.ts /^\\n+|\\n+$/g': 'no more than two empty lines follow each other there',
}

const root = join(import.meta.dirname, '../../src')
const sources = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(name => name.endsWith('.ts'))

async function expressions(): Promise<[file: string, literal: string][]> {
  const ts = (await import('typescript')).default
  return sources.flatMap(name => {
    const found: [string, string][] = []
    const look = (node: import('typescript').Node): void => {
      if (ts.isRegularExpressionLiteral(node)) found.push([name.replaceAll('\\', '/'), node.text])
      ts.forEachChild(node, look)
    }
    look(ts.createSourceFile(name, readFileSync(join(root, name), 'utf8'), ts.ScriptTarget.Latest))
    return found
  })
}

test('issue 6 Safety: no regular expression can be made slow (ASVS 1.3.12)', { timeout: 120_000 }, async () => {
  const all = await expressions()
  expect(all.length).toBeGreaterThan(400)
  const slow = all.filter(([, literal]) => {
    const end = literal.lastIndexOf('/')
    return analyse({ source: literal.slice(1, end), flags: literal.slice(end + 1) }).reports.length > 0
  })
  expect([...new Set(slow.map(each => each.join(' ')))].sort()).toEqual(Object.keys(bounded).sort())
})

test('issue 6 Safety: those that are built are built of our own words, once (ASVS 1.2.9)', () => {
  const built = sources.filter(name => /new RegExp\(/.test(readFileSync(join(root, name), 'utf8')))
  const reading = 'attribution closing contact disclaimer program-line separator'.split(' ').map(name => `fold-${name}`)
  expect(built.map(name => name.replaceAll('\\', '/')).sort()).toEqual(
    [
      ...[...reading, 'fold', 'kind-subject', 'pictures'].map(name => `inbox/reading/${name}.ts`),
      'inbox/weighing/authentication-results.ts',
      'lib/search-query.ts',
      'tickets/ticket-match.ts',
    ].sort(),
  )
})
