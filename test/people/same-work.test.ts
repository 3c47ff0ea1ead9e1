// §3: nobody learns by a clock who has an account. What is compared is the work that is done, since clocks of busy machines lie.
import { AsyncLocalStorage, createHook } from 'node:async_hooks'
import { subscribe } from 'node:diagnostics_channel'
import { expect, test } from 'vitest'
import { hashPassword } from '../../src/people/password.ts'
import { people } from '../kit/cast.ts'
import type { Filling } from '../kit/form.ts'
import { statementsOf } from '../kit/sql.ts'
import { world } from '../world.ts'

/** What Node calls the work of a module made with napi-rs, which gives it no name. */
const nativeWork = 'undefined'

/** Asynchronous work of native code, of which Argon2 is all that a log-in has. */
let hashes = 0
createHook({
  init(_id, type) {
    if (type === nativeWork) hashes += 1
  },
}).enable()

/** Set where a request is answered; the worker, which mails meanwhile, is in the same process. */
const answering = new AsyncLocalStorage<true>()
subscribe('http.server.request.start', () => answering.enterWith(true))

const { stranger, sql, settled, mailsTo } = await world()

test('what is counted is a hash', async () => {
  hashes = 0
  await hashPassword('a lane by the sea')
  expect(hashes).toBe(1)
})

/** What a form's post makes the process do. */
async function workOf(path: string, fields: Filling) {
  await sql('delete from rate_limit')
  await settled()
  const page = await stranger().visit(path)
  const submission = page.form(/.*/, path).fill(fields).submission()
  hashes = 0
  const post = () => page.browser.send(submission, page, { follow: false })
  const { result, statements } = await statementsOf(post, () => answering.getStore() === true)
  const plain = statements.map(({ text }) => text.replace(/'[^']*'|\d+/g, '?').trim())
  return { status: result.status, location: result.header('location'), hashes, statements: plain }
}

test('§3: a wrong password costs the same for an account, a contact and nobody: one hash, the same statements (ASVS 6.3.8)', async () => {
  const logIn = (email: string) => workOf('/login', { email, password: 'not the password' })
  const known = await logIn(people.ann.email)
  expect([known.status, known.hashes]).toEqual([422, 1])
  for (const email of ['carla@initech.example', 'nobody@acme.example']) expect(await logIn(email), email).toEqual(known)
})

/** An account, a contact, a disabled account, and nobody. */
async function addresses(unknown: string): Promise<string[]> {
  await sql(`update person set disabled_at = now() where email = '${people.eve.email}'`)
  return [people.bo.email, 'carla@initech.example', people.eve.email, unknown]
}

test.each([
  ['/password/forgot', {}, 'add_job', [1, 1, 0, 0]],
  ['/register', { name: 'Somebody', subscribe: true }, 'add_job', [1, 1, 0, 1]],
])(
  '§3: %s costs the same whoever has the address, since a job does what differs (ASVS 6.3.8)',
  async (path, fields, job, mails) => {
    const known = await addresses(`nobody${path.length}@acme.example`)
    const works = []
    for (const email of known) works.push(await workOf(path, { email, ...fields }))
    expect(works[0]?.statements.some(text => text.includes(job))).toBe(true)
    for (const work of works) expect(work).toEqual(works[0])
    const before = await counts(known)
    for (const email of known) await workOf(path, { email, ...fields })
    const after = await counts(known)
    expect(after.map((count, at) => count > (before[at] ?? 0))).toEqual(mails.map(Boolean))
  },
)

const counts = async (emails: readonly string[]) =>
  Promise.all(emails.map(async email => (await mailsTo(email)).length))
