/** placeholder until html-text.ts of B */
export function textOfHtml(html: string): string {
  return html
    .replace(/<style[\s\S]*?<\/style>/gi, '')
    .replace(/<br[^>]*>|<\/p>/gi, '\n')
    .replace(/<[^>]{0,2000}>/g, '')
    .trim()
}
