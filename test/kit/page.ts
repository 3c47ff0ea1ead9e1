// A page as somebody reads it.
import { type CheerioAPI, load } from 'cheerio'
import type { Browser } from './browser.ts'
import type { Element } from './dom.ts'
import { Form } from './form.ts'
import { type Answer, headerOf } from './http.ts'

/** A redirect on the way to a page. */
export interface Redirect {
  status: number
  location: string
}

export class Page {
  readonly status: number
  private parsed: CheerioAPI | null = null

  constructor(
    readonly browser: Browser,
    readonly url: URL,
    readonly answer: Answer,
    /** The way that led here, first redirect first. */
    readonly redirects: readonly Redirect[],
  ) {
    this.status = answer.status
  }

  /** Path and query, as the address bar shows them. */
  get path(): string {
    return `${this.url.pathname}${this.url.search}`
  }

  get html(): string {
    return this.answer.body.toString()
  }

  get $(): CheerioAPI {
    this.parsed ??= load(this.html)
    return this.parsed
  }

  header(name: string): string {
    return headerOf(this.answer, name)
  }

  get title(): string {
    return tidy(this.$('title').text())
  }

  get heading(): string {
    return tidy(this.$('h1').first().text())
  }

  /** Everything readable of the body, white space made simple. */
  get text(): string {
    return this.textOf('body')
  }

  /** The page without its frame. */
  get main(): string {
    return this.textOf('main')
  }

  textOf(selector: string): string {
    const part = load(this.$.html(this.$(selector)))
    part('style, script, template').remove()
    // Blocks and cells are words apart, though no white space stands between their tags.
    part('*').after(' ')
    return tidy(part.root().text())
  }

  /** One text for each element, such as `texts('main h2')`. */
  texts(selector: string): string[] {
    return this.$(selector)
      .toArray()
      .map(each => tidy(this.$(each).text()))
  }

  /** What the page complains of, in the summary on top. */
  get errors(): string[] {
    return this.texts('[role=alert] li, .error-summary li')
  }

  /** The address of the link with these words; fails where there is none. */
  link(words: string | RegExp): string {
    const found = this.findLink(words)
    if (found === null)
      throw new Error(`No link “${words}” on ${this.path} (${this.status}): ${this.texts('a').join(' | ')}`)
    return found
  }

  hasLink(words: string | RegExp): boolean {
    return this.findLink(words) !== null
  }

  /** Goes where the link with these words leads. */
  follow(words: string | RegExp): Promise<Page> {
    return this.browser.visit(this.link(words), { from: this })
  }

  /** The form that the button with these words sends. `at` tells forms with the same button apart by their action. */
  form(button: string | RegExp, at: string | RegExp = /(?:)/): Form {
    const found = this.findButtons(button).filter(each =>
      matches(this.$(each).closest('form').attr('action') ?? '', at),
    )
    const first = found[0]
    if (!first)
      throw new Error(`No button “${button}” on ${this.path} (${this.status}): ${this.texts('button').join(' | ')}`)
    const button$ = this.$(first)
    const owner = button$.attr('form')
    const form = owner ? this.$(`form#${owner}`) : button$.closest('form')
    return new Form(this, this.$, form.first() as never, button$ as never)
  }

  hasButton(words: string | RegExp): boolean {
    return this.findButtons(words).length > 0
  }

  private findButtons(words: string | RegExp): Element[] {
    const buttons = this.$('form button, form input[type=submit], button[form]').toArray()
    return buttons.filter(each => this.namesOf(each).some(name => matches(name, words)))
  }

  private findLink(words: string | RegExp): string | null {
    const found = this.$('a[href]')
      .toArray()
      .find(each => this.namesOf(each).some(name => matches(name, words)))
    return found ? new URL(this.$(found).attr('href') ?? '', this.url).href : null
  }

  private namesOf(element: Element): string[] {
    const { $ } = this
    return [$(element).text(), $(element).attr('aria-label') ?? '', $(element).attr('value') ?? '']
      .map(tidy)
      .filter(Boolean)
  }
}

const tidy = (text: string): string => text.replace(/[\s ]+/g, ' ').trim()

const matches = (text: string, wanted: string | RegExp): boolean =>
  typeof wanted === 'string' ? text === wanted : wanted.test(text)
