// One HTTP exchange, exactly as it goes over the wire: no redirect is followed, no header is added.
import { Agent, type buildConnector, request } from 'undici'

export interface Answer {
  status: number
  headers: Record<string, string | string[] | undefined>
  body: Buffer
}

export type Headers = Record<string, string>

/** Connections of one test file; closed with its world. */
export class Wire {
  readonly agent: Agent

  /** `connect`: whose certificates are trusted; `localAddress`: from which of the machine's addresses. */
  constructor(connect: buildConnector.BuildOptions = {}, localAddress?: string) {
    const times = { keepAliveTimeout: 2_000, headersTimeout: 30_000 }
    this.agent = new Agent({ connections: 40, ...times, connect, ...(localAddress ? { localAddress } : {}) })
  }

  async exchange(url: URL, method: string, headers: Headers, body: Buffer | string | null = null): Promise<Answer> {
    const answer = await request(url, { method: method as 'GET', headers, body, dispatcher: this.agent })
    return {
      status: answer.statusCode,
      headers: answer.headers,
      body: Buffer.from(await answer.body.arrayBuffer()),
    }
  }

  close(): Promise<void> {
    return this.agent.destroy()
  }
}

/** A header that occurs once, as text; empty where it is missing. */
export const headerOf = (answer: Answer, name: string): string => String(answer.headers[name.toLowerCase()] ?? '')

export const setCookiesOf = (answer: Answer): string[] => [answer.headers['set-cookie'] ?? []].flat()
