// §3: nobody learns by a clock who has an account. What is compared is the work that is done, since clocks of busy machines lie.
import { createHook } from 'node:async_hooks'
import { expect, test } from 'vitest'
import { hashPassword } from '../../src/people/password.ts'
import { people } from '../kit/cast.ts'
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

const { stranger, sql, settled } = await world()

test('what is counted is a hash', async () => {
  hashes = 0
  await hashPassword('a lane by the sea')
  expect(hashes).toBe(1)
})

/** What a form's post makes the process do. */
async function workOf(path: string, fields: Record<string, string>) {
  await sql('delete from rate_limit')
  await settled()
  const page = await stranger().visit(path)
  const submission = page.form(/.*/, path).fill(fields).submission()
  hashes = 0
  const { result, statements } = await statementsOf(() => page.browser.send(submission, page, { follow: false }))
  const plain = statements.map(({ text }) => text.replace(/'[^']*'|\d+/g, '?').trim())
  return { status: result.status, location: result.header('location'), hashes, statements: plain }
}

test('§3: a wrong password costs the same for an account, a contact and nobody: one hash, the same statements (ASVS 6.3.8)', async () => {
  const logIn = (email: string) => workOf('/login', { email, password: 'not the password' })
  const known = await logIn(people.ann.email)
  expect([known.status, known.hashes]).toEqual([422, 1])
  for (const email of ['carla@initech.example', 'nobody@acme.example']) expect(await logIn(email), email).toEqual(known)
})

test('§3: “forgotten” and “register” take a known address no longer than an unknown one: both wait for the same moment (ASVS 6.3.8)', async () => {
  for (const [path, more] of [
    ['/password/forgot', {}],
    ['/register', { name: 'Somebody' }],
  ] as const) {
    const answers = []
    for (const email of [people.bo.email, 'carla@initech.example', `nobody${path.length}@acme.example`]) {
      const begun = performance.now()
      const { status, location, hashes } = await workOf(path, { email, ...more })
      // src/graph/same-time.ts: no sooner than this, which is longer than the work.
      expect(performance.now() - begun).toBeGreaterThan(290)
      answers.push({ status, location, hashes })
    }
    expect(new Set(answers.map(each => JSON.stringify(each))).size).toBe(1)
  }
})
