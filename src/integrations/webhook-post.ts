// Posting to an address that somebody typed: only out into the internet, to the one address that was looked at, no further
// than its first answer, and for no longer than it takes.
import { lookup } from 'node:dns/promises'
import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { cleanText } from '../lib/clean-text.ts'
import { isPublicAddress } from '../lib/public-address.ts'

const TIMEOUT_MS = 10_000
/** Of an answer an admin reads the beginning; the rest is not even received. */
const ANSWER_BYTES = 2000

export interface Answer {
  status: number
  text: string
}

interface Address {
  address: string
  family: number
}

/** All addresses of a name. */
export type Resolve = (host: string) => Promise<Address[]>

export interface PostOptions {
  /** Private addresses too; never in production. */
  isLocalAllowed: boolean
  /** Asked instead of the DNS; for tests. */
  resolve?: Resolve
  timeoutMs?: number
}

/** Why nothing was posted. */
export class NotPublic extends Error {
  constructor(host: string) {
    super(`${host} is not an address of the public internet`)
  }
}

/** Whether an address may be posted to as far as can be told without the DNS. */
export function mayBePublic({ hostname }: URL): boolean {
  const host = bare(hostname)
  return /^[\d.]+$|:/.test(host) ? isPublicAddress(host) : !/(^|\.)(localhost|local|internal)\.?$/i.test(host)
}

/** Posts a body; throws where nobody answered, and never follows a redirect: what it answers is the answer. */
export async function post(
  url: URL,
  headers: Record<string, string>,
  body: string,
  { isLocalAllowed, resolve = everyAddress, timeoutMs = TIMEOUT_MS }: PostOptions,
): Promise<Answer> {
  const signal = AbortSignal.timeout(timeoutMs)
  const address = await before(signal, addressOf(bare(url.hostname), resolve, isLocalAllowed))
  const request = (url.protocol === 'https:' ? httpsRequest : httpRequest)(url, {
    method: 'POST',
    agent: false,
    signal,
    headers: { ...headers, 'content-length': Buffer.byteLength(body) },
    // The name is not asked for again: a second answer could be another address.
    lookup: (_host, { all }, done) => (all ? done(null, [address]) : done(null, address.address, address.family)),
  })
  const response = await before(signal, answered(request, body))
  return { status: response.statusCode ?? 0, text: cleanText(await before(signal, beginning(response))) }
}

/** One bad address spoils the name: whoever controls it may answer with both kinds. */
async function addressOf(host: string, resolve: Resolve, isLocalAllowed: boolean): Promise<Address> {
  const addresses = await resolve(host)
  const [first] = addresses
  if (!first) throw new Error(`${host} has no address`)
  if (!isLocalAllowed && !addresses.every(({ address }) => isPublicAddress(address))) throw new NotPublic(host)
  return first
}

const everyAddress: Resolve = host => lookup(host, { all: true, order: 'ipv4first' })

function answered(request: ClientRequest, body: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request.once('response', resolve).on('error', reject).end(body)
  })
}

async function beginning(response: IncomingMessage): Promise<string> {
  const parts: Buffer[] = []
  let size = 0
  for await (const part of response) {
    parts.push(part)
    size += part.length
    if (size >= ANSWER_BYTES) break // ends the connection
  }
  return Buffer.concat(parts).subarray(0, ANSWER_BYTES).toString()
}

/** The system's own look-up and a server that sends a byte a second cannot be aborted otherwise. */
function before<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  const late = new Promise<never>((_, reject) => {
    const refuse = () => reject(new Error('no answer in time'))
    if (signal.aborted) refuse()
    else signal.addEventListener('abort', refuse, { once: true })
  })
  return Promise.race([work, late])
}

/** An IPv6 address is written in brackets inside a web address. */
const bare = (host: string): string => host.replace(/^\[|\]$/g, '')
