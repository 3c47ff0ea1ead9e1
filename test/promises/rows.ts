// A line for each promise: its figure, its budget, whether it holds, and by what it was measured.
import type { KeptFigure } from './kept.ts'
import type { Outcome } from './outcomes.ts'
import {
  type Budget,
  type Commanded,
  type Figure,
  isWithin,
  type Measured,
  type Promised,
  type Tested,
  worst,
} from './promise.ts'

export interface Row {
  promise: string
  figure: string
  budget: string
  /** Null where nothing measured it. */
  holds: boolean | null
  by: string
}

interface Found {
  outcomes: readonly Outcome[]
  kept: ReadonlyMap<string, readonly KeptFigure[]>
}

export function rowOf(promise: string, promised: Promised, { outcomes, kept }: Found): Row {
  if ('tests' in promised) return tested(promise, promised, outcomes)
  if ('test' in promised) return measured(promise, promised, outcomes)
  return commanded(promise, promised, kept.get(promise) ?? [])
}

function tested(promise: string, { tests, titles }: Tested, outcomes: readonly Outcome[]): Row {
  const own = outcomes.filter(({ file, title, state }) => file === tests && titles.test(title) && state !== 'skipped')
  const passed = own.filter(({ state }) => state === 'passed').length
  const hasFallen = own.length === 0 && outcomes.some(({ file, state }) => file === tests && state === 'failed')
  return {
    promise,
    figure: `${passed} of ${own.length} tests`,
    budget: 'all',
    holds: own.length > 0 ? passed === own.length : hasFallen ? false : null,
    by: `test/${tests}`,
  }
}

function measured(promise: string, promised: Measured, outcomes: readonly Outcome[]): Row {
  const own = outcomes.filter(({ file }) => file === promised.test)
  const figures = own.flatMap(({ figures }) => figures.filter(({ name }) => name === promise))
  const hasFallen = figures.length === 0 && own.some(({ state }) => state === 'failed')
  return {
    ...figured(promise, promised, figures),
    ...(hasFallen && { holds: false }),
    by: `test/${promised.test}${figures.length > 1 ? `, ${figures.length} times` : ''}`,
  }
}

function commanded(promise: string, promised: Commanded, figures: readonly KeptFigure[]): Row {
  const oldest = figures.map(({ at }) => at).sort()[0]
  const days = oldest === undefined ? 'not measured yet' : oldest.slice(0, 16).replace('T', ' ')
  return { ...figured(promise, promised, figures), by: `${promised.command} (${days})` }
}

function figured(promise: string, budget: Budget, figures: readonly Figure[]): Omit<Row, 'by'> {
  const found = worst(budget, figures)
  const where = found?.where && found.value !== 0 ? ` ${found.where}` : ''
  return {
    promise,
    figure: found ? `${amount(found.value, budget)}${where}` : '–',
    budget: budgetText(budget),
    holds: found ? isWithin(budget, found.value) : null,
  }
}

const amount = (value: number, { unit }: Budget): string =>
  [value.toLocaleString('en', { maximumFractionDigits: 2 }), unit].filter(Boolean).join(' ')

function budgetText(budget: Budget): string {
  if (budget.most !== undefined) return `≤ ${amount(budget.most, budget)}`
  return budget.least === undefined ? '' : `≥ ${amount(budget.least, budget)}`
}
