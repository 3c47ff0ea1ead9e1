/**
 * Breaks text at spaces so that lines stay within `width` characters, as plain text mail is read best. A word that is
 * longer (an address) keeps a line of its own; line breaks that are there stay.
 */
export function wrap(text: string, width = 72): string {
  return text
    .split('\n')
    .map(line => wrapLine(line, width))
    .join('\n')
}

function wrapLine(text: string, width: number): string {
  if (text.length <= width) return text
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line)
      line = word
    } else {
      line = line === '' ? word : `${line} ${word}`
    }
  }
  return [...lines, line].join('\n')
}
