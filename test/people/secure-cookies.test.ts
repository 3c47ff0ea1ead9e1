import { expect, test } from 'vitest'
import { password, people } from '../kit/cast.ts'
import { world } from '../world.ts'

const { stranger } = await world({ BASE_URL: 'https://help.example.com' })

test('quality, Safety: where the base URL is https, cookies are Secure and of this host alone, whatever the proxy says', async () => {
  const login = await stranger().visit('/login')
  const lines = (headers: { 'set-cookie'?: string | string[] | undefined }) => [headers['set-cookie'] ?? []].flat()
  const cookie = lines(login.answer.headers)
    .map(line => line.split(';')[0])
    .join('; ')
  const token = login.$('input[name=_csrf]').attr('value') ?? ''
  const body = new URLSearchParams({ _csrf: token, email: people.ann.email, password }).toString()
  const headers = { cookie, 'content-type': 'application/x-www-form-urlencoded', origin: 'https://help.example.com' }
  const answer = await stranger().raw('POST', '/login', headers, body)
  expect(answer.status).toBe(303)
  const set = lines(answer.headers)
  expect(set.find(line => line.startsWith('__Host-session='))).toMatch(/; Path=\/; .*HttpOnly; Secure; SameSite=Lax/)
  expect(set.find(line => line.startsWith('__Host-device='))).toMatch(/HttpOnly; Secure; SameSite=Lax/)
  expect(set.filter(line => /Domain=/i.test(line))).toEqual([])
})
