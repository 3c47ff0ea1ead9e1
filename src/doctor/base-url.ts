import type { Config } from '../config.ts'
import { wordsOf } from '../lib/error-words.ts'
import { type Finding, fail, none, ok, warn } from './finding.ts'

const PATIENCE_MS = 10_000

/** How links are written, and whether somebody answers there. */
export async function baseUrl({ baseUrl, production, trustProxy }: Config): Promise<Finding> {
  const isSecure = baseUrl.startsWith('https:')
  if (production && !isSecure)
    return fail(
      `${baseUrl} is not https: passwords would travel in clear. Put a proxy with TLS in front, and set BASE_URL to it.`,
    )
  const answer = await fetch(`${baseUrl}/healthz`, {
    redirect: 'manual',
    signal: AbortSignal.timeout(PATIENCE_MS),
  }).catch(wordsOf)
  if (typeof answer === 'string')
    return production
      ? warn(
          `${baseUrl} does not answer from here (${answer}). Look at the proxy, and whether "npx plaindesk serve" runs.`,
        )
      : none(`${baseUrl}; the portal does not run`)
  if (answer.status !== 200)
    return warn(`${baseUrl}/healthz answers ${answer.status}, not as Plaindesk does. Look at what the proxy passes on.`)
  if (isSecure && trustProxy === false)
    return warn(
      `${baseUrl} answers, but TRUST_PROXY is not set: every client has the proxy's address, and shares its limits. Set TRUST_PROXY=1 for one proxy.`,
    )
  return ok(`${baseUrl} answers`)
}
