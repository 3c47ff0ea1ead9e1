// kill -9 in the middle, and once more: nothing is lost and nothing is double.
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { newFolder } from '../kit/folder.ts'
import { emptyPortal, heldAddress, killAt, type Portal } from './portal.ts'

const TICKETS = 6_000
const [portal, copy, into] = [await emptyPortal(), await emptyPortal(), newFolder('transfer')]

const count = async ({ sql }: Portal, table: string) => Number((await sql(`select count(*) from ${table}`))[0]?.count)

test('issue 5, in and out: a history that was broken off goes on where it was', { timeout: 300_000 }, async () => {
  const lines = Array.from({ length: TICKETS }, (_, at) => ({
    id: at,
    number: 20_000 + at,
    subject: `Ticket ${at}`,
    requester: at === TICKETS - 1 ? 'late@old.example' : `writer${at % 50}@old.example`,
    messages: [
      { at: '2020-01-01T00:00:00Z', text: `Question ${at}`, ...(at % 100 === 0 ? { files: ['file.txt'] } : {}) },
      { at: '2020-01-02T00:00:00Z', text: 'The same in all', note: at % 3 === 0 },
    ],
  }))
  await writeFile(join(into, 'tickets.jsonl'), lines.map(line => `${JSON.stringify(line)}\n`).join(''))
  await writeFile(join(into, 'file.txt'), 'x')
  await killAt(portal, ['import', into], heldAddress('late@old.example'), 'ticket')
  const before = await count(portal, 'ticket')
  expect(before).toBeGreaterThan(0)
  expect(before).toBeLessThan(TICKETS)
  const { code, out } = await portal.run(['import', into])
  expect(out).toContain(`Known before: ${before} tickets`)
  expect(code).toBe(0)
  expect(await count(portal, 'ticket')).toBe(TICKETS)
  expect(await count(portal, 'message')).toBe(2 * TICKETS)
  expect(await count(portal, 'attachment')).toBe(TICKETS / 100)
  expect(await count(portal, `ticket where number <> 20000 + substring(subject from 8)::int`)).toBe(0)
})

test('issue 5, in and out: so does a whole export', { timeout: 300_000 }, async () => {
  const whole = join(newFolder('transfer'), 'whole')
  expect((await portal.run(['export', whole])).code).toBe(0)
  await killAt(copy, ['import', whole], 'lock table ticket_event in exclusive mode', 'ticket')
  expect(await count(copy, 'ticket')).toBe(TICKETS)
  expect(await count(copy, 'ticket_event')).toBe(0)
  expect(await count(copy, "import_progress where is_done and step = 'all'")).toBe(0)
  expect(await copy.run(['import', whole])).toMatchObject({ code: 0, err: '' })
  for (const table of ['ticket', 'message', 'ticket_event', 'attachment', 'person', 'imported']) {
    expect(await count(copy, table), table).toBe(await count(portal, table))
  }
  expect(await count(copy, `ticket where search_public = ''`)).toBe(0)
})
