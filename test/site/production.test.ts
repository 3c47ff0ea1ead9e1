// What development has for its developer, and nobody may find where customers are.
import { expect, test } from 'vitest'
import { people } from '../kit/cast.ts'
import { world } from '../world.ts'

const { stranger, sql, rest } = await world({ NODE_ENV: 'production', BASE_URL: 'https://help.example.com' })
const get = (path: string) => stranger().raw('GET', path)

test('quality, Safety: in production the mails that went out are no pages, and no page names an example person (ASVS 15.2.3)', async () => {
  for (const path of ['/dev', '/dev/mail', '/dev/mail/0199aaaa-0000-7000-8000-000000000006/raw'])
    expect((await get(path)).status, path).toBe(404)
  for (const path of ['/', '/login', '/help', '/tickets/new', '/nothing']) {
    const html = (await get(path)).body.toString()
    for (const told of ['plaindesk-example', '/dev/mail', people.ada.email]) expect(html, path).not.toContain(told)
  }
})

test('quality, Safety: in production a fault of ours shows its id and nothing of what went wrong (ASVS 13.4.2)', async () => {
  await rest() // the worker need not meet it
  await sql('alter table category rename to gone')
  const { status, body } = await get('/tickets/new')
  expect(status).toBe(500)
  expect(body.toString()).toMatch(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/)
  expect(body.toString()).not.toMatch(/\.ts\b|node_modules|category|relation|select |42P01/)
})
