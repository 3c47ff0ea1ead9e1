// What a browser remembers between requests.
import { CookieJar } from 'tough-cookie'

export class Jar {
  private cookies: CookieJar

  constructor(cookies = new CookieJar()) {
    this.cookies = cookies
  }

  /** The `Cookie` header for an address. */
  header(url: URL): string {
    return this.cookies.getCookieStringSync(url.href)
  }

  keep(setCookies: readonly string[], url: URL): void {
    for (const each of setCookies) this.cookies.setCookieSync(each, url.href, { ignoreError: true })
  }

  /** The value of one cookie, or null. */
  value(name: string, url: URL): string | null {
    return this.cookies.getCookiesSync(url.href).find(cookie => cookie.key === name)?.value ?? null
  }

  set(name: string, value: string, url: URL): void {
    this.cookies.setCookieSync(`${name}=${value}; Path=/`, url.href)
  }

  forget(): void {
    this.cookies.removeAllCookiesSync()
  }

  /** A second jar with the same cookies. */
  copy(): Jar {
    return new Jar(CookieJar.fromJSON(JSON.stringify(this.cookies.toJSON())))
  }
}
