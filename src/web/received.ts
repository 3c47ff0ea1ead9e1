// The page "we have it" shows only in the browser that sent the request: a signed cookie remembers for an hour.
import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Request, Response } from 'express'
import type { Environment } from '../config.ts'
import type { Fields } from '../graph/variables.ts'
import { deriveKey } from '../lib/keys.ts'
import { setCookie } from './cookies.ts'

const COOKIE = 'received'
const HOUR = 3_600_000
/** A browser that sends more in an hour forgets the first ones. */
const KEPT = 10

interface Received {
  number: string
  email: string
  at: number
}

export function rememberReceived(
  req: Request,
  res: Response,
  number: number,
  email: string,
  config: Environment,
  now: Date,
): void {
  const kept = [...read(req, config, now), { number: String(number), email, at: now.getTime() }].slice(-KEPT)
  const text = Buffer.from(JSON.stringify(kept)).toString('base64url')
  setCookie(res, COOKIE, `${text}.${sign(text, config)}`, HOUR)
}

/** Number and typed address of a request that this browser sent; null for any other number, existing or not. */
export function receivedHere(req: Request, config: Environment, now: Date): Fields | null {
  const found = read(req, config, now).find(({ number }) => number === req.params.number)
  return found ? { number: found.number, email: found.email } : null
}

function read(req: Request, config: Environment, now: Date): Received[] {
  const cookie: unknown = req.cookies?.[COOKIE]
  const [text = '', signature = ''] = typeof cookie === 'string' ? cookie.split('.') : []
  const expected = sign(text, config)
  const [own, sent] = [Buffer.from(expected), Buffer.from(signature)] // in bytes: a cookie may hold any character
  if (sent.length !== own.length || !timingSafeEqual(sent, own)) return []
  const kept: Received[] = JSON.parse(Buffer.from(text, 'base64url').toString())
  return kept.filter(({ at }) => at > now.getTime() - HOUR)
}

const sign = (text: string, config: Environment): string =>
  createHmac('sha256', deriveKey(config.sessionSecret, 'received')).update(text).digest('base64url')
