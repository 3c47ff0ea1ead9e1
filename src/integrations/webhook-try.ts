import type { Environment } from '../config.ts'
import { facts } from '../lib/facts.ts'
import { globalId } from '../lib/ids.ts'
import type { Webhook } from './webhook.ts'
import { bodyOf } from './webhook-body.ts'
import type { KeptAttempt, WebhookDelivery } from './webhook-delivery.ts'
import { type Answer, NotPublic, post, type Resolve } from './webhook-post.ts'
import { secondsOf, signaturesOf } from './webhook-secret.ts'

export interface Sending {
  config: Pick<Environment, 'sessionSecret' | 'webhooksLocal'>
  now: Date
  /** Asked instead of the DNS; for tests. */
  resolve?: Resolve | undefined
}

/** Posts an event once; `error` is null where it arrived, else why not, in a word that pages translate or the system's own. */
export async function tryOnce(
  webhook: Webhook,
  delivery: WebhookDelivery,
  { config, now, resolve }: Sending,
): Promise<KeptAttempt> {
  const id = globalId('WebhookDelivery', delivery.id)
  const body = bodyOf(delivery)
  const headers = {
    'content-type': 'application/json',
    'user-agent': 'Plaindesk-Webhooks',
    'webhook-id': id,
    'webhook-timestamp': secondsOf(now),
    'webhook-signature': signaturesOf(webhook, config.sessionSecret, id, now, body),
  }
  const begun = performance.now()
  const options = { isLocalAllowed: config.webhooksLocal, ...(resolve && { resolve }) }
  const answer = await post(new URL(webhook.url), headers, body, options).catch((error: unknown) => wordsOf(error))
  const milliseconds = Math.round(performance.now() - begun)
  const attempt = { at: now.toISOString(), milliseconds }
  if (typeof answer === 'string') return { ...attempt, status: null, answer: null, error: answer }
  return { ...attempt, status: answer.status, answer: answer.text, error: faultOf(answer) }
}

/** Only 2xx counts: whoever redirects has not taken it. */
const faultOf = ({ status }: Answer): string | null => (status >= 200 && status < 300 ? null : `HTTP ${status}`)

/** What went wrong on the way there, without the address it was sent to. */
function wordsOf(error: unknown): string {
  if (error instanceof NotPublic) return error.message
  const { code, message } = facts(error instanceof AggregateError ? error.errors[0] : error, 'code', 'message')
  return String(code ?? message ?? error).slice(0, 200)
}
