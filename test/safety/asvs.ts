// The table of SECURITY.md: which tests name which requirement of OWASP ASVS 5.0.0. `npm run security` writes it anew.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '../..')
const document = join(root, 'SECURITY.md')
const [BEGIN, END] = ['<!-- the tests, by npm run security -->', '<!-- end of the tests -->']

/** How many requirements each section of ASVS 5.0.0 has, so that no title names one that is none. */
const sections =
  '1.1:2 1.2:10 1.3:12 1.4:3 1.5:3 2.1:3 2.2:3 2.3:5 2.4:2 3.1:1 3.2:3 3.3:5 3.4:8 3.5:8 3.6:1 3.7:5 4.1:5 4.2:5 4.3:2 4.4:4 5.1:1 5.2:6 5.3:3 5.4:3 ' +
  '6.1:3 6.2:12 6.3:8 6.4:6 6.5:8 6.6:4 6.7:2 6.8:4 7.1:3 7.2:4 7.3:2 7.4:5 7.5:3 7.6:2 8.1:4 8.2:4 8.3:3 8.4:2 9.1:3 9.2:4 ' +
  '11.1:4 11.2:5 11.3:5 11.4:4 11.5:2 11.6:2 11.7:2 12.1:5 12.2:2 12.3:5 13.1:4 13.2:6 13.3:4 13.4:7 14.1:2 14.2:8 14.3:3 ' +
  '15.1:5 15.2:5 15.3:7 15.4:4 16.1:1 16.2:5 16.3:4 16.4:3 16.5:4'
const counts = new Map(sections.split(' ').map(each => each.split(':') as [string, string]))

export const isRequirement = (id: string): boolean => {
  const [chapter, section, number] = id.split('.')
  return Number(number) >= 1 && Number(number) <= Number(counts.get(`${chapter}.${section}`) ?? 0)
}

/** Those of level 3; the portal is held to the others. */
const levelThree = new Set(
  (
    '1.2.10 1.3.12 1.5.3 2.3.5 2.4.2 3.1.1 3.2.3 3.3.5 3.4.7 3.4.8 3.5.6 3.5.7 3.5.8 3.6.1 3.7.3 3.7.4 3.7.5 4.1.4 4.1.5 4.2.2 4.2.3 4.2.4 4.2.5 ' +
    '5.2.4 5.2.5 5.2.6 5.3.3 6.3.5 6.3.6 6.3.7 6.3.8 6.4.5 6.4.6 6.5.6 6.5.7 6.5.8 6.6.4 6.7.1 6.7.2 7.5.3 8.1.3 8.1.4 8.2.4 8.3.2 8.3.3 8.4.2 ' +
    '11.1.3 11.1.4 11.2.4 11.2.5 11.3.4 11.3.5 11.5.2 11.6.2 11.7.1 11.7.2 12.1.4 12.1.5 12.3.5 13.1.2 13.1.3 13.1.4 13.2.6 13.3.3 13.3.4 13.4.6 ' +
    '13.4.7 14.2.5 14.2.6 14.2.7 14.2.8 15.1.4 15.1.5 15.2.4 15.2.5 15.4.1 15.4.2 15.4.3 15.4.4 16.5.4'
  ).split(' '),
)
const held = [...counts]
  .flatMap(([section, count]) => Array.from({ length: Number(count) }, (_, at) => `${section}.${at + 1}`))
  .filter(id => !levelThree.has(id))

/** Of levels 1 and 2, what neither a test nor a sentence of the document decides. */
export function undecided(words: string): string[] {
  const told = [...words.matchAll(/\*\*([V\d][^*]*)\*\*/g)].flatMap(([, list = '']) => list.split(/, ?/).map(rangeOf))
  const proven = new Set(proofs().map(({ id }) => id))
  return held.filter(id => !proven.has(id) && !told.some(has => has(id)))
}

/** `V9`, `12.1`, `1.2.6` or `1.2.6–1.2.8`: what of it is a requirement's own number. */
function rangeOf(text: string): (id: string) => boolean {
  const [from = '', to] = text.replace('V', '').split('–')
  if (!to) return id => id === from || id.startsWith(`${from}.`)
  return id => compare(id, from) >= 0 && compare(id, to) <= 0
}

export interface Proof {
  id: string
  title: string
  file: string
}

/** Every title that says "ASVS 6.2.1", or several with commas between. */
export function proofs(): Proof[] {
  const files = readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' })
  const named = files
    .filter(name => name.endsWith('.test.ts'))
    .flatMap(name => {
      const source = readFileSync(join(root, 'test', name), 'utf8')
      const titles = [...source.matchAll(/(['"`])((?:(?!\1).)*ASVS \d(?:(?!\1).)*)\1/g)].map(
        ([, , title = '']) => title,
      )
      return titles.flatMap(title =>
        requirementsOf(title).map(id => ({ id, title: bare(title), file: name.replaceAll('\\', '/') })),
      )
    })
  return named.sort((one, other) => compare(one.id, other.id) || one.file.localeCompare(other.file))
}

const list = /ASVS (\d+\.\d+\.\d+(?:,? \d+\.\d+\.\d+)*)/

const requirementsOf = (title: string): string[] => list.exec(title)?.[1]?.split(/,? /) ?? []

/** Without the requirement's own number and the house's before it. */
const bare = (title: string): string =>
  title
    .replace(/ ?\(?ASVS [\d., ]+[):]?/, '')
    .replace(/^(?:(?:§[\d.]+|[VH]\d+|quality|issue \d+|Safety|Reliability)[,:]? ?)+/, '')
    .trim()

function compare(one: string, other: string): number {
  const [a, b] = [one, other].map(id => id.split('.').map(Number))
  return a?.map((part, at) => part - (b?.[at] ?? 0)).find(difference => difference !== 0) ?? 0
}

export function table(): string {
  const rows = proofs().map(({ id, title, file }) => `| ${id} | ${title.replaceAll('|', '\\|')} | ${file} |`)
  return ['| ASVS | test | in `test/` |', '| --- | --- | --- |', ...new Set(rows)].join('\n')
}

/** SECURITY.md with the table as it has to be, and what of levels 1 and 2 it leaves open. */
export function current(): { is: string; shouldBe: string; open: string[] } {
  const is = readFileSync(document, 'utf8')
  const [before = '', rest = ''] = is.split(BEGIN)
  const open = undecided(before)
  const byTests = new Set(
    proofs()
      .map(({ id }) => id)
      .filter(id => held.includes(id)),
  ).size
  const sentence = `Of the ${held.length} requirements of levels 1 and 2, tests name ${byTests}; ${
    open.length === 0 ? 'sentences above decide all others.' : `undecided are ${open.join(', ')}.`
  }`
  return { is, open, shouldBe: `${before}${BEGIN}\n\n${table()}\n\n${sentence}\n\n${END}${rest.split(END)[1] ?? ''}` }
}

if (process.argv[1] === import.meta.filename) writeFileSync(document, current().shouldBe)
