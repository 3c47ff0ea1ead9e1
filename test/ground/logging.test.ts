// Quality, "Reliability" and "Safety": what operators read in the log and in /metrics, and what must not be there.
import { afterAll, expect, test } from 'vitest'
import { urlencoded } from '../kit/body.ts'
import { Browser } from '../kit/browser.ts'
import { password, people } from '../kit/cast.ts'
import { type Answer, headerOf, Wire } from '../kit/http.ts'
import { serve } from '../kit/serve.ts'
import { world } from '../world.ts'

const { plaindesk, stranger, mailTo, token, sql } = await world()
const served = await serve(plaindesk, { LOG_LEVEL: 'debug' })
let log = ''
served.process.stderr?.on('data', chunk => (log += chunk))
const wire = new Wire()
const ann = new Browser(wire, served.url)
afterAll(async () => {
  served.process.kill('SIGTERM')
  await wire.close()
})

const lines = (): Record<string, unknown>[] =>
  log
    .split('\n')
    .filter(Boolean)
    .map(line => JSON.parse(line))
/** What a request was answered, once the log has its line. */
async function logged(id: string): Promise<Record<string, unknown> | undefined> {
  await expect.poll(() => log.includes(id), { timeout: 10_000 }).toBe(true)
  return lines().find(line => line.id === id)
}

test('quality, Reliability: each request is a line of the log, JSON with its moment in UTC and the id that its answer bears, by route and without content (ASVS 16.2.2, 16.2.4)', async () => {
  const begun = Date.now()
  await ann.logIn(people.ann.email, password)
  const page = await ann.visit('/tickets?q=marzipan')
  expect(await logged(page.header('x-request-id'))).toMatchObject({
    method: 'GET',
    route: '/tickets',
    status: 200,
    msg: 'request',
  })
  const { time, pid } = (await logged(page.header('x-request-id'))) ?? {}
  expect(Math.abs(Number(time) - begun)).toBeLessThan(Date.now() - begun + 1)
  expect(pid).toEqual(expect.any(Number)) // one of several processes
  const ticket = await ann.visit('/tickets/999999')
  expect(await logged(ticket.header('x-request-id'))).toMatchObject({ route: '/tickets/:number', status: 404 })
})

test('quality, Safety: who logged in and who was refused what is a line of the log each, by id and without what was typed (ASVS 16.2.1, 16.3.1, 16.3.2, 16.3.3)', async () => {
  const [{ id: user } = {}] = await sql('select id from person where email = $1', [people.bo.email])
  const bo = new Browser(wire, served.url)
  const noted = async (answer: Answer) => {
    const { time, level, noted, user, route } = (await logged(headerOf(answer, 'x-request-id'))) ?? {}
    expect([typeof time, level]).toEqual(['number', 30])
    return [noted, user, route]
  }
  const tryIt = async (email: string, typed: string) => {
    const page = await bo.visit('/login')
    const form = page.form('Log in').fill({ email, password: typed })
    return (await bo.send(form.submission(), page, { follow: false })).answer
  }
  expect(await noted(await tryIt(people.bo.email, 'not the password'))).toEqual(['WRONG_CREDENTIALS', null, '/login'])
  for (let i = 0; i < 5; i++) await tryIt('nobody@else.example', 'not the password')
  expect(await noted(await tryIt('nobody@else.example', 'x'))).toEqual(['RATE_LIMITED', null, '/login'])
  await sql('delete from rate_limit')
  expect(await noted(await tryIt(people.bo.email, password))).toEqual(['LOGGED_IN', user, '/login'])

  expect(await noted((await bo.visit('/agent')).answer)).toEqual(['FORBIDDEN', user, '/agent'])
  const ask = '{"query": "{ people(first: 1) { nodes { id } } }"}'
  const json = { 'content-type': 'application/json' }
  expect(await noted(await bo.raw('POST', '/graphql', json, ask))).toEqual(['FORBIDDEN', user, 'none'])
  const unknown = { ...json, authorization: 'Bearer pd_nonsense' }
  expect(await noted(await bo.raw('POST', '/graphql', unknown, ask))).toEqual(['UNAUTHENTICATED', null, 'none'])
  const path = '/tickets/new'
  expect(await noted((await bo.post(path, urlencoded([['_csrf', 'x']]))).answer)).toEqual(['FORGED', user, path])
  const foreign = { 'sec-fetch-site': 'cross-site' }
  expect(await noted((await bo.post(path, null, { headers: foreign })).answer)).toEqual(['CROSS_SITE', user, path])
  const form = (await bo.visit('/account')).form(/.*/, '/account/close').fill({ currentPassword: 'not this one' })
  expect(await noted((await form.submit()).answer)).toEqual(['WRONG_PASSWORD', user, '/account/close'])
})

test('quality, Safety: where a rule cannot be asked for, nobody is let past it; the fault is in the log with the id that the page shows (ASVS 16.3.4, 16.5.3)', async () => {
  const ask = '{"query": "{ tickets(first: 1) { nodes { subject } } }"}'
  const json = { 'content-type': 'application/json' }
  const subjects = (await ann.visit('/tickets')).texts('main td a, main li a')
  expect(subjects.length).toBeGreaterThan(0)
  await sql('alter table membership rename to gone')
  try {
    const page = await ann.visit('/tickets')
    expect(page.status).toBe(500)
    for (const each of subjects) expect(page.html).not.toContain(each)
    const id = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/.exec(page.main)?.[0] ?? '-'
    expect(await logged(id)).toMatchObject({ level: 50, msg: 'request failed', err: { code: '42P01' } })
    const answer = await ann.raw('POST', '/graphql', json, ask)
    expect([answer.status, JSON.parse(answer.body.toString()).data]).toEqual([500, undefined])
  } finally {
    await sql('alter table gone rename to membership')
  }
  expect((await ann.raw('POST', '/graphql', json, ask)).status).toBe(200)
})

test('quality, Safety: no secret and nothing of a person is in the log, nor a secret on the page of an error (ASVS 16.2.5)', async () => {
  const secret = await token('ann')
  await (await stranger().visit('/password/forgot'))
    .form(/.*/, '/password/forgot')
    .fill({ email: people.bo.email })
    .submit()
  const link = new URL((await mailTo(people.bo.email, /\/password\/reset\//)).link(/\/password\/reset\//)).pathname
  const headers = { authorization: `Bearer ${secret}` }
  const answers = [
    await ann.visit(link),
    await ann.visit(`${link}x`),
    await ann.visit('/tickets/new?subject=marzipan'),
    await new Browser(wire, served.url).logIn(people.eve.email, 'not the password at all'),
    await ann.visit('/nothing/marzipan', { headers }),
  ]
  const failed = await ann.raw(
    'POST',
    '/graphql',
    { ...headers, 'content-type': 'application/json' },
    '{"query": "{ marzipan }"}',
  )
  expect(failed.status).toBe(400)
  await logged(answers.at(-1)?.header('x-request-id') ?? '')
  const session = ann.jar.value('session', new URL(served.url)) ?? '-'
  const linkToken = link.split('/').at(-1) ?? '-'
  const never = [
    secret,
    session,
    decodeURIComponent(session),
    linkToken,
    password,
    'not the password',
    'marzipan',
    ...Object.values(people).map(({ email }) => email),
  ]
  expect(never.filter(each => log.includes(each))).toEqual([])
  for (const page of answers.slice(2))
    for (const each of [secret, session, linkToken, password]) expect(page.html, page.path).not.toContain(each)
})

test('quality, Reliability: /metrics tells request times, queues, mails by outcome, the oldest job and the last poll of the mailbox', async () => {
  const text = (await ann.raw('GET', '/metrics')).body.toString()
  for (const name of [
    'http_request_duration_seconds_bucket',
    'plaindesk_jobs',
    'plaindesk_oldest_due_job_seconds',
    'plaindesk_incoming_mails_undecided',
    'plaindesk_oldest_undecided_mail_seconds',
  ])
    expect(text).toMatch(new RegExp(`^${name}[ {]`, 'm'))
  for (const name of [
    'plaindesk_mails',
    'plaindesk_incoming_mails',
    'plaindesk_mailbox_last_success_timestamp_seconds',
  ])
    expect(text).toContain(`# TYPE ${name} gauge`)
})
