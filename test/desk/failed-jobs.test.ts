// §4 "Admin": failed jobs with "run again".
import { expect, test } from 'vitest'
import { expectGoodPage } from '../kit/good-page.ts'
import { world } from '../world.ts'
import { request } from './people.ts'

const here = await world()
const { as, sql, mailbox, mailsTo, settled, token, api } = here
const path = '/admin/jobs'
const failures = `{ administration { failedJobs { id name error } failedMails { id template recipient error } } }`

/** Makes every job that waits one that was tried as often as it may be. */
const giveUp = () =>
  sql(
    `update graphile_worker._private_jobs set attempts = max_attempts, last_error = 'Error: it broke' where locked_at is null and max_attempts = 1`,
  )

test('§4: where nothing failed the page says so', async () => {
  const page = await as('ada').visit(path)
  expect(page.main).toContain('Nothing has failed')
  await expectGoodPage(page)
})

test('§4: a mail that was given up stands there once, and goes when it is sent again', async () => {
  mailbox.isRefusing = true
  await request(here, { email: 'given-up@jobs.example', subject: 'Given up' })
  await settled()
  await sql(`update graphile_worker._private_jobs set run_at = now(), attempts = max_attempts - 1`)
  // The last try is no job that is still due, also while it runs.
  const states = async () =>
    (await sql(`select state from outbox_mail where recipient = 'given-up@jobs.example'`)).map(row => row.state)
  await expect.poll(states).toEqual(['FAILED'])
  mailbox.isRefusing = false
  expect(await mailsTo('given-up@jobs.example')).toHaveLength(0)

  const page = await as('ada').visit(path)
  await expectGoodPage(page)
  expect(page.main).toContain('given-up@jobs.example')
  expect(page.texts('#jobs')).toEqual([])
  const sent = await page.form(/^Send again \(receipt, given-up@jobs.example\)$/).submit()
  expect(sent.texts('[role=status]').join()).toContain('It runs again')
  expect(await mailsTo('given-up@jobs.example')).toHaveLength(1)
  expect((await as('ada').visit(path)).main).not.toContain('given-up@jobs.example')
  // Neither the old job nor a second click sends it a second time.
  await page.form(/^Send again \(receipt, given-up@jobs.example\)$/).submit()
  expect(await mailsTo('given-up@jobs.example')).toHaveLength(1)
})

test('§4: a job that failed for good says why, runs again alone or with all others, by page and API', async () => {
  for (const _ of [1, 2, 3])
    await sql(`select graphile_worker.add_job('hasten', '{}', run_at => now() + interval '1 hour', max_attempts => 1)`)
  await giveUp()
  const page = await as('ada').visit(path)
  await expectGoodPage(page)
  expect(page.main).toContain('Error: it broke')
  const jobs = () => sql(`select id from graphile_worker.jobs where task_identifier = 'hasten' and max_attempts = 1`) // others are the clock's
  expect(await jobs()).toHaveLength(3)
  await page.form(/^Run again \(hasten/).submit()
  await expect.poll(jobs).toHaveLength(2)

  const ada = api(await token('ada'))
  const { data } = await ada.graphql(failures)
  expect(data.administration.failedJobs).toHaveLength(2)
  const again = `mutation ($input: RunJobAgainInput!) { runJobAgain(input: $input) { count userErrors { code } } }`
  const [{ id }] = data.administration.failedJobs
  expect((await ada.graphql(again, { input: { job: id } })).data.runJobAgain.count).toBe(1)
  expect((await ada.graphql(again, { input: { job: 'x' } })).code).toBe('NOT_FOUND')
  await expect.poll(jobs).toHaveLength(1)
  await (await as('ada').visit(path)).form('Run all again').submit()
  await expect.poll(jobs).toHaveLength(0)
})

test('§3: a job that waits for its next try has not failed, and cannot be hurried along', async () => {
  await sql(`select graphile_worker.add_job('hasten', '{}', run_at => now() + interval '1 hour')`)
  const [row] = await sql(`select id from graphile_worker.jobs where task_identifier = 'hasten'`)
  const ada = api(await token('ada'))
  expect((await ada.graphql(failures)).data.administration.failedJobs).toEqual([])
  const again = `mutation { runJobAgain(input: { job: "${row?.id}" }) { count userErrors { code } } }`
  expect((await ada.graphql(again)).code).toBe('NOT_FOUND')
})
