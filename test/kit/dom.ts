import type { Cheerio } from 'cheerio'

/** cheerio names this type only in a package that is not ours. */
export type Element = ReturnType<Cheerio<never>['find']> extends Cheerio<infer Found> ? Found : never
