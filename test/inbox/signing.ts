// Mail servers that sign what they send, and the names that prove it. The DNS is ours; the signatures are real.
import { generateKeyPairSync } from 'node:crypto'
import { dkimSign } from 'mailauth/lib/dkim/sign.js'

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
const p = publicKey.export({ type: 'spki', format: 'der' }).toString('base64')

/** Whoever signs has a key of this name. */
export const keyOf = (domain: string) => ({ [`sel._domainkey.${domain} TXT`]: [[`v=DKIM1; k=rsa; p=${p}`]] })

export interface Names {
  /** What stands in it, by `<name> <type>`; no name but those. */
  records: Record<string, string[][]>
  isDown: boolean
  resolver(name: string, type: string): Promise<string[][]>
}

export function names(records: Names['records']): Names {
  return {
    records,
    isDown: false,
    async resolver(name, type) {
      if (this.isDown) throw Object.assign(new Error('SERVFAIL'), { code: 'ESERVFAIL' })
      const found = records[`${name.toLowerCase()} ${type}`]
      if (!found) throw Object.assign(new Error(`no ${name}`), { code: 'ENOTFOUND' })
      return found
    },
  }
}

/** The mail as the server of `domain` sends it. `bodyLength` leaves the rest of the text unsigned (`l=`). */
export async function signedBy(domain: string, raw: Buffer | string, bodyLength?: number): Promise<Buffer> {
  const key = { signingDomain: domain, selector: 'sel', privateKey: pem }
  const { signatures } = await dkimSign(raw, {
    canonicalization: 'relaxed/relaxed',
    ...key,
    signatureData: [{ ...key, ...(bodyLength === undefined ? {} : { maxBodyLength: bodyLength }) }],
  })
  return Buffer.concat([Buffer.from(signatures), Buffer.from(raw)])
}
