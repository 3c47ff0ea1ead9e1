// format=flowed (RFC 3676): lines that end with a space go on in the next one of the same quote depth.

export function unflow(text: string, deletesSpaces: boolean): string {
  const result: string[] = []
  let pieces: string[] = []
  let depth = 0
  const finish = () => {
    if (pieces.length > 0) result.push(quoted(depth, pieces.join('')))
    pieces = []
  }
  for (const line of text.split(/\r?\n/)) {
    const marks = /^>*/.exec(line)?.[0].length ?? 0
    const rest = line.slice(marks).replace(/^ /, '')
    if (marks !== depth || rest === '-- ') finish()
    depth = marks
    const flows = rest.endsWith(' ') && rest !== '-- '
    pieces.push(flows && deletesSpaces ? rest.slice(0, -1) : rest)
    if (!flows) finish()
  }
  finish()
  return result.join('\n')
}

const quoted = (depth: number, text: string): string => (depth === 0 ? text : `${'>'.repeat(depth)} ${text}`)
