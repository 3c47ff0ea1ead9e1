// Writes lines while an HTML parser walks.
import {
  type Attributes,
  isHidden,
  isQuotation,
  isQuoteBox,
  isQuoteFrame,
  isSeparator,
  isSignature,
  isTight,
} from './html-marks.ts'
import { LineWriter, type Place } from './line-writer.ts'
import { type LineKind, RULE } from './written-lines.ts'

/** An open element, with what it has of the elements around it. */
interface Frame {
  isHidden: boolean
  isQuote: boolean
  isBox: boolean
  isPre: boolean
  kind: LineKind
  gap: 0 | 1 | 2
  /** `next` is 0 for lists without numbers. */
  list: { next: number } | null
  row: { start: number } | null
  link: { href: string; from: Place } | null
}

const lineBlocks = new Set(
  'div li tr table tbody thead address article section header footer main nav aside form fieldset figure figcaption center dt dd body html details summary caption'.split(
    ' ',
  ),
)
const spacedBlocks = new Set('p h1 h2 h3 h4 h5 h6 ul ol dl blockquote pre'.split(' '))
const outermost: Frame = {
  isHidden: false,
  isQuote: false,
  isBox: false,
  isPre: false,
  kind: 'own',
  gap: 0,
  list: null,
  row: null,
  link: null,
}

/** Takes the parser's events. */
export class HtmlReader {
  private readonly lines = new LineWriter()
  private readonly frames: Frame[] = []

  /** Elements that are open. */
  get depth(): number {
    return this.frames.length
  }

  text(): string {
    return this.lines.text()
  }

  onopentag(name: string, attributes: Attributes): void {
    const around = this.frame
    const frame = inside(around, name, attributes)
    this.frames.push(frame)
    if (!frame.isHidden) this.begin(frame, around, name, attributes)
  }

  ontext(text: string): void {
    if (this.frame.isHidden) return
    if (this.frame.isPre) this.lines.verbatim(text)
    else this.lines.write(text)
  }

  onclosetag(name: string): void {
    const frame = this.frames.pop()
    if (!frame || frame.isHidden) return
    if (name === 'td' || name === 'th') this.lines.endCell()
    if (frame.link) this.lines.link(frame.link.href, frame.link.from)
    this.lines.gap(frame.gap)
    if (frame.isQuote) this.lines.quote(-1)
    this.lines.become(this.frame.kind)
  }

  private get frame(): Frame {
    return this.frames.at(-1) ?? outermost
  }

  private begin(frame: Frame, around: Frame, name: string, attributes: Attributes): void {
    this.lines.gap(frame.gap)
    this.lines.become(frame.kind)
    if (isSeparator(name, attributes) || (frame.isBox && !around.isBox)) this.lines.rule(RULE)
    if (frame.isQuote) this.lines.quote(1)
    this.content(frame, name, attributes)
  }

  private content(frame: Frame, name: string, attributes: Attributes): void {
    if (name === 'br') this.lines.break()
    else if (name === 'hr') this.lines.rule('---')
    else if (name === 'img') this.picture(attributes)
    else if (name === 'td' || name === 'th') this.cell(frame)
    else if (name === 'tr') frame.row = { start: this.lines.place.line }
    else if (name === 'li') this.lines.bullet(bulletOf(frame))
    else if (name === 'a' && attributes.href) frame.link = { href: attributes.href, from: this.lines.place }
  }

  private cell({ row }: Frame): void {
    if (row) this.lines.cell(row.start)
    else this.lines.gap(1)
  }

  /** Programs send emoji as pictures, too. */
  private picture({ alt = '' }: Attributes): void {
    if (alt.length <= 16 && /^\p{Extended_Pictographic}/u.test(alt)) this.lines.write(alt)
  }
}

function inside(around: Frame, name: string, attributes: Attributes): Frame {
  const isBox = isQuoteBox(attributes)
  return {
    isHidden: around.isHidden || isHidden(name, attributes),
    isQuote: isBox ? !around.isBox : isQuotation(name, attributes),
    isBox: isBox || around.isBox,
    isPre: name === 'pre' || around.isPre,
    kind: kindOf(around, attributes),
    gap: gapOf(name, attributes),
    list: name === 'ol' ? { next: 1 } : name === 'ul' ? { next: 0 } : around.list,
    row: around.row,
    link: null,
  }
}

function kindOf(around: Frame, attributes: Attributes): LineKind {
  if (around.kind === 'quote' || isQuoteFrame(attributes)) return 'quote'
  return isSignature(attributes) ? 'signature' : around.kind
}

function gapOf(name: string, attributes: Attributes): 0 | 1 | 2 {
  if (spacedBlocks.has(name)) return name === 'p' && isTight(attributes) ? 1 : 2
  return lineBlocks.has(name) ? 1 : 0
}

function bulletOf({ list }: Frame): string {
  if (!list || list.next === 0) return '- '
  list.next += 1
  return `${list.next - 1}. `
}
