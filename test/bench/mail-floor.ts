// What cannot be avoided when a reply is kept and filed: its bytes on the disk twice at most (the mail and its file), and
// the statements, in as few transactions as the promises allow. No conversation, no reading, no rules.
import { createHash, randomUUID } from 'node:crypto'
import { mkdtemp, open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import type { Letter } from './mail-writers.ts'
import type { Statement } from './page.ts'
import { pages } from './pages.ts'

/** As many as the worker does at once. */
const AT_ONCE = 4

/** Mails a second. */
export async function floorOf(url: string, dataDir: string, letters: readonly Letter[]): Promise<number> {
  const folder = await mkdtemp(join(dataDir, 'floor-'))
  await using stack = new AsyncDisposableStack()
  stack.defer(() => rm(folder, { recursive: true }))
  const pool = new pg.Pool({ connectionString: url, max: AT_ONCE })
  stack.defer(() => pool.end())
  const turns = letters.values()
  const startedAt = performance.now()
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (const { writer, raw, file } of turns) {
        const id = randomUUID()
        await write(folder, raw)
        await transaction(pool, [
          [
            `insert into incoming_mail (id, door, envelope, received_at, size, sha256, storage_key, identity, from_address, subject, attempts)
             values ($1::uuid, 'SMTP', '{}', now() - interval '3 hours', $2, '', $1::uuid::text, $1::uuid::text, $3, '', 0)`,
            [id, raw.length, writer.address],
          ],
          [`select graphile_worker.add_job('floor', json_build_object('mail', $1::text), job_key => $1::text)`, [id]],
        ])
        if (file) await write(folder, file)
        await transaction(pool, [...messageOf(writer), ...attached(writer.id, file), ...concluded(id)])
      }
    }),
  )
  return letters.length / ((performance.now() - startedAt) / 1000)
}

const messageOf = ({ id, number }: Letter['writer']): Statement[] => {
  const visitor = { id, cookie: '', sid: '', token: '', tickets: [], takesPart: false }
  const ask = { method: 'POST' as const, path: `/tickets/${number}/comments`, headers: {}, status: 303, visitor }
  return pages.comment?.floor(ask) ?? []
}

const attached = (uploader: string, file: Buffer | null): Statement[] =>
  file === null
    ? []
    : [
        [
          `insert into attachment (id, uploader_id, filename, content_type, size, sha256, storage_key, scan, created_at)
           values ($1::uuid, $2, 'screenshot.bin', 'application/octet-stream', $3, '', $1::uuid::text, 'CLEAN', now())`,
          [randomUUID(), uploader, file.length],
        ],
      ]

const concluded = (id: string): Statement[] => [
  ["update incoming_mail set outcome = 'APPENDED', handled_at = now() where id = $1", [id]],
  ['select graphile_worker.remove_job($1)', [id]],
]

async function transaction(pool: pg.Pool, statements: readonly Statement[]): Promise<void> {
  const client = await pool.connect()
  try {
    await client.query('begin')
    for (const [text, values] of statements) await client.query({ text, values, name: nameOf(text) })
    await client.query('commit')
  } finally {
    client.release()
  }
}

/** Prepared once by each connection. */
const nameOf = (text: string): string => createHash('md5').update(text).digest('hex')

async function write(folder: string, bytes: Buffer): Promise<void> {
  const file = await open(join(folder, randomUUID()), 'wx')
  await file.writeFile(bytes)
  await file.sync()
  await file.close()
}
