const widths = [26, 9, 8, 8, 9, 8, 8, 7, 7, 11, 5]

/** A line of a table: what it is about, then figures. */
export function line(...texts: string[]): string {
  return texts.map((text, at) => (at === 0 ? text.padEnd(26) : text.padStart(widths[at] ?? 0))).join('')
}
