// Lines out of the pieces of an HTML document: white space as browsers collapse it, blocks on lines of their own,
// quotations behind "> ".

import { type Line, type LineKind, RULE, written } from './written-lines.ts'

/** A place in the text, where a link begins. */
export interface Place {
  line: number
  at: number
}

const DEEPEST = 10 // ">": nobody reads deeper, and a hostile nesting would make lines of any length
const LONGEST_LINK = 500 // characters; tracking links are longer and tell nothing

export class LineWriter {
  private readonly lines: Line[] = []
  /** Pieces of the current line: joined once, or a line of a million pieces would cost their square. */
  private pieces: string[] = []
  private isBullet = false
  /** Nothing is in this cell yet: a paragraph in it begins beside the last cell. */
  private isCellStart = false
  private pending: 0 | 1 | 2 = 0
  private depth = 0
  private kind: LineKind = 'own'

  /** Lines that are finished. */
  get count(): number {
    return this.lines.length
  }

  get place(): Place {
    this.settle()
    return { line: this.lines.length, at: this.pieces.length }
  }

  /** What comes next is not on this line; 2: and a blank line is between. */
  gap(lines: 0 | 1 | 2): void {
    if (this.isCellStart) return
    if (lines > this.pending) this.pending = lines
  }

  break(): void {
    this.settle()
    this.push()
  }

  write(text: string): void {
    const collapsed = text.replace(/[ \t\r\n\f]+/g, ' ')
    if (collapsed === ' ' || collapsed === '') {
      if (collapsed !== '' && this.pending === 0) this.append(' ')
      return
    }
    this.settle()
    this.append(collapsed)
  }

  verbatim(text: string): void {
    if (text === '') return
    this.settle()
    this.isCellStart = false
    const [first = '', ...rest] = text.split(/\r\n|\r|\n/)
    this.pieces.push(first)
    for (const line of rest) {
      this.push()
      if (line !== '') this.pieces.push(line)
    }
  }

  bullet(text: string): void {
    this.settle()
    this.pieces.push(text)
    this.isBullet = true
    this.isCellStart = false
  }

  /** The next cell of the row that began at this line: beside the last one, where all of them are short. */
  cell(rowStart: number): void {
    if (this.pieces.length > 0) this.part(rowStart)
    this.isCellStart = true
  }

  endCell(): void {
    this.isCellStart = false
  }

  private part(rowStart: number): void {
    if (this.lines.length === rowStart) {
      this.pending = 0
      this.pieces.push('\t')
    } else this.gap(1)
  }

  /** Where a link leads, unless its own text says so. */
  link(href: string, { line, at }: Place): void {
    const text = this.pieces.slice(at).join('').trim()
    if (line !== this.lines.length || text === '') return
    const target = href.trim().replace(/^mailto:/i, '')
    const isAddress = /^mailto:/i.test(href.trim())
    if (target.length > LONGEST_LINK || (!isAddress && !/^(?:https?|tel|ftp):/i.test(target))) return
    if (isSame(text, target)) return
    this.append(isAddress ? ` <${target.split('?')[0]}>` : ` (${target})`)
  }

  rule(text: string): void {
    this.flush()
    const last = this.lines.findLast(line => line.text !== '')
    if (text === RULE && last?.text === '---') last.text = RULE
    else if (last?.text !== RULE) this.lines.push({ text, depth: this.depth, kind: 'quote' })
    this.pending = 1
  }

  quote(levels: 1 | -1): void {
    this.flush()
    this.depth += levels
  }

  become(kind: LineKind): void {
    if (kind === this.kind) return
    this.flush()
    this.kind = kind
  }

  text(): string {
    this.flush()
    return written(this.lines)
  }

  private append(text: string): void {
    const last = this.pieces.at(-1)
    const isEdge = last === undefined || last.endsWith(' ') || last.endsWith('\t')
    const piece = isEdge ? text.replace(/^ /, '') : text
    if (piece !== '') this.pieces.push(piece)
    if (text.trim() === '') return
    this.isBullet = false
    this.isCellStart = false
  }

  private flush(): void {
    if (this.pieces.length === 0) return
    this.push()
    if (this.pending === 0) this.pending = 1
  }

  /** Carries out the gap, now that something follows. */
  private settle(): void {
    if (this.pending === 0) return
    if (this.pieces.length > 0 && !this.isBullet) this.push()
    const last = this.lines.at(-1)
    if (this.pending === 2 && !this.isBullet && last && last.text !== '' && last.text !== RULE) {
      this.lines.push({ text: '', depth: Math.min(last.depth, this.depth), kind: this.kind })
    }
    this.pending = 0
  }

  private push(): void {
    const line = this.pieces.join('').replaceAll('\u00A0', ' ')
    const text = line === '-- ' ? line : line.trimEnd()
    this.lines.push({ text, depth: Math.min(this.depth, DEEPEST), kind: this.kind })
    this.pieces = []
    this.isBullet = false
  }
}

const isSame = (text: string, target: string): boolean => plainAddress(text) === plainAddress(target)

const plainAddress = (text: string): string =>
  text
    .toLowerCase()
    .replace(/^(?:https?:\/\/|tel:|mailto:)/, '')
    .replace(/[\s<>()]|\/$/g, '')
