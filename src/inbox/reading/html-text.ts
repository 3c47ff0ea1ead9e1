// The HTML of a mail read as text, so that what is new in it is found as in any other.
import { Parser } from 'htmlparser2'
import { HtmlReader } from './html-reader.ts'

const CHUNK = 16_384
// Mail programs nest a few hundred deep at most. The parser's time grows with depth, so past this it begins anew.
const DEEPEST = 1000

/**
 * Blocks as lines, lists and table rows too, links as "text (address)", quotations as "> " lines; quotations and
 * signatures that only the HTML marks become lines that `foldText` knows. Without what nobody sees. Any input, in time
 * that grows with its length.
 */
export function textOfHtml(html: string): string {
  const reader = new HtmlReader()
  let parser = new Parser(reader)
  for (let at = 0; at < html.length; at += CHUNK) {
    parser.write(html.slice(at, at + CHUNK))
    if (reader.depth <= DEEPEST) continue
    parser.end()
    parser = new Parser(reader)
  }
  parser.end()
  return reader.text()
}
