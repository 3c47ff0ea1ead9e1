// How a promise is measured, and what it must come to.

export interface Budget {
  most?: number
  least?: number
  unit?: string
}

/** A test says the figure where it measures it (figure.ts). `test` is a file under test/, without its ending. */
export type Measured = Budget & { test: string }

/** Every test of these titles passes, and there are some. */
export interface Tested {
  tests: string
  titles: RegExp
}

/** A command leaves the figure behind (kept.ts): it takes long, or measures times, which no test asserts. */
export type Commanded = Budget & { command: string }

export type Promised = Measured | Tested | Commanded

export interface Figure {
  value: number
  /** What was measured: a page, and as whom. */
  where: string
}

export const isWithin = (
  { most = Number.POSITIVE_INFINITY, least = Number.NEGATIVE_INFINITY }: Budget,
  value: number,
) => value <= most && value >= least

/** The figure that is nearest to breaking the promise, or furthest beyond. */
export const worst = (budget: Budget, figures: readonly Figure[]): Figure | undefined =>
  figures.toSorted((one, other) => (budget.least === undefined ? other.value - one.value : one.value - other.value))[0]
