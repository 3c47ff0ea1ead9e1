// The HTML of a mail in two: what is new, and the earlier mail, where its program marked it unmistakably.
import { Parser } from 'htmlparser2'
import { announces } from './fold-headers.ts'
import { bare } from './fold-line.ts'
import { beginsForward } from './fold-separator.ts'
import { type Attributes, isHidden, isQuotation, isQuoteFrame, isSeparator } from './html-marks.ts'

export interface FoldedHtml {
  visible: string
  folded: string
}

const CHUNK = 16_384
const DEEPEST = 1000 // open elements: the parser's time grows with them; nothing is folded in such a document

/**
 * Cuts the source at the earlier mail: everything is in one of the two parts, in its order; both are pieces of HTML as
 * unsafe as the source. `folded` is empty where no mark is there, where own words follow the mark, where none stand
 * before it, and where the mail is handed on.
 */
export function foldHtml(html: string): FoldedHtml {
  const cut = new CutFinder(html).find()
  return cut === null ? { visible: html, folded: '' } : { visible: html.slice(0, cut), folded: html.slice(cut) }
}

class CutFinder {
  private readonly html: string
  private parser: Parser
  private readonly open: { isQuote: boolean; isHidden: boolean }[] = []
  private quotes = 0
  private hiddens = 0
  private hasWords = false
  private cut: number | null = null
  private isRest = false
  private isTooDeep = false
  private head = ''
  private isSure = false

  constructor(html: string) {
    this.html = html
    this.parser = new Parser({
      onopentag: (name, attributes) => this.begin(name, attributes),
      ontext: text => this.words(text),
      onclosetag: () => this.end(),
    })
  }

  find(): number | null {
    for (let at = 0; at < this.html.length && !this.isTooDeep; at += CHUNK) {
      this.parser.write(this.html.slice(at, at + CHUNK))
      this.isTooDeep = this.open.length > DEEPEST
    }
    this.parser.end()
    return this.isTooDeep || beginsForward(bare(this.head)) || !this.isAnnounced ? null : this.cut
  }

  /** Gmail and Yahoo put their marks around own words, too; then nothing at its head says who wrote when. */
  private get isAnnounced(): boolean {
    return this.isSure || (/[:：]/.test(this.head) && announces(this.head))
  }

  private begin(name: string, attributes: Attributes): void {
    const isQuote = isQuotation(name, attributes) || isQuoteFrame(attributes)
    const hides = isHidden(name, attributes)
    this.open.push({ isQuote, isHidden: hides })
    if (isQuote) this.quotes += 1
    if (hides) this.hiddens += 1
    const isMark = isSeparator(name, attributes)
    if ((isQuote || isMark) && this.hasWords && this.cut === null) {
      this.cut = this.parser.startIndex
      this.isSure = isMark || name === 'blockquote'
    }
    if (isMark && this.hasWords) this.isRest = true
  }

  private words(text: string): void {
    if (this.hiddens > 0 || text.trim() === '') return
    if (this.cut !== null && this.head.length < 200) this.head += text
    if (this.quotes > 0 || this.isRest) return
    this.hasWords = true
    this.cut = null
    this.head = ''
  }

  private end(): void {
    const element = this.open.pop()
    if (element?.isQuote) this.quotes -= 1
    if (element?.isHidden) this.hiddens -= 1
  }
}
