// The way from a scanner to the portal. Scanners know nothing of sessions, tokens and keys: through it they are whoever has
// the cookie, cannot log out, and have what they sent taken for what a browser would have sent.
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { request } from 'undici'
import { answerPlanted, PLANTED } from './planted.ts'
import type { Portal } from './portal.ts'
import { Tally } from './tally.ts'

export interface Gate {
  address: string
  /** What was asked since the last look. */
  tally: Tally
}

/** Whoever goes there is gone for the rest of the scan; the manual of the API has a page for each type, and no input. */
const closed = /^\/(?:logout|list\/(?:leave|join)|account\/(?:close|devices)|help\/api\/reference\/|dev\/)/

export async function openGate(portal: Portal, cookie: string, stack: AsyncDisposableStack): Promise<Gate> {
  const gate: Gate = { address: '', tally: new Tally() }
  const server = createServer((req, res) => {
    pass(portal, cookie, gate, req, res).catch(() => res.destroy())
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  stack.defer(() => {
    server.closeAllConnections()
    server.close()
  })
  gate.address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return gate
}

async function pass(portal: Portal, cookie: string, gate: Gate, req: IncomingMessage, res: ServerResponse) {
  const { method = 'GET', url = '/' } = req
  if (url.startsWith(PLANTED)) return answerPlanted(portal, url, res)
  if (closed.test(url)) return void res.writeHead(404).end()
  const body = await bytesOf(req)
  const answer = await request(portal.url + url, {
    method: method as 'GET',
    headers: headersFor(req.headers, portal, cookie),
    body: method === 'GET' || method === 'HEAD' ? null : body,
  })
  gate.tally.count(method, url, answer.statusCode)
  const isPage = String(answer.headers['content-type'] ?? '').startsWith('text/html')
  // 'content-length' is that of the page before its keys were taken out.
  const { 'content-length': _, 'transfer-encoding': __, connection: ___, ...headers } = answer.headers
  res.writeHead(answer.statusCode, headers)
  if (isPage) res.end(withoutKeys(await text(answer.body)))
  else answer.body.pipe(res)
}

/** Debian's wapiti says that it reads Brotli and cannot: it found no link in any page. */
function headersFor(sent: IncomingHttpHeaders, { port }: Portal, cookie: string): Record<string, string> {
  const { 'content-length': _, 'transfer-encoding': __, connection: ___, ...rest } = sent
  const headers = { ...rest, host: `127.0.0.1:${port}`, cookie, 'accept-encoding': 'identity' }
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]))
}

/** With the key of a form that was sent already, every further try would be answered as a repetition. */
const withoutKeys = (page: string): string => page.replace(/<input type="hidden" name="idempotencyKey"[^>]*>/g, '')

/** wapiti sends each field of a form with files as a file that is called like its field. */
async function bytesOf(req: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of req) chunks.push(chunk)
  const body = Buffer.concat(chunks)
  if (!req.headers['content-type']?.startsWith('multipart/form-data')) return body
  return Buffer.from(body.toString('latin1').replace(/(name="([^"]*)"); filename="\2"/g, '$1'), 'latin1')
}
