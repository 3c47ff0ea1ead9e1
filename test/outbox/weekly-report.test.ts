// H5: the weekly report of one's open requests, and the reminder of what waits for the customer.
import { describe, expect, test } from 'vitest'
import { remindWaiting } from '../../src/tickets/remind-waiting.job.ts'
import { weeklyReport, weekOf } from '../../src/tickets/weekly-report.job.ts'
import { expectGoodPage } from '../kit/good-page.ts'
import { answer, open, update } from '../tickets/deeds.ts'
import { world } from '../world.ts'

const { as, newcomer, mailsTo, mailTo, plaindesk, settled, sql, stranger } = await world()
const dana = as('dana')
const fork = () => plaindesk.orm.em.fork({ flushMode: 'commit' })
const report = async (now: string) => {
  await weeklyReport(fork, new Date(now))
  await settled()
}
const reportsTo = async (email: string) =>
  (await mailsTo(email)).filter(mail => /open requests to|offenen Anfragen an/.test(mail.subject))

describe('the weekly report', () => {
  test('H5: lists one’s open requests with status, last change and link, those that wait for one first', async () => {
    const { browser, email } = await newcomer()
    const [first, waiting, done] = [
      await open(browser, 'In work'),
      await open(browser, 'Asked back'),
      await open(browser, 'Over'),
    ]
    await answer(dana, waiting, 'Which one?', 'WAITING')
    await update(dana, done, { status: 'DONE' })
    await report('2026-11-23T07:00:00Z')
    const [mail, ...more] = await reportsTo(email)
    expect(more).toEqual([])
    const text = mail?.text ?? ''
    expect(text.indexOf(`#${waiting} Asked back`)).toBeGreaterThan(0)
    expect(text.indexOf(`#${waiting} Asked back`)).toBeLessThan(text.indexOf(`#${first} In work`))
    expect(text).toMatch(/Asked back\n {2}Waiting for you, last change on \d+ \w+ \d{4}\n {2}http/)
    expect(text).not.toContain('Over')
    for (const number of [first, waiting]) expect(mail?.hasLink(new RegExp(`/tickets/${number}$`))).toBe(true)
  })

  test('H5 §6: is automatic, in no ticket’s thread, and can be left by the list’s links and by its own', async () => {
    const { browser, email } = await newcomer()
    await open(browser, 'Headers')
    await report('2026-11-30T07:00:00Z')
    const mail = await mailTo(email, /open requests to/)
    expect(mail.subject).not.toContain('[#')
    expect(mail.header('In-Reply-To')).toBe('')
    expect(mail.header('Auto-Submitted')).toBe('auto-generated')
    expect(mail.header('List-Unsubscribe')).toBe(`<${mail.link(/\/list\/leave\//)}>`)
    expect(mail.header('List-Id')).not.toBe('')
    expect(mail.hasLink(/\/account\/weekly-report\//)).toBe(true)
  })

  test('H5: goes once a week, however often and by however many it is run, and again the week after', async () => {
    const { browser, email } = await newcomer()
    await open(browser, 'Once a week')
    await Promise.all([report('2026-12-07T07:00:00Z'), report('2026-12-07T07:00:01Z'), report('2026-12-13T23:59:00Z')])
    expect(await reportsTo(email)).toHaveLength(1)
    await report('2026-12-14T07:00:00Z')
    expect(await reportsTo(email)).toHaveLength(2)
  })

  test('H5: after a crash in the middle everybody has one in the end', async () => {
    const people = [await newcomer(), await newcomer(), await newcomer()]
    for (const { browser } of people) await open(browser, 'Crash')
    const [row] = await sql('select id from person where email = $1', [people[1]?.email])
    // As if the batch with the second person had been written and the others not.
    await sql(
      `insert into outbox_mail (id, template, recipient, language, rows, once_key, created_at) values (gen_random_uuid(), 'weekly-report', $1, 'en', '{}', $2, now())`,
      [people[1]?.email, `weekly-report 2026-12-21 ${row?.id}`],
    )
    await report('2026-12-21T07:00:00Z')
    expect(await reportsTo(people[0]?.email ?? '')).toHaveLength(1)
    expect(await reportsTo(people[1]?.email ?? '')).toHaveLength(0)
    expect(await reportsTo(people[2]?.email ?? '')).toHaveLength(1)
  })

  test('§3 H5: only members of the list who want it and have something open', async () => {
    const left = await newcomer()
    const off = await newcomer()
    const idle = await newcomer()
    await open(left.browser, 'Leaves')
    await open(off.browser, 'Switches off')
    const leave = (await mailTo(left.email, /Leaves/)).link(/\/list\/leave\//)
    await (await stranger().visit(leave)).form(/^Leave/).submit()
    const account = await off.browser.visit('/account')
    const form = account.form(/.*/, '/account')
    expect(form.value('wantsWeeklyReport')).toBe('true')
    await form.fill({ wantsWeeklyReport: false }).submit()
    await report('2026-12-28T07:00:00Z')
    for (const { email } of [left, off, idle]) expect(await reportsTo(email)).toEqual([])
    expect((await off.browser.visit('/account')).form(/.*/, '/account').value('wantsStatusMail')).toBe('true')
  })

  test('§3: whoever leaves before it is sent gets none', async () => {
    const { browser, email } = await newcomer()
    await open(browser, 'Too late')
    const [row] = await sql('select id from person where email = $1', [email])
    await sql('update membership set ended_at = now(), ended_by = $2 where user_id = $1', [row?.id, 'TEAM'])
    await sql(
      `with m as (insert into outbox_mail (id, template, recipient, language, rows, created_at) values (gen_random_uuid(), 'weekly-report', $1, 'en', jsonb_build_object('user', $2::text), now()) returning id)
       select graphile_worker.add_job('send-mail', json_build_object('mail', id)) from m`,
      [email, row?.id],
    )
    await settled()
    expect(await reportsTo(email)).toEqual([])
  })

  test('H5: its own link switches it off without a log-in, by a button and not by being opened, and nothing else', async () => {
    const { browser, email } = await newcomer()
    await open(browser, 'Off by link')
    await report('2027-01-04T07:00:00Z')
    const link = (await mailTo(email, /open requests to/)).link(/\/account\/weekly-report\//)
    const page = await stranger().visit(link)
    await expectGoodPage(page)
    expect(page.main).not.toContain(email)
    expect((await sql('select wants_weekly_report as on from person where email = $1', [email]))[0]).toEqual({
      on: true,
    })
    const off = await page.form('Switch off').submit()
    expect(off.main).toContain('The weekly report is off')
    await expectGoodPage(off)
    expect(
      (
        await sql('select wants_weekly_report as on, wants_status_mail as status from person where email = $1', [email])
      )[0],
    ).toEqual({ on: false, status: true })
    await report('2027-01-11T07:00:00Z')
    expect(await reportsTo(email)).toHaveLength(1)
    expect((await stranger().visit(link)).main).toContain('The weekly report is off')
    expect((await stranger().visit(link.replace(/.$/, link.endsWith('A') ? 'E' : 'A'))).status).toBe(404)
    const token = link.split('/').at(-1)
    expect((await stranger().visit(`/list/leave/${token}`)).status).toBe(404)
  })

  test('an agent who saves their account keeps getting the team’s mails', async () => {
    await (await as('dirk').visit('/account')).form(/.*/, '/account').submit()
    const [row] = await sql(`select wants_status_mail as on from person where email like 'dirk@%'`)
    expect(row?.on).toBe(true)
  })

  test.each([
    ['2026-11-23T00:00:00Z', '2026-11-23'],
    ['2026-11-29T23:59:59Z', '2026-11-23'],
    ['2027-01-01T12:00:00Z', '2026-12-28'],
  ])('a week begins on Monday: %s', (now, monday) => expect(weekOf(new Date(now))).toBe(monday))
})

describe('the reminder', () => {
  const days = (count: number) => new Date(Date.now() + count * 86_400_000)
  const remind = async (now: Date, remindDays = 7) => {
    await remindWaiting(fork, { remindDays }, now)
    await settled()
  }
  const remindersTo = async (email: string) =>
    (await mailsTo(email)).filter(mail => /waiting for your reply|not heard from you/.test(mail.text))

  test('§6: goes once after REMIND_DAYS without a word, to the requester, as an automatic mail with our question', async () => {
    const { browser, email } = await newcomer()
    const number = await open(browser, 'Remind me')
    await answer(dana, number, 'Which version do you use?', 'WAITING')
    await remind(days(6))
    expect(await remindersTo(email)).toEqual([])
    await Promise.all([remind(days(8)), remind(days(8))])
    await remind(days(9))
    const [mail, ...more] = await remindersTo(email)
    expect(more).toEqual([])
    expect(mail?.subject).toBe(`Re: [#${number}] Remind me`)
    expect(mail?.text).toContain('Which version do you use?')
    expect(mail?.header('Auto-Submitted')).toBe('auto-generated')
    expect(mail?.header('In-Reply-To')).not.toBe('')
  })

  test('§6: once more when it waits anew; not when somebody wrote, it is off, or it has waited far too long', async () => {
    const { browser, email } = await newcomer()
    const number = await open(browser, 'Again')
    await answer(dana, number, 'First question', 'WAITING')
    await remind(days(8))
    await browser.graphql(
      `mutation { commentOnTicket(input: { number: ${number}, message: "Here." }) { userErrors { code } } }`,
    )
    await remind(days(8))
    await answer(dana, number, 'Second question', 'WAITING')
    await remind(days(60))
    await remind(days(8), 0)
    expect(await remindersTo(email)).toHaveLength(1)
    await remind(days(8))
    expect(await remindersTo(email)).toHaveLength(2)
  })

  test('§3: not to whoever wants no notices or left the list', async () => {
    const [off, left] = [await newcomer(), await newcomer()]
    for (const { browser } of [off, left]) await answer(dana, await open(browser, 'No reminder'), 'Well?', 'WAITING')
    await sql('update person set wants_status_mail = false where email = $1', [off.email])
    const leave = (await mailTo(left.email, /No reminder/)).link(/\/list\/leave\//)
    await (await stranger().visit(leave)).form(/^Leave/).submit()
    await remind(days(8))
    for (const { email } of [off, left]) expect(await remindersTo(email)).toEqual([])
  })
})
