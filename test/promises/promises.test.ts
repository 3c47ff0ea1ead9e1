// Every promise has something that measures it; `npm run promises` says what comes of it.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { chapters } from './list.ts'
import type { Outcome } from './outcomes.ts'
import type { Promised } from './promise.ts'
import { rowOf } from './rows.ts'

const root = join(import.meta.dirname, '../..')
const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: Record<string, string> }
const sources = new Map(
  readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' })
    .filter(file => file.endsWith('.ts') && !file.startsWith('promises'))
    .map(file => [file.replaceAll('\\', '/'), readFileSync(join(root, 'test', file), 'utf8')]),
)
const all = [...sources.values()].join('\n')
const literals = (file: string) =>
  [...(sources.get(`${file}.test.ts`) ?? '').matchAll(/(['"`])((?:(?!\1).)+)\1/g)].map(([, , text = '']) => text)

describe.each(Object.entries<Record<string, Promised>>(chapters))('issue 6: %s', (_chapter, promises) => {
  test.each(Object.entries(promises))('“%s” is measured', (promise, promised) => {
    if ('tests' in promised) expect(literals(promised.tests).filter(each => promised.titles.test(each))).not.toEqual([])
    else expect(all.includes(`'${promise}'`), 'no test or command names it').toBe(true)
    if ('test' in promised) expect([...sources.keys()]).toContain(`${promised.test}.test.ts`)
    if ('command' in promised) expect(scripts).toHaveProperty([promised.command.split(' ')[2] ?? ''])
  })
})

describe('issue 6: the line of a promise', () => {
  const outcome = (state: Outcome['state'], ...values: number[]): Outcome => ({
    file: 'site/pages',
    title: 'GET / as ann',
    state,
    figures: values.map(value => ({ name: 'weight', value, where: `/${value}` })),
  })
  const measured = (outcomes: Outcome[], budget: object = { most: 14 }) =>
    rowOf('weight', { test: 'site/pages', unit: 'KB', ...budget }, { outcomes, kept: new Map() })

  test('has the worst figure, where it was, and whether it is within the budget', () => {
    expect(measured([outcome('passed', 3, 12.345), outcome('passed', 5)])).toEqual({
      promise: 'weight',
      figure: '12.35 KB /12.345',
      budget: '≤ 14 KB',
      holds: true,
      by: 'test/site/pages, 3 times',
    })
    expect(measured([outcome('failed', 15)]).holds).toBe(false)
    expect(measured([outcome('passed', 0.5, 0.3)], { most: undefined, least: 0.4 })).toMatchObject({
      figure: '0.3 KB /0.3',
      holds: false,
    })
  })

  test('holds by nothing that was left out, and breaks with a test that came to no figure', () => {
    expect(measured([outcome('skipped')])).toMatchObject({ figure: '–', holds: null })
    expect(measured([outcome('failed')]).holds).toBe(false)
  })

  test('counts tests by their titles', () => {
    const tested = (...outcomes: Outcome[]) =>
      rowOf('roles', { tests: 'site/pages', titles: /^GET/ }, { outcomes, kept: new Map() })
    expect(tested(outcome('passed'), outcome('passed'))).toMatchObject({ figure: '2 of 2 tests', holds: true })
    expect(tested(outcome('passed'), outcome('failed'))).toMatchObject({ figure: '1 of 2 tests', holds: false })
    expect(tested().holds).toBe(null)
  })

  test('says what a command measured, and since when', () => {
    const kept = new Map([['ratio', [{ value: 0.61, where: 'list', at: '2026-11-22T09:30:00.000Z' }]]])
    const row = rowOf('ratio', { command: 'npm run bench', least: 0.5 }, { outcomes: [], kept })
    expect(row).toMatchObject({
      figure: '0.61 list',
      budget: '≥ 0.5',
      holds: true,
      by: 'npm run bench (2026-11-22 09:30)',
    })
    expect(rowOf('ratio', { command: 'npm run bench', least: 0.5 }, { outcomes: [], kept: new Map() }).holds).toBe(null)
  })
})
