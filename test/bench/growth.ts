// What the same pages cost on a small archive and on a large one, both measured in one run, turn by turn.
import { line } from './line.ts'
import { inTurns, type Side, type Turns } from './measure.ts'
import type { BenchPage } from './page.ts'
import type { Portal } from './portal.ts'

export interface Growth {
  /** Median answer times in milliseconds, small archive first. */
  p50: [number, number]
  ratio: number
  isHeld: boolean
}

export async function growthOf(page: BenchPage, small: Portal, large: Portal, turns: Turns): Promise<Growth> {
  const [before, after] = await inTurns(await sideOf(page, small), await sideOf(page, large), turns)
  const ratio = after.p50 / before.p50
  return { p50: [before.p50, after.p50], ratio, isHeld: ratio <= page.grows }
}

const sideOf = async (page: BenchPage, { product, visitors }: Portal): Promise<Side> => ({
  url: product.url,
  asks: await page.asks(visitors),
})

export const growthHead = (tickets: readonly number[]): string =>
  line('p50 in ms', ...tickets.map(count => `${count / 1000}k`), 'ratio', 'most', 'ok')

export const growthLine = ({ name, grows }: BenchPage, { p50, ratio, isHeld }: Growth): string =>
  line(name, ...p50.map(each => each.toFixed(1)), ratio.toFixed(2), grows.toFixed(1), isHeld ? 'yes' : 'NO')
