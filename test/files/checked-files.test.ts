import { afterAll, expect, test } from 'vitest'
import { world } from '../world.ts'
import { clamd, listening } from './clamd.ts'
import { filesBelow } from './door.ts'

const scanner = clamd()
const address = await listening(scanner)
const { as, sql, settled, plaindesk } = await world({ CLAMD_URL: address })
afterAll(() => void scanner.close())

async function ask(filename: string): Promise<{ status: number; text: string }> {
  const [row] = await sql<{ id: string }>('select id from attachment where filename = $1', [filename])
  const answer = await as('ann').raw('GET', `/attachments/attachment_${row?.id}/${filename}`)
  return { status: answer.status, text: answer.body.toString() }
}
const scanOf = async (filename: string) =>
  (await sql<{ scan: string }>('select scan from attachment where filename = $1', [filename]))[0]?.scan

test('H16: a file can be downloaded once the virus scanner has let it through', async () => {
  await as('ann').upload({ filename: 'good.txt', content: 'harmless' })
  await settled()
  expect(await ask('good.txt')).toMatchObject({ status: 200, text: 'harmless' })
})

test('an infected file is never to be had, its bytes go, and the page says so (ASVS 5.4.3)', async () => {
  const before = (await filesBelow(new URL(plaindesk.config.storageUrl).pathname)).length
  await as('ann').upload({ filename: 'bad.txt', content: 'a VIRUS' })
  await settled()
  expect(await scanOf('bad.txt')).toBe('INFECTED')
  const { status, text } = await ask('bad.txt')
  expect(status).toBe(404)
  expect(text).toMatch(/harmful|Schädliches/)
  expect((await filesBelow(new URL(plaindesk.config.storageUrl).pathname)).length).toBe(before)
})

test('while the scanner is away a file waits, and is let through when it is back', async () => {
  await new Promise(resolve => scanner.close(resolve))
  await as('ann').upload({ filename: 'waits.txt', content: 'harmless' })
  await settled()
  const { status, text } = await ask('waits.txt')
  expect(status).toBe(404)
  expect(text).toMatch(/being checked|geprüft/)
  scanner.listen(Number(new URL(address).port), '127.0.0.1')
  await sql(`update graphile_worker._private_jobs set run_at = now() where attempts < max_attempts`)
  await expect.poll(() => scanOf('waits.txt')).toBe('CLEAN')
  expect((await ask('waits.txt')).status).toBe(200)
})
