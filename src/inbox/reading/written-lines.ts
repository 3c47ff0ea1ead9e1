// The lines of an HTML document as the text that is folded as any other.

/** Outlook's own separator in plain text; `foldText` knows it. */
export const RULE = '_'.repeat(32)

/** What the HTML says of a line. */
export type LineKind = 'own' | 'quote' | 'signature'

/** One line as the HTML says it. */
export interface Line {
  text: string
  depth: number
  kind: LineKind
}

/** Quotations behind "> ", signatures below "-- ", at most one blank line in a row. */
export const written = (lines: readonly Line[]): string => joined(withDelimiters(lines))

/** A signature that only the HTML marks gets the line that text marks it with, if nothing of one's own follows it. */
function withDelimiters(lines: readonly Line[]): readonly Line[] {
  const rest = lines.findIndex(({ text }) => text === RULE)
  const last = lines.findLastIndex(
    ({ kind, text, depth }, index) => (rest < 0 || index < rest) && kind === 'own' && depth === 0 && text.trim() !== '',
  )
  const start = lines.findIndex(({ kind, text }, index) => index > last && kind === 'signature' && text.trim() !== '')
  const first = lines[start]
  if (!first || first.depth > 0 || (rest >= 0 && start > rest) || /^(?:-- ?|_{2,})$/.test(first.text)) return lines
  return [...lines.slice(0, start), { text: '-- ', depth: 0, kind: 'signature' }, ...lines.slice(start)]
}

/** At most one blank line in a row. */
function joined(lines: readonly Line[]): string {
  const texts: string[] = []
  for (const { text, depth } of lines) {
    const line = depth === 0 ? text : `${'> '.repeat(depth)}${text}`.trimEnd()
    if (line !== '' || texts.at(-1) !== '') texts.push(line)
  }
  return texts.join('\n').replace(/^\n+|\n+$/g, '')
}
