// Whether something grows without end: a straight line through what was noted after the warm-up.
import type { Note } from './notes.ts'

export interface Trend {
  name: string
  /** By the hour, and how far off that may be (one standard error). */
  slope: number
  error: number
  /** So much it may grow in an hour; null = nobody minds. */
  most: number | null
  isHeld: boolean
}

/**
 * What a process may grow in an hour. The collected heap is the same within 3 MB whenever it is looked at; at 20 deeds a second
 * each of two processes has answered more than 36,000 of them after an hour, so 8 MB are 230 bytes of each: less than any request,
 * session or row leaves behind that is kept by mistake. Resident memory keeps what the busiest moment took and says only so much
 * of what lies outside the heap: an hour on a machine that let people wait for a minute took 41 MB more in two steps, with nothing
 * between them. Whatever is opened and not closed shows in tens at once.
 */
const allowed: [ending: string, most: number][] = [
  [': heap, MB', 8],
  [': RSS, MB', 64],
  [': open files', 10],
  ['PostgreSQL: connections', 4],
  ['PostgreSQL: own memory, MB a connection', 2],
  ['drafts', 10],
  ['temporary files', 10],
]

/** A trend of each figure over the notes from minute `warm` on; nothing is judged by fewer than three. */
export function trendsOf(notes: readonly Note[], warm: number): Trend[] {
  const later = notes.filter(({ at }) => at >= warm)
  const names = [...(notes.at(-1)?.figures.keys() ?? [])]
  return names.map(name => {
    const points = later.flatMap(({ at, figures }) => {
      const figure = figures.get(name)
      return figure === undefined ? [] : [[at / 60, figure] as const]
    })
    const { slope, error } = line(points)
    const most = allowed.find(([ending]) => name.endsWith(ending))?.[1] ?? null
    return { name, slope, error, most, isHeld: most === null || points.length < 3 || slope <= most }
  })
}

/** Least squares. */
function line(points: readonly (readonly [x: number, y: number])[]): { slope: number; error: number } {
  const mean = (of: readonly number[]) => of.reduce((sum, each) => sum + each, 0) / of.length
  const [x0, y0] = [mean(points.map(([x]) => x)), mean(points.map(([, y]) => y))]
  const spread = points.reduce((sum, [x]) => sum + (x - x0) ** 2, 0)
  const slope = points.reduce((sum, [x, y]) => sum + (x - x0) * (y - y0), 0) / spread
  const off = points.reduce((sum, [x, y]) => sum + (y - y0 - slope * (x - x0)) ** 2, 0)
  return { slope, error: Math.sqrt(off / (points.length - 2) / spread) }
}
