// A program that webhooks tell what happens: a real server on loopback, which keeps what was posted and answers as told.
import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterAll } from 'vitest'

export interface Post {
  path: string
  headers: Record<string, string>
  body: string
  /** The body as read. */
  event: { type: string; timestamp: string; data: Record<string, unknown> }
}

export interface Receiver {
  url: string
  port: number
  posts: Post[]
  /** What it answers from now on; 204 unless told. */
  answers(answer: (post: Post, response: ServerResponse) => void): void
}

const fine = (_: Post, response: ServerResponse): void => void response.writeHead(204).end()

export async function receiver(): Promise<Receiver> {
  const posts: Post[] = []
  let answer = fine
  const server = createServer(async (request, response) => {
    const body = await text(request)
    const post = { path: request.url ?? '', headers: plain(request.headers), body, event: JSON.parse(body || '{}') }
    posts.push(post)
    answer(post, response)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  afterAll(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/hook`,
    port,
    posts,
    answers(next) {
      answer = next
    },
  }
}

const plain = (headers: IncomingHttpHeaders): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]))
