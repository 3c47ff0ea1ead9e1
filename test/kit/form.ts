// A form of a page, filled in and sent as a browser without JavaScript does.
import type { Cheerio, CheerioAPI } from 'cheerio'
import { type Body, type Entry, multipart, type TestFile, urlencoded } from './body.ts'
import type { Element } from './dom.ts'
import type { Page } from './page.ts'

export type Filling = Record<string, string | boolean | readonly string[]>

/** How a form goes off: to be handed to the browser. */
export interface Submission {
  method: 'GET' | 'POST'
  url: URL
  body: Body | null
}

export class Form {
  private readonly typed = new Map<string, string | boolean | readonly string[]>()
  private readonly files: Entry[] = []
  private readonly smuggled: Entry[] = []
  private readonly left = new Set<string>()

  constructor(
    private readonly page: Page,
    private readonly $: CheerioAPI,
    private readonly form: Cheerio<Element>,
    private readonly button: Cheerio<Element>,
  ) {}

  /** Types into fields, ticks boxes (true, false) and chooses options by their value or words. */
  fill(filling: Filling): this {
    for (const [name, value] of Object.entries(filling)) {
      const field = this.field(name)
      if (field.attr('readonly') !== undefined) throw new Error(`“${name}” is read-only`)
      this.typed.set(name, field.is('select') ? this.option(field, String(value)) : value)
    }
    return this
  }

  /** Chooses a file; once more for a further one. */
  attach(name: string, file: TestFile): this {
    if (!this.field(name).is('input[type=file]')) throw new Error(`“${name}” takes no file`)
    if (!this.isMultipart) throw new Error('a form with files needs enctype="multipart/form-data"')
    this.files.push([name, file])
    return this
  }

  /** What no browser would send: further or changed fields, typed limits passed over. */
  smuggle(fields: Record<string, string | TestFile | readonly string[]>): this {
    for (const [name, value] of Object.entries(fields)) {
      this.left.add(name)
      const values = Array.isArray(value) ? (value as readonly string[]) : [value as string | TestFile]
      this.smuggled.push(...values.map(each => [name, each] as const))
    }
    return this
  }

  /** Sends the form without these fields. */
  without(...names: string[]): this {
    for (const name of names) this.left.add(name)
    return this
  }

  /** Names of the fields that a person sees. */
  get fields(): string[] {
    const names = this.controls().filter(control => control.attr('type') !== 'hidden')
    return [...new Set(names.map(control => control.attr('name') ?? ''))]
  }

  /** What a field holds as the page shows it; null where there is no such field. */
  value(name: string): string | null {
    const control = this.controls().find(each => each.attr('name') === name)
    return control ? (this.valuesOf(control)[0] ?? '') : null
  }

  /** The names of the options of a choice, by value. */
  options(name: string): Record<string, string> {
    const options = this.field(name).find('option').toArray()
    return Object.fromEntries(options.map(option => [this.$(option).attr('value') ?? '', this.$(option).text().trim()]))
  }

  /** Sends it and answers the page that comes back, redirects followed. */
  submit(): Promise<Page> {
    return this.page.browser.send(this.submission(), this.page)
  }

  submission(): Submission {
    const action = this.button.attr('formaction') ?? this.form.attr('action') ?? ''
    const method = (this.button.attr('formmethod') ?? this.form.attr('method') ?? 'get').toUpperCase()
    const url = new URL(action || this.page.url.href, this.page.url)
    const entries = this.entries()
    if (method === 'POST') return { method, url, body: this.isMultipart ? multipart(entries) : urlencoded(entries) }
    url.search = urlencoded(entries).content.toString()
    return { method: 'GET', url, body: null }
  }

  private get isMultipart(): boolean {
    return (this.button.attr('formenctype') ?? this.form.attr('enctype')) === 'multipart/form-data'
  }

  private entries(): Entry[] {
    const isChecked = this.form.attr('novalidate') === undefined && this.smuggled.length === 0
    const own = this.controls()
      .filter(control => !this.left.has(control.attr('name') ?? ''))
      .flatMap(control => this.entriesOf(control, isChecked))
    return [...own, ...this.smuggled]
  }

  /** Successful controls in the order of the document, the button that was pressed among them. */
  private controls(): Cheerio<Element>[] {
    const named = this.form.find('input[name], select[name], textarea[name], button[name]').toArray()
    return named
      .map(each => this.$(each) as Cheerio<Element>)
      .filter(each => each.attr('disabled') === undefined && each.closest('fieldset[disabled]').length === 0)
      .filter(each => !isButton(each) || each[0] === this.button[0])
  }

  private entriesOf(control: Cheerio<Element>, isChecked: boolean): Entry[] {
    const name = control.attr('name') ?? ''
    if (control.is('input[type=file]')) return this.filesOf(name)
    const values = this.valuesOf(control)
    if (isChecked && control.attr('required') !== undefined && !values.some(value => value !== ''))
      throw new Error(`A browser would not send the form: “${name}” is required and empty`)
    return values.map(value => [name, value.replace(/\r\n|\r|\n/g, '\r\n')] as const)
  }

  private filesOf(name: string): Entry[] {
    const chosen = this.files.filter(([field]) => field === name)
    // A file field without a file goes along as one empty part.
    return chosen.length > 0 ? chosen : [[name, { filename: '', content: '' }]]
  }

  private valuesOf(control: Cheerio<Element>): string[] {
    const typed = this.typed.get(control.attr('name') ?? '')
    if (control.is('input[type=checkbox], input[type=radio]')) return this.ticked(control, typed)
    if (typed !== undefined) return [typed].flat().map(String)
    if (!control.is('select')) return [String(control.is('textarea') ? control.text() : (control.attr('value') ?? ''))]
    const chosen = control.find('option[selected]')
    const option = chosen.length > 0 ? chosen.first() : control.find('option').first()
    return option.length > 0 ? [option.attr('value') ?? option.text().trim()] : []
  }

  private ticked(control: Cheerio<Element>, typed: string | boolean | readonly string[] | undefined): string[] {
    const value = control.attr('value') ?? 'on'
    const isOn =
      typed === undefined
        ? control.attr('checked') !== undefined
        : typeof typed === 'boolean'
          ? typed
          : [typed].flat().includes(value)
    return isOn ? [value] : []
  }

  private field(name: string): Cheerio<Element> {
    const field = this.form.find(`[name="${name}"]`).first() as Cheerio<Element>
    if (field.length === 0) throw new Error(`The form has no field “${name}”, only ${this.fields.join(', ')}`)
    return field
  }

  private option(select: Cheerio<Element>, wanted: string): string {
    const options = select
      .find('option')
      .toArray()
      .map(each => this.$(each))
    const found =
      options.find(each => each.attr('value') === wanted) ?? options.find(each => each.text().trim() === wanted)
    if (!found)
      throw new Error(`There is no option “${wanted}” among ${options.map(each => each.text().trim()).join(', ')}`)
    return found.attr('value') ?? found.text().trim()
  }
}

const isButton = (control: Cheerio<Element>) =>
  control.is('button, input[type=submit], input[type=image], input[type=reset]')
