import type { Environment } from '../config.ts'
import { Refusal } from '../graph/refusal.ts'
import { mayBePublic } from './webhook-post.ts'

/** An address to post to, in its usual form. What its name leads to is looked at whenever something is sent. */
export function checkedAddress(typed: string, { webhooksLocal }: Pick<Environment, 'webhooksLocal'>): string {
  const url = URL.canParse(typed) ? new URL(typed) : null
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password)
    throw new Refusal('INVALID_WEB_ADDRESS', 'url')
  if (!webhooksLocal && (url.protocol !== 'https:' || !mayBePublic(url))) throw new Refusal('NOT_PUBLIC', 'url')
  url.hash = ''
  return url.href
}
