// What stands first in an archive: what it is, of which schema, and how much of it there is.
import { z } from 'zod'
import { Trouble } from '../lib/trouble.ts'

/** Of the archive, not of the schema in it: another number is another way to write. */
export const FORMAT = 1

const name = z.string().min(1).max(200)
const count = z.number().int().min(0)

const table = z.object({ name, columns: z.array(name), rows: count })
const sequence = z.object({ name, value: z.string().regex(/^-?\d+$/), isCalled: z.boolean() })

/** The part that all formats have. */
const head = z.object({
  plaindesk: z.literal('backup'),
  format: z.number(),
  /** Of the program that wrote it. */
  version: name,
})

const manifest = head.extend({
  id: z.uuid(),
  createdAt: z.iso.datetime(),
  /** Tells whether another place has the same secret, and nothing of the secret. */
  secret: name,
  migrations: z.array(name),
  tables: z.array(table),
  sequences: z.array(sequence),
  files: z.object({ count, bytes: count }),
})

export type Manifest = z.infer<typeof manifest>
export type Table = z.infer<typeof table>
export type Sequence = z.infer<typeof sequence>

/** Null where the text is no manifest; refuses one of a format that this program does not know. */
export function parseManifest(text: string): Manifest | null {
  const parsed = head.safeParse(jsonOf(text))
  if (!parsed.success) return null
  const { format, version } = parsed.data
  if (format > FORMAT) throw new Trouble(newer(version))
  return manifest.safeParse(jsonOf(text)).data ?? null
}

export const newer = (version: string): string =>
  `The archive was written by a newer Plaindesk (${version}): update Plaindesk, then restore it.`

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
