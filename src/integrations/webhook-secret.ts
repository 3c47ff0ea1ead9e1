// Standard Webhooks 1.0: who gets an event knows by its signature that we sent it. https://www.standardwebhooks.com
import { createHmac, randomBytes } from 'node:crypto'
import { deriveKey } from '../lib/keys.ts'
import type { Webhook } from './webhook.ts'

type Signing = Pick<Webhook, 'id' | 'nonce' | 'previousNonce' | 'previousUntil'>

export const newNonce = (): string => randomBytes(16).toString('base64url')

/** The secret as its user keeps it: `whsec_` and 256 bits. Derived, so that no column holds it. */
export const secretOf = (webhook: Signing, sessionSecret: string): string =>
  `whsec_${keyOf(webhook.id, webhook.nonce, sessionSecret).toString('base64')}`

/**
 * The header `webhook-signature` of a body that is sent as `id` at `now`: `v1,` and base64, by the secret of today and,
 * for a while after an exchange, by the one before, with a space between.
 */
export function signaturesOf(webhook: Signing, sessionSecret: string, id: string, now: Date, body: string): string {
  const { nonce, previousNonce, previousUntil } = webhook
  const isExchanging = previousNonce !== null && previousUntil !== null && previousUntil > now
  const content = `${id}.${secondsOf(now)}.${body}`
  return [nonce, ...(isExchanging ? [previousNonce] : [])]
    .map(each =>
      createHmac('sha256', keyOf(webhook.id, each, sessionSecret))
        .update(content)
        .digest('base64'),
    )
    .map(signature => `v1,${signature}`)
    .join(' ')
}

/** The header `webhook-timestamp`. */
export const secondsOf = (now: Date): string => String(Math.floor(now.getTime() / 1000))

const keyOf = (id: string, nonce: string, sessionSecret: string): Buffer =>
  createHmac('sha256', deriveKey(sessionSecret, 'webhook')).update(`${id}.${nonce}`).digest()
