// What the DNS has to say for mails of ours to arrive: who takes mail for us (MX), who sends it (SPF), with which key it is
// signed (DKIM), and what becomes of what is neither (DMARC).
import { createPublicKey } from 'node:crypto'
import { Resolver } from 'node:dns/promises'
import { getDomain } from 'tldts'
import type { Config } from '../config.ts'
import { wordsOf } from '../lib/error-words.ts'
import { domainOf } from '../lib/mail-domain.ts'
import { type Finding, fail, none, ok, warn } from './finding.ts'

export type MailSettings = Pick<Config, 'mailFrom' | 'supportAddress' | 'dkim'>

export interface Records {
  mx(domain: string): Promise<string[]>
  /** Each record in one piece. */
  txt(domain: string): Promise<string[]>
}

/** The machine's own resolver, or one at `server`. A name without such records has none; trouble on the way is thrown. */
export function openRecords(server?: string): Records {
  const resolver = new Resolver({ timeout: 3000, tries: 2 })
  if (server) resolver.setServers([server])
  const orNone = (error: NodeJS.ErrnoException) => {
    if (error.code === 'ENODATA' || error.code === 'ENOTFOUND') return []
    throw error
  }
  return {
    mx: async domain => (await resolver.resolveMx(domain).catch(orNone)).map(({ exchange }) => exchange),
    txt: async domain => (await resolver.resolveTxt(domain).catch(orNone)).map(parts => parts.join('')),
  }
}

export async function mx({ supportAddress }: MailSettings, records: Records): Promise<Finding> {
  const domain = domainOf(supportAddress)
  const found = (await records.mx(domain)).filter(Boolean)
  if (found.length > 0) return ok(`${domain}: ${found.join(', ')}`)
  return fail(
    `${domain} has no MX record, so no reply arrives. Let it name the server that takes mail for ${supportAddress}.`,
  )
}

export async function spf({ mailFrom }: MailSettings, records: Records): Promise<Finding> {
  const domain = domainOf(mailFrom.address)
  const found = (await records.txt(domain)).filter(text => /^v=spf1( |$)/i.test(text))
  const [only = ''] = found
  if (found.length > 1) return fail(`${domain} has ${found.length} SPF records, which counts as none. Make them one.`)
  if (found.length === 0)
    return fail(
      `${domain} has no SPF record. Add a TXT record such as "v=spf1 mx -all" that names what sends by SMTP_URL.`,
    )
  return /(^|\s)\+?all(\s|$)/i.test(only)
    ? warn(`${domain} lets everybody send in its name ("${only}"). End it with -all.`)
    : ok(`${domain}: ${only}`)
}

/** RFC 8301 §3.2: what signers should have at least; the least that counts at all is 1024. */
const FEWEST_BITS = 2048

export async function dkim({ dkim, mailFrom }: MailSettings, records: Records): Promise<Finding> {
  if (dkim === null)
    return warn(
      'DKIM_DOMAIN, DKIM_SELECTOR and DKIM_KEY_FILE are not set: unless your mail server signs, mails end as spam, and without them none offers one click to leave the list.',
    )
  const name = `${dkim.selector}._domainkey.${dkim.domain}`
  const published = (await records.txt(name)).map(
    text => /(?:^|;)\s*p=([^;]*)/i.exec(text)?.[1]?.replace(/\s/g, '') ?? '',
  )
  const key = createPublicKey(dkim.privateKey)
  const ours = key.export({ type: 'spki', format: 'der' }).toString('base64')
  const wanted = `v=DKIM1; k=rsa; p=${ours}`
  if (published.length === 0) return fail(`${name} has no key. Add a TXT record: ${wanted}`)
  if (!published.includes(ours))
    return fail(`${name} has another key than DKIM_KEY_FILE, so every signature is wrong. It has to be: ${wanted}`)
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0
  if (bits < FEWEST_BITS)
    return warn(
      `${name} has a key of ${bits} bits. Make one of ${FEWEST_BITS}: openssl genrsa -out dkim.pem ${FEWEST_BITS}`,
    )
  const from = domainOf(mailFrom.address)
  if (getDomain(dkim.domain) !== getDomain(from))
    return warn(
      `${name} has our key, but DKIM_DOMAIN is not the domain of MAIL_FROM (${from}), so it proves nothing for DMARC.`,
    )
  return ok(`${name} has the key of DKIM_KEY_FILE`)
}

export async function dmarc({ mailFrom }: MailSettings, records: Records): Promise<Finding> {
  const domain = domainOf(mailFrom.address)
  const names = [...new Set([domain, getDomain(domain) ?? domain])]
  for (const name of names) {
    const [found] = (await records.txt(`_dmarc.${name}`)).filter(text => /^v=DMARC1\b/i.test(text))
    if (found) return ok(`_dmarc.${name}: ${found}`)
  }
  return fail(
    `_dmarc.${domain} has no record; large providers refuse mail without. Add a TXT record: v=DMARC1; p=quarantine`,
  )
}

type Look = (settings: MailSettings, records: Records) => Promise<Finding>

/** A look that says what it could not find out; in development no mail leaves. */
export const about =
  (look: Look, settings: MailSettings & Pick<Config, 'smtpUrl'>, server?: string) => async (): Promise<Finding> => {
    if (settings.smtpUrl === null) return none('no mail leaves without SMTP_URL')
    try {
      return await look(settings, openRecords(server))
    } catch (error) {
      return warn(
        `The DNS does not answer (${wordsOf(error)}). Check the machine's name servers, or ask another one by --dns <address>.`,
      )
    }
  }
