// That mail is not fetched any more is noticed: on /readyz, /metrics, the admin's page, and by mail.
import { beforeEach, describe, expect, test } from 'vitest'
import { watchMailboxes } from '../../src/inbox/doors/watch-mailboxes.job.ts'
import { htmlFaults } from '../kit/good-page.ts'
import { world } from '../world.ts'

const NAME = '127.0.0.1/help@desk.example'
const { plaindesk, as, sql, clock, mailsTo, mailbox, url, stranger } = await world({
  IMAP_URL: 'imap://help%40desk.example:top-secret@127.0.0.1:9',
  SMTP_LISTEN: 'lmtp://127.0.0.1:24',
})
const look = () => watchMailboxes(plaindesk.orm.em.fork({ flushMode: 'commit' }), plaindesk.config, clock.now())
const ada = 'ada@plaindesk.example'
const text = async (path: string) => (await fetch(`${url}${path}`)).text()

beforeEach(async () => {
  clock.reset()
  await sql('delete from mailbox')
  await sql('delete from incoming_mail')
  mailbox.forget()
})

const succeed = () =>
  sql('update mailbox set last_success_at = $1, trouble = null, trouble_since = null', [clock.now()])
const fail = () =>
  sql(`update mailbox set trouble = 'LOGIN', trouble_since = $1, last_error = 'Invalid <b>credentials</b>'`, [
    clock.now(),
  ])

/** A mail that came in now. */
const incoming = (outcome: string | null) =>
  sql(
    `insert into incoming_mail (id, door, envelope, size, sha256, from_name, subject, received_at, handled_at, outcome, attempts)
       values (gen_random_uuid(), 'SMTP', '{}', 1, 'x', '', '', $1, case when $2::mail_outcome is not null then now() end, $2::mail_outcome, 0)`,
    [clock.now(), outcome],
  )

describe('§6 the alarm', () => {
  test('an outage is one mail to each admin, and one when it is over', async () => {
    await look()
    await succeed()
    await fail()
    clock.forward({ minutes: 14 })
    await look()
    expect(await mailsTo(ada)).toHaveLength(0)
    clock.forward({ minutes: 2 })
    await look()
    await look()
    clock.forward({ hours: 3 })
    await look()
    const [alarm, ...more] = await mailsTo(ada)
    expect(more).toEqual([])
    expect(alarm?.subject).toMatch(/mail is not being fetched/i)
    expect(alarm?.text).toContain(NAME)
    expect(alarm?.text).toContain('Invalid <b>credentials</b>')
    expect(alarm?.content).not.toContain('top-secret')
    expect(alarm?.hasLink(/\/admin\/mailboxes$/)).toBe(true)
    expect(alarm?.header('Auto-Submitted')).toBe('auto-generated')
    expect(mailbox.all.map(({ recipients }) => recipients)).toEqual([[ada]]) // no agent, no sales
    await succeed()
    await look()
    await look()
    expect((await mailsTo(ada)).map(({ subject }) => subject)).toHaveLength(2)
    expect((await mailsTo(ada)).at(-1)?.subject).toMatch(/fetched again/)
  })

  test('a second outage is told again', async () => {
    for (const round of [1, 2]) {
      await look()
      await succeed()
      clock.forward({ minutes: 16 })
      await look()
      expect(await mailsTo(ada)).toHaveLength(2 * round - 1) // an alarm that is over before it goes is not sent
      await succeed()
      await look()
      expect(await mailsTo(ada)).toHaveLength(2 * round)
    }
  })

  test('one that was never read at all is an outage, too', async () => {
    await look()
    clock.forward({ minutes: 16 })
    await look()
    expect((await mailsTo(ada)).at(-1)?.text.replace(/\s+/g, ' ')).toContain('no worker is running')
  })

  test('two workers at once tell it once', async () => {
    await look()
    clock.forward({ minutes: 16 })
    await Promise.all([look(), look(), look()])
    expect(await mailsTo(ada)).toHaveLength(1)
  })

  test('a mailbox of settings that were changed is forgotten', async () => {
    await look()
    await sql(`update mailbox set name = 'elsewhere/other'`)
    clock.forward({ hours: 1 })
    await look()
    expect(await mailsTo(ada)).toHaveLength(0)
    expect(await sql('select name from mailbox')).toEqual([{ name: NAME }])
  })
})

describe('§6 the figures', () => {
  test('/metrics tells when a mailbox was last read, and what came of mails', async () => {
    await look()
    const last = 'plaindesk_mailbox_last_success_timestamp_seconds'
    expect(await text('/metrics')).toContain(`${last}{mailbox="${NAME}"} 0\n`)
    await succeed()
    for (const outcome of ['CREATED', 'CREATED', 'HELD', null]) await incoming(outcome)
    clock.forward({ minutes: 5 })
    const metrics = await text('/metrics')
    expect(Number(/^plaindesk_mailbox_last_success_timestamp_seconds\{.*\} (\S+)$/m.exec(metrics)?.[1])).toBeCloseTo(
      Date.now() / 1000,
      -2,
    )
    expect(metrics).toContain('plaindesk_incoming_mails{outcome="CREATED"} 2\n')
    expect(metrics).toContain('plaindesk_incoming_mails{outcome="HELD"} 1\n')
    expect(metrics).toContain('plaindesk_incoming_mails_undecided 1\n')
    expect(Number(/^plaindesk_oldest_undecided_mail_seconds (\S+)$/m.exec(metrics)?.[1])).toBeGreaterThanOrEqual(300)
    expect(await text('/readyz')).toContain('incoming mails undecided: 1, the oldest for 30')
  })

  test('/readyz tells the same in short, and stays ready where no mail is fetched', async () => {
    await look()
    await succeed()
    expect(await text('/readyz')).toMatch(
      /^ready\njobs due: \d+, the oldest for \d+ s\nincoming mails undecided: 0, .*\nmailbox last looked into: \d{4}-\S+Z\n$/,
    )
    clock.forward({ minutes: 16 })
    const answer = await fetch(`${url}/readyz`)
    expect(answer.status).toBe(200)
    expect(await answer.text()).toMatch(/^ready, but no mail is fetched\n/)
  })
})

describe('the admin’s page', () => {
  test('tells in words how the mailbox fares and where mail is taken', async () => {
    await look()
    let page = await as('ada').visit('/admin/mailboxes')
    expect(page.text).toMatch(/Last looked into\s*not yet/)
    expect(page.text).toContain('lmtp://127.0.0.1:24')
    expect(page.text).toContain('support@plaindesk.example')
    await succeed()
    await fail()
    await incoming(null)
    page = await as('ada').visit('/admin/mailboxes')
    expect(page.text).toContain(NAME)
    expect(page.text).toMatch(/not decided yet\s*1 \(the oldest since/)
    expect(page.text).toContain('does not accept the user and password')
    expect(page.html).toContain('Invalid &lt;b&gt;credentials&lt;/b&gt;')
    expect(page.html).not.toContain('top-secret')
    expect(await htmlFaults(page.html)).toEqual([])
  })

  test('§4: tells of the way out: server, last mail, what waits and why, and whether anybody works', async () => {
    await sql('delete from outbox_mail')
    let page = await as('ada').visit('/admin/mailboxes')
    expect(page.text).toContain(new URL(mailbox.url).host)
    expect(page.text).toMatch(/Last taken by the server\s*not in the last 30 days/)
    expect(page.text).toContain('1 worker is running.')
    const mail = (state: string, error: string | null, sent: string) =>
      sql(
        `insert into outbox_mail (id, template, recipient, language, rows, state, last_error, attempts, created_at, sent_at)
         values (gen_random_uuid(), 'receipt', 'x@x.example', 'en', '{}', $1, $2, 1, $3::timestamptz - interval '1 hour', ${sent})`,
        [state, error, clock.now()],
      )
    await mail('SENT', null, 'now()')
    await mail('FAILED', '550 no such user', 'null')
    page = await as('ada').visit('/admin/mailboxes')
    expect(page.text).not.toMatch(/not in the last 30 days|does not go out|550/)
    expect(page.text).toMatch(/Could not be sent\s*1/)
    await mail('DUE', '535 <b>wrong</b> password', 'null')
    page = await as('ada').visit('/admin/mailboxes')
    expect(page.text).toMatch(/does not go out/)
    expect(page.text).toMatch(/To be sent\s*1 \(the oldest since/)
    expect(page.html).toContain('535 &lt;b&gt;wrong&lt;/b&gt; password')
    expect(await htmlFaults(page.html)).toEqual([])
    await sql('delete from outbox_mail')
  })

  test('§4: says so where nobody looks into the mailbox any more', async () => {
    await look()
    await succeed()
    clock.forward({ minutes: 16 })
    expect((await as('ada').visit('/admin/mailboxes')).text).toContain('probably no worker is running')
    const { data } = await as('ada').graphql(
      '{ mailDoors { isSilent workers outgoing { server sender lastSentAt trouble } lastReceivedAt } }',
    )
    expect(data.mailDoors).toMatchObject({ isSilent: true, workers: 1, lastReceivedAt: null })
  })

  test('§3: is for admins alone', async () => {
    expect((await as('dana').visit('/admin/mailboxes')).status).toBe(403)
    expect((await as('ann').visit('/admin/mailboxes')).status).toBe(404)
    const asked = await as('dana').graphql('{ mailDoors { listener } }')
    expect(asked.errors?.[0]?.extensions?.code).toBe('FORBIDDEN')
    expect((await stranger().visit('/admin/mailboxes')).path).toBe('/login?next=%2Fadmin%2Fmailboxes')
  })
})
