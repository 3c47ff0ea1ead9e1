import { isLanguage, type Language } from './language.ts'

/** What is known of a reader's wish. */
export interface LanguageWish {
  /** The last choice made by the switch in this browser. */
  cookie?: string | null
  /** The choice kept with the account. */
  account?: string | null
  /** The header `Accept-Language`. */
  acceptLanguage?: string | null
}

/** H11: the language that was chosen, else the one the browser asks for, else English. */
export function languageOf({ cookie, account, acceptLanguage }: LanguageWish): Language {
  if (isLanguage(cookie)) return cookie
  if (isLanguage(account)) return account
  return asked(acceptLanguage ?? '') ?? 'en'
}

/** The best language of ours in an `Accept-Language` header (RFC 9110 §12.5.4); regions (`de-AT`) count as their language. */
function asked(header: string): Language | null {
  const wishes = header.slice(0, 500).split(',').map(wish)
  const ours = wishes.filter(({ quality }) => quality > 0).sort((a, b) => b.quality - a.quality)
  return ours.map(({ tag }) => tag).find(isLanguage) ?? null
}

function wish(item: string): { tag: string; quality: number } {
  const [range = '', ...parameters] = item.split(';').map(part => part.trim().toLowerCase())
  const quality = parameters.find(parameter => parameter.startsWith('q='))?.slice(2) ?? '1'
  return { tag: range.split('-')[0] ?? '', quality: Number(quality) || 0 }
}
