// A browser without JavaScript: cookies, redirects, forms, and the headers that tell a server where a request comes from.
import { graphql, type Reply, type Upload, upload } from './api.ts'
import type { Body, TestFile } from './body.ts'
import type { Submission } from './form.ts'
import { type Answer, type Headers, headerOf, setCookiesOf, type Wire } from './http.ts'
import { Jar } from './jar.ts'
import { Page, type Redirect } from './page.ts'

const MAX_REDIRECTS = 10

export interface Going {
  /** The page whose link or form it was; without, the address was typed or came by mail. */
  from?: Page
  /** False shows the redirect itself. */
  follow?: boolean
  headers?: Headers
}

export class Browser {
  /** What it asks for as `Accept-Language`. */
  languages = 'en'

  constructor(
    private readonly wire: Wire,
    readonly origin: string,
    private cookies = new Jar(),
    /** Logs in before the first request of somebody who is known. */
    private prepare: ((browser: Browser) => Promise<void>) | null = null,
  ) {}

  get jar(): Jar {
    return this.cookies
  }

  /** Goes on with a copy of these cookies. */
  adopt(jar: Jar): void {
    this.prepare = null
    this.cookies = jar.copy()
  }

  /** Opens an address: a path, or a link out of a mail. */
  async visit(address: string, { from, ...going }: Going = {}): Promise<Page> {
    await this.ready()
    return this.go('GET', new URL(address, from?.url ?? this.origin), null, from ?? null, going)
  }

  async send({ method, url, body }: Submission, from: Page | null, going: Going = {}): Promise<Page> {
    await this.ready()
    return this.go(method, url, body, from, going)
  }

  /** A post that no page offers, such as one by a program. */
  async post(path: string, body: Body | null, going: Going = {}): Promise<Page> {
    return this.send({ method: 'POST', url: new URL(path, this.origin), body }, going.from ?? null, going)
  }

  /** The API by this browser's cookie. */
  async graphql(query: string, variables?: object, headers: Headers = {}): Promise<Reply> {
    await this.ready()
    return graphql(this.wire, this.origin, query, variables, { ...this.cookieHeader('/graphql'), ...headers })
  }

  async upload(file: TestFile, headers: Headers = {}): Promise<Upload> {
    await this.ready()
    const own = { ...this.cookieHeader('/uploads'), 'apollo-require-preflight': 'true' }
    return upload(this.wire, this.origin, file, { ...own, ...headers })
  }

  /** Any request with this browser's cookies and nothing else. */
  async raw(method: string, path: string, headers: Headers = {}, body: Buffer | string | null = null): Promise<Answer> {
    await this.ready()
    return this.wire.exchange(new URL(path, this.origin), method, { ...this.cookieHeader(path), ...headers }, body)
  }

  /** Logs in by the form, as anybody would. */
  async logIn(email: string, password: string): Promise<Page> {
    this.prepare = null
    const login = await this.visit('/login')
    return login
      .form(/^(Log in|Anmelden)$/)
      .fill({ email, password })
      .submit()
  }

  async ready(): Promise<void> {
    const { prepare } = this
    this.prepare = null
    await prepare?.(this)
  }

  private cookieHeader(path: string): Headers {
    const cookie = this.jar.header(new URL(path, this.origin))
    return cookie ? { cookie } : {}
  }

  private async go(method: string, url: URL, body: Body | null, from: Page | null, going: Going): Promise<Page> {
    const redirects: Redirect[] = []
    for (;;) {
      const answer = await this.exchange(method, url, body, from, going.headers ?? {})
      const page = new Page(this, url, answer, [...redirects])
      const location = headerOf(answer, 'location')
      if (going.follow === false || answer.status < 301 || answer.status > 308 || !location) return page
      if (redirects.push({ status: answer.status, location }) > MAX_REDIRECTS)
        throw new Error(`redirects without end: ${location}`)
      if (answer.status < 307) {
        method = 'GET'
        body = null
      }
      url = new URL(location, url)
      if (url.origin !== this.origin) throw new Error(`led away to ${url}`)
    }
  }

  private async exchange(
    method: string,
    url: URL,
    body: Body | null,
    from: Page | null,
    more: Headers,
  ): Promise<Answer> {
    if (url.origin !== this.origin) throw new Error(`${url} is not ours`)
    const headers: Headers = {
      accept: 'text/html,application/xhtml+xml;q=0.9,*/*;q=0.8',
      'accept-language': this.languages,
      'accept-encoding': 'identity',
      'sec-fetch-dest': 'document',
      'sec-fetch-mode': 'navigate',
      'sec-fetch-site': from ? 'same-origin' : 'none',
      'sec-fetch-user': '?1',
      ...whereFrom(method, from),
      ...this.cookieHeader(url.pathname),
      ...(body ? { 'content-type': body.contentType } : {}),
      ...more,
    }
    const answer = await this.wire.exchange(url, method, headers, body?.content ?? null)
    this.jar.keep(setCookiesOf(answer), url)
    return answer
  }
}

/** `Referer` and `Origin` by the page's own policy; a page without referrer posts with the origin "null". */
function whereFrom(method: string, from: Page | null): Headers {
  if (!from) return {}
  const isSilent = from.header('referrer-policy') === 'no-referrer'
  return {
    ...(isSilent ? {} : { referer: from.url.href }),
    ...(method === 'POST' ? { origin: isSilent ? 'null' : from.url.origin } : {}),
  }
}
