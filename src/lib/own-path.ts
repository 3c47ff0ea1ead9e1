// biome-ignore lint/suspicious/noControlCharactersInRegex: browsers drop some of these before they read an address
const misread = /[\u0000-\u0020\u007F\\]/

/** A path of this site as it may stand behind `?next=`, or null: nobody is sent to another host (`//evil`, `/\evil`). */
export function ownPath(text: unknown): string | null {
  if (typeof text !== 'string' || !text.startsWith('/') || text.length > 2000 || misread.test(text)) return null
  const base = 'http://own.invalid'
  const url = URL.canParse(text, base) ? new URL(text, base) : null
  if (url?.origin !== base || url.pathname.startsWith('//')) return null
  return url.pathname + url.search + url.hash
}
