import { Readable } from 'node:stream'
import type { Config } from '../config.ts'
import { scan } from '../files/scan.ts'
import { wordsOf } from '../lib/error-words.ts'
import { type Finding, fail, none, ok } from './finding.ts'

/** Lets clamd look at a few harmless bytes. */
export async function scanner({ clamdUrl }: Pick<Config, 'clamdUrl'>): Promise<Finding> {
  if (clamdUrl === null) return none('CLAMD_URL is not set: files are not checked for viruses')
  try {
    await scan(clamdUrl, Readable.from([Buffer.from('harmless')], { objectMode: false }))
    return ok(`clamd at ${clamdUrl} answers`)
  } catch (error) {
    return fail(`clamd at ${clamdUrl}: ${wordsOf(error)}. Until it answers no new file can be downloaded.`)
  }
}
