import type { Language } from '../i18n/language.ts'

/** Words that are frequent in one language and none of the other's. */
const telling: Record<Language, RegExp> = {
  de: /\b(?:und|der|die|das|ist|nicht|ich|sie|wir|ein|eine|mit|für|bitte|guten|hallo|danke|grüßen)\b/giu,
  en: /\b(?:the|and|is|not|you|we|with|for|please|hello|thanks|regards|this|that|have)\b/giu,
}
const SAMPLE = 2000

/** In which language to answer somebody we know nothing of but these words; English where they tell nothing. */
export function languageOfText(...texts: readonly string[]): Language {
  const sample = texts.join('\n').slice(0, SAMPLE)
  const count = (language: Language) => sample.match(telling[language])?.length ?? 0
  return count('de') > count('en') ? 'de' : 'en'
}
