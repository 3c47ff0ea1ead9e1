// Everybody who posts while things break.
import { setTimeout as sleep } from 'node:timers/promises'
import { Browser } from '../kit/browser.ts'
import { type Name, password, people } from '../kit/cast.ts'
import type { Wire } from '../kit/http.ts'
import { Away, apiComment, comment, fetchedMail, mail, type Post, request, ticket, unlessCutOff } from './posts.ts'
import { oneOf } from './random.ts'

export interface Places {
  url: string
  /** Where mail is taken; null = nobody sends any. */
  mailPort?: number | null
  /** Puts a mail into the mailbox that is watched; null = there is none. */
  deliver?: ((mail: Buffer) => void) | null
}

const customers = ['ann', 'bo', 'eve'] as const
/** Comments go to the newest few, so that no conversation grows without end. */
const NEWEST = 8
/** Nobody posts without a breath; and what was killed needs some of the machine to begin again. In milliseconds. */
const BREATH = 150
/** The API's budget is refilled within a minute: whoever has used it up comes back later. */
const MOST_ATTEMPTS = 300

export class Crowd {
  posts: Post[] = []
  /** Answers that must not come, whatever breaks. */
  surprises: string[] = []
  private readonly browsers: Browser[] = []
  private known: { browser: Browser; post: Post }[] = []
  private isStopped = true
  private count = 0

  constructor(
    private readonly wire: Wire,
    private readonly places: Places,
    /** Begins whatever is posted. */
    private readonly sign: string,
    /** Not the one that things break by: how often people ask for a number differs from run to run. */
    private readonly random: () => number,
  ) {}

  async logIn(): Promise<void> {
    for (const name of customers) this.browsers.push(await this.loggedIn(name))
  }

  /** Posts of all kinds, from as many people at once as there are kinds. */
  async postUntilStopped(): Promise<void> {
    this.isStopped = false
    await Promise.all(this.makers().map((make, writer) => this.keepPosting(make, writer)))
  }

  stop(): void {
    this.isStopped = true
  }

  /** Sends what was not acknowledged once more, all at the same time, until it is. */
  async postAgain(): Promise<void> {
    const open = () => this.posts.filter(post => !post.isAcknowledged)
    for (let attempt = 0; open().length > 0; attempt++) {
      if (attempt > MOST_ATTEMPTS)
        throw new Error(`not acknowledged after ${attempt} attempts: ${open().map(post => post.kind)}`)
      await Promise.all(open().map(post => this.send(post)))
      if (open().length > 0) await sleep(attempt < 20 ? 100 : 1_000)
    }
  }

  private async loggedIn(name: Name): Promise<Browser> {
    const browser = new Browser(this.wire, this.places.url)
    const page = await browser.logIn(people[name].email, password)
    if (page.path !== '/tickets') throw new Error(`${name} got to ${page.path}`)
    return browser
  }

  /** Each makes one kind of post. */
  private makers(): ((marker: string) => Promise<Post> | Post)[] {
    const { mailPort, deliver } = this.places
    const from = () => people[oneOf(customers, this.random)].email
    return [
      marker => request(new Browser(this.wire, this.places.url), marker),
      marker => this.ticket(marker),
      marker => this.onKnown(marker, (browser, number) => comment(browser, number, marker, this.count % 2 === 0)),
      marker => this.onKnown(marker, (browser, number) => apiComment(browser, number, marker)),
      ...(mailPort ? [(marker: string) => mail(mailPort, from(), marker)] : []),
      ...(deliver ? [(marker: string) => fetchedMail(deliver, from(), marker)] : []),
    ]
  }

  private ticket(marker: string): Post {
    const browser = oneOf(this.browsers, this.random)
    const post = ticket(browser, marker)
    this.known = [...this.known, { browser, post }].slice(-2 * NEWEST)
    return post
  }

  /** A comment on a ticket of whoever writes it; before there is one, another ticket. */
  private onKnown(marker: string, make: (browser: Browser, number: number) => Promise<Post> | Post) {
    const open = this.known.filter(({ post }) => post.number !== null).slice(-NEWEST)
    if (open.length === 0) return this.ticket(marker)
    const { browser, post } = oneOf(open, this.random)
    return make(browser, post.number ?? 0)
  }

  private async keepPosting(make: (marker: string) => Promise<Post> | Post, writer: number): Promise<void> {
    while (!this.isStopped) {
      const post = await this.begun(make, `${this.sign}x${++this.count}x${writer}`)
      if (post === null) {
        await sleep(50)
        continue
      }
      this.posts.push(post)
      await this.send(post)
      await sleep(BREATH)
      // A mailbox takes whatever is put into it.
      if (post.kind === 'fetched-mail') await sleep(3 * BREATH)
    }
  }

  /** Null where the form itself did not come: nothing was posted. */
  private async begun(make: (marker: string) => Promise<Post> | Post, marker: string): Promise<Post | null> {
    try {
      return await make(marker)
    } catch (error) {
      if (!(error instanceof Away)) this.note(error, `before ${marker}`)
      return null
    }
  }

  private async send(post: Post): Promise<void> {
    try {
      await post.send()
    } catch (error) {
      this.note(error, `${post.kind} ${post.marker}, attempt ${post.attempts}`)
    }
  }

  private note(error: unknown, about: string): void {
    try {
      unlessCutOff(error)
    } catch {
      this.surprises.push(`${about}: ${error instanceof Error ? error.message : error}`)
    }
  }
}
