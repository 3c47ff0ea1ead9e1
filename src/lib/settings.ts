// Kinds of settings: text of an environment variable → checked value. A message ends the sentence "<NAME> must be …".
import { isIP } from 'node:net'
import { z } from 'zod'

/** A text that passes a test; `what` says what it should have been. */
export const text = (what: string, test: (value: string) => boolean = () => true) => z.string().refine(test, what)

/** A whole number between two bounds, both included. */
export const whole = (min: number, max: number) =>
  text(
    `a whole number from ${min} to ${max}`,
    value => /^\d{1,9}$/.test(value) && +value >= min && +value <= max,
  ).transform(Number)

export const yesOrNo = text('true or false', value => /^(true|false|yes|no|on|off|1|0)$/i.test(value)).transform(
  value => /^(true|yes|on|1)$/i.test(value),
)

export const oneOf = <const T extends string>(...values: [T, ...T[]]) => z.enum(values, `one of ${values.join(', ')}`)

/** Domains with commas between; come out as a list, in lower case. */
export const domains = text('domains with commas between, such as lists.example.org, forwarder.example', value =>
  value.split(',').every(each => /^[\w.-]+$/.test(each.trim())),
).transform(value => value.split(',').map(each => each.trim().toLowerCase()))

/** An address with one of these schemes, such as `smtp:`. */
export const url = (what: string, ...schemes: string[]) =>
  text(what, value => schemes.includes(parseUrl(value)?.protocol ?? ''))

/** Several of them, with commas between; come out as a list. */
export const urls = (what: string, ...schemes: string[]) =>
  text(what, value =>
    value.split(',').every(each => schemes.includes(parseUrl(each.trim())?.protocol ?? '')),
  ).transform(value => value.split(',').map(each => each.trim()))

/** The root of a web site; comes out without a trailing slash. */
export const origin = text('a web address without a path, such as https://help.example.com', value => {
  const found = parseUrl(value)
  return (
    found !== null &&
    /^https?:$/.test(found.protocol) &&
    found.pathname === '/' &&
    !found.search &&
    !found.hash &&
    !found.username
  )
}).transform(value => new URL(value).origin)

const ADDRESS = /^[^\s@<>(),;:"\\]+@[^\s@<>(),;:"\\]+$/
export const isAddress = (value: string): boolean => ADDRESS.test(value) && value.length <= 254
export const address = text('one mail address, such as help@example.com', isAddress)

/** `a@b` or `Name <a@b>`. */
export const mailbox = text('a mail address, alone or as Name <help@example.com>', value =>
  isAddress(partsOf(value).address),
).transform(partsOf)

export const timezone = text('a time zone, such as Europe/Berlin', value => {
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: value }))
  } catch {
    return false
  }
})

/** What Express calls `trust proxy`. A bare "true" would believe every client's own word, so it is not taken. */
export const proxies = text(
  'the number of proxies in front, or a list of their addresses (10.0.0.0/8, loopback)',
  value => /^(false|no|off|\d{1,2})$/i.test(value) || value.split(',').every(isProxy),
).transform(value => (/^(false|no|off|0)$/i.test(value) ? false : /^\d+$/.test(value) ? +value : value))

/** Where mail is taken: at a port or, where `path` is told, at a Unix socket. */
export interface Listener {
  protocol: 'smtp' | 'lmtp'
  host: string
  port: number
  path: string | null
}

/** `host:port` or `unix:/path`, with `smtp://` or `lmtp://` before it where the protocol matters; or `off`. */
export const listener = text(
  'host:port or unix:/path, such as 127.0.0.1:2525 or lmtp://127.0.0.1:24, or off',
  value => value === 'off' || partsOfListener(value) !== null,
).transform(value => partsOfListener(value))

function partsOfListener(value: string): Listener | null {
  const [, scheme = 'smtp', path = null, host = '', port = ''] =
    /^(?:(smtp|lmtp):(?:\/\/)?)?(?:unix:(\/\S+)|(\[[\da-f:.]+\]|[^\s:/[\]]+):(\d{1,5}))$/i.exec(value) ?? []
  if ((!path && !host) || +port > 65535) return null
  const protocol = scheme.toLowerCase() === 'lmtp' ? 'lmtp' : 'smtp'
  return { protocol, host: host.replace(/^\[|\]$/g, ''), port: +port, path }
}

function isProxy(value: string): boolean {
  const [host = '', bits = '32'] = value.trim().split('/')
  return /^(loopback|linklocal|uniquelocal)$/.test(host) || (isIP(host) > 0 && /^\d{1,3}$/.test(bits))
}

function partsOf(value: string): { name: string; address: string } {
  const [, name = '', inner = value] = /^"?([^"<>]*?)"?\s*<([^<>]+)>$/.exec(value.trim()) ?? []
  return { name, address: inner }
}

function parseUrl(value: string): URL | null {
  return URL.canParse(value) ? new URL(value) : null
}
