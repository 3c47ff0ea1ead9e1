// Who wrote it: what SPF, DKIM, DMARC and ARC say of a mail, checked by ourselves or read from what our own mail server
// wrote into its header.
import type { AuthenticateResult, DNSResolver } from 'mailauth'
import type { Config } from '../../config.ts'
import { normalizeAddress } from '../../lib/email-address.ts'
import type { Envelope } from '../door.ts'
import { readHeaders } from '../reading/headers.ts'
import { isAligned } from './alignment.ts'
import { resultsOf } from './authentication-results.ts'

/** Kept with the mail. */
export interface Verdict {
  spf: string | null
  dkim: string | null
  dmarc: string | null
  arc: string | null
  /** `UNKNOWN`: the DNS gave no answer, so another try may know more. */
  proof: 'AUTHENTICATED' | 'NONE' | 'UNKNOWN'
  /** Who looked: the id of the mail server whose word counts; null = we did. */
  by: string | null
}

type Settings = Pick<Config, 'mailAuthservId' | 'mailArcTrust'>

export interface Evidence {
  raw: Buffer
  /** Null where there are several, or none. */
  author: string | null
  envelope: Pick<Envelope, 'from' | 'client'>
  door: Envelope['door']
}

/**
 * Product §6: behind an MTA or by IMAP, where the client's address is not the sender's, only `Authentication-Results` of
 * `MAIL_AUTHSERV_ID` count. Else the mail itself is checked.
 */
export async function judge(evidence: Evidence, config: Settings, resolver?: DNSResolver): Promise<Verdict> {
  const { mailAuthservId } = config
  if (mailAuthservId !== null) return byHeaders(evidence, mailAuthservId)
  if (evidence.door === 'IMAP') return { ...nothing, by: null }
  return byOurselves(evidence, config, resolver)
}

const nothing = { spf: null, dkim: null, dmarc: null, arc: null, proof: 'NONE' } as const

function byHeaders({ raw, author }: Evidence, authservId: string): Verdict {
  const found = resultsOf(readHeaders(raw, true, []).headers, authservId)
  const result = (method: string) => found.find(each => each.method === method)?.result ?? null
  const proves =
    author !== null &&
    found.some(
      ({ method, result, domains }) =>
        result === 'pass' &&
        ['dmarc', 'dkim', 'spf'].includes(method) &&
        domains.some(each => isAligned(domainOf(author), each)),
    )
  const failed = found.some(({ result }) => result === 'temperror')
  return {
    spf: result('spf'),
    dkim: result('dkim'),
    dmarc: result('dmarc'),
    arc: result('arc'),
    proof: proves ? 'AUTHENTICATED' : failed ? 'UNKNOWN' : 'NONE',
    by: authservId,
  }
}

async function byOurselves(evidence: Evidence, config: Settings, resolver?: DNSResolver): Promise<Verdict> {
  const { authenticate } = await import('mailauth') // a quarter of a second of every start, for those who check
  const { raw, envelope, author } = evidence
  const results = await authenticate(raw, {
    ...(envelope.client ? { ip: envelope.client.address, helo: envelope.client.helo } : {}),
    ...(envelope.from ? { sender: envelope.from } : {}),
    ...(resolver ? { resolver } : {}),
    disableBimi: true,
  })
  const { dkim, dmarc, arc } = results
  const spf = envelope.client ? results.spf : false // without a client there was nothing to ask the DNS
  const signatures = dkim.results.map(each => each.status.result)
  const words = {
    spf: resultOf(spf),
    dkim: signatures.includes('pass') ? 'pass' : (signatures[0] ?? null),
    dmarc: resultOf(dmarc),
    arc: resultOf(arc),
  }
  const isUnknown = [...signatures, ...Object.values(words)].includes('temperror')
  const proof = proves(results, author, config) ? 'AUTHENTICATED' : isUnknown ? 'UNKNOWN' : 'NONE'
  return { ...words, proof, by: null }
}

/** A pass counts for the domain that the author's address is of, or one of the same owner; for no other. */
function proves(
  { spf, dkim, dmarc, arc }: AuthenticateResult,
  author: string | null,
  { mailArcTrust }: Settings,
): boolean {
  // What was checked is about the author whom the checker read.
  if (author === null || dkim.headerFrom.length !== 1 || normalizeAddress(dkim.headerFrom[0] ?? '') !== author)
    return false
  const isOf = (domain: string) => isAligned(domainOf(author), domain)
  // "fail" beside a pass: the owner of the domain wants no word of its subdomains.
  if (resultOf(dmarc) !== 'fail') {
    if (dkim.results.some(each => isWhole(each) && isOf(each.signingDomain ?? ''))) return true
    if (spf && resultOf(spf) === 'pass' && isOf(spf.domain ?? '')) return true
  }
  if (!arc || resultOf(arc) !== 'pass' || !arc.signature || arc.signature.status.underSized) return false
  // A forwarder whom the operator trusts saw it pass, and its seal over that is whole (RFC 8617).
  const sealer = arc.signature.signingDomain ?? ''
  const seen = arc.authenticationResults?.dmarc
  return mailArcTrust.some(each => isAligned(each, sealer)) && seen?.result === 'pass' && isOf(seen.header?.from ?? '')
}

/** A signature over a part of the text (`l=`) says nothing of what stands below it. */
const isWhole = ({ status }: AuthenticateResult['dkim']['results'][number]): boolean =>
  status.result === 'pass' && !status.underSized

const domainOf = (address: string): string => address.slice(address.lastIndexOf('@') + 1)
const resultOf = (check: { status: { result: string } } | false): string | null => (check ? check.status.result : null)
