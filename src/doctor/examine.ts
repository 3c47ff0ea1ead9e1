import type pg from 'pg'
import type { Config } from '../config.ts'
import { wordsOf } from '../lib/error-words.ts'
import { lanes } from '../lib/lanes.ts'
import { baseUrl } from './base-url.ts'
import { clock, database, jobs, migrations } from './database.ts'
import { disk, fileStore } from './file-store.ts'
import { type Finding, fail, none } from './finding.ts'
import { about, dkim, dmarc, mx, spf } from './mail-domain.ts'
import { imap, smtp } from './mail-servers.ts'
import { replicaLooks } from './replicas.ts'
import { scanner } from './scanner.ts'
import { secrets } from './secrets.ts'

/** Longer than each look's own patience: no look keeps the others from being told. */
const PATIENCE_MS = 30_000

export interface Patient {
  config: Config
  /** A connection to the database, or why there is none. */
  database: pg.Client | Finding
  /** A DNS server to ask instead of the machine's. */
  dns?: string
}

export interface Look {
  name: string
  look: () => Finding | Promise<Finding>
}

/** What there is to look at, in the order in which it is told. */
export function looks({ config, database: found, dns }: Patient): Look[] {
  const oneByOne = lanes(1, Infinity, () => new Error('no line is too long'))
  const ofDatabase = (look: (client: pg.Client) => Promise<Finding>) => () =>
    'grade' in found ? none('not known without the database') : oneByOne(() => look(found))
  return [
    { name: 'Database', look: 'grade' in found ? () => found : ofDatabase(database) },
    { name: 'Migrations', look: ofDatabase(migrations) },
    { name: 'Clock', look: ofDatabase(clock) },
    { name: 'Jobs', look: ofDatabase(jobs) },
    ...replicaLooks(config).map(({ name, look }) => ({ name, look: ofDatabase(look) })),
    { name: 'File store', look: () => fileStore(config) },
    { name: 'Disk', look: () => disk(config) },
    { name: 'Virus scan', look: () => scanner(config) },
    { name: 'SMTP', look: () => smtp(config) },
    { name: 'IMAP', look: () => imap(config) },
    { name: 'DNS: MX', look: about(mx, config, dns) },
    { name: 'DNS: SPF', look: about(spf, config, dns) },
    { name: 'DNS: DKIM', look: about(dkim, config, dns) },
    { name: 'DNS: DMARC', look: about(dmarc, config, dns) },
    { name: 'Secrets', look: () => secrets(config) },
    { name: 'Base URL', look: () => baseUrl(config) },
  ]
}

/** Looks at everything at once and tells each in its turn; says whether nothing failed. */
export async function examine(patient: Patient, tell: (name: string, finding: Finding) => void): Promise<boolean> {
  const found = looks(patient).map(({ name, look }) => ({ name, finding: taken(look) }))
  let isWell = true
  for (const { name, finding } of found) {
    const told = await finding
    isWell &&= told.grade !== 'FAIL'
    tell(name, told)
  }
  return isWell
}

/** A look that breaks is a finding too. */
async function taken(look: Look['look']): Promise<Finding> {
  const late = Promise.withResolvers<Finding>()
  const timer = setTimeout(() => late.resolve(fail(`No answer within ${PATIENCE_MS / 1000} s.`)), PATIENCE_MS)
  try {
    return await Promise.race([look(), late.promise])
  } catch (error) {
    return fail(`${wordsOf(error)}.`)
  } finally {
    clearTimeout(timer)
  }
}
