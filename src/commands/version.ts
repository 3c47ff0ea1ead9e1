import { readFile } from 'node:fs/promises'

/** Of this program. */
export async function version(): Promise<string> {
  const text = await readFile(new URL('../../package.json', import.meta.url), 'utf8')
  return JSON.parse(text).version
}
