import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { addJob } from '../../src/jobs/add-job.ts'
import { startWorker } from '../../src/jobs/worker.ts'
import { world } from '../world.ts'

const { plaindesk, sql, clock, settled } = await world()
const em = () => plaindesk.orm.em.fork({ flushMode: 'commit' })
const run = (name: string) => plaindesk.tasks.list[name]?.({}, { now: clock.now(), isLastTry: false })
const DAY = 86_400_000
const ago = (days: number) => new Date(clock.now().getTime() - days * DAY)

async function until(isTrue: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 60_000; !(await isTrue()); await sleep(20)) {
    if (Date.now() > end) throw new Error('waited a minute')
  }
}

test('a job is added with its transaction: rolled back, it never was', async () => {
  const count = async () => (await sql(`select 1 from graphile_worker.jobs where task_identifier = 'later'`)).length
  const delaySeconds = DAY / 1000
  await em().transactional(async inside => addJob(inside, 'later', { a: 'b' }, { delaySeconds, jobKey: 'one' }))
  await em().transactional(async inside => addJob(inside, 'later', { a: 'c' }, { delaySeconds, jobKey: 'one' }))
  expect(await count()).toBe(1)
  const failing = em().transactional(async inside => {
    await addJob(inside, 'later', {}, { delaySeconds })
    throw new Error('no')
  })
  await expect(failing).rejects.toThrow('no')
  expect(await count()).toBe(1)
})

test('H17: what is done and silent for 21 days is closed for good, and the history says so', async () => {
  await sql(`update ticket set status = 'DONE', closed_at = null, last_message_at = $1 where number = 10001`, [ago(22)])
  await sql(`update ticket set status = 'DONE', closed_at = null, last_message_at = $1 where number = 10002`, [ago(20)])
  await sql(`update ticket set status = 'WAITING', closed_at = null, last_message_at = $1 where number = 10003`, [
    ago(99),
  ])
  await run('close-stale')
  const rows = await sql(
    `select number, status, closed_at is not null as closed from ticket where number between 10001 and 10003 order by number`,
  )
  expect(rows).toEqual([
    { number: 10001, status: 'CLOSED', closed: true },
    { number: 10002, status: 'DONE', closed: false },
    { number: 10003, status: 'WAITING', closed: false },
  ])
  const events =
    await sql(`select e.type, e."from", e."to", e.actor_id from ticket_event e join ticket t on t.id = e.ticket_id
    where t.number = 10001 order by e.created_at desc, e.id desc limit 1`)
  expect(events).toEqual([{ type: 'STATUS', from: 'DONE', to: 'CLOSED', actor_id: null }])
  await run('close-stale')
  expect(await sql(`select 1 from ticket where number = 10002 and status = 'DONE'`)).toHaveLength(1)
})

test('more than a batch is closed in one run', async () => {
  await sql(
    `insert into ticket (id, subject, status, priority, requester_id, requester_proven, created_at, updated_at, touched_at, last_message_at)
    select gen_random_uuid(), 'old ' || n, 'DONE', 'NORMAL', (select id from person limit 1), true, $1, $1, $1, $1 from generate_series(1, 450) n`,
    [ago(100)],
  )
  await run('close-stale')
  expect(await sql(`select 1 from ticket where subject like 'old %' and status <> 'CLOSED'`)).toHaveLength(0)
})

test('what has had its time goes, the rest stays', async () => {
  const session = (sid: string, expires: Date) =>
    sql(`insert into session (sid, data, created_at, last_seen_at, expires_at) values ($1, '{}', $2, $2, $3)`, [
      sid,
      ago(30),
      expires,
    ])
  await session('old', ago(1))
  await session('new', ago(-1))
  const key = (name: string, created: Date) =>
    sql(
      `insert into idempotency_key (scope, key, operation, content_hash, created_at) values ('x', $1, 'x', 'x', $2)`,
      [name, created],
    )
  await key('old', ago(1.1))
  await key('new', ago(0.9))
  await sql(
    `insert into rate_limit (key, points, expire) values ('old', 1, $1), ('new', 1, $2), ('for good', 1, null)`,
    [ago(1).getTime(), ago(-1).getTime()],
  )
  const bulk = (id: string, created: Date) =>
    sql(
      `with b as (insert into bulk_change (id, owner_id, created_at, seen_at, add_tags, remove_tags, total)
         select $1, (select id from person limit 1), $2, $2, '{}', '{}', 1 returning id)
       insert into bulk_change_ticket (id, bulk_change_id, ticket_id, position, before)
         select gen_random_uuid(), b.id, (select id from ticket limit 1), 0, '{}' from b`,
      [id, created],
    )
  const newBulk = '01a00000-0000-7000-8000-000000000001'
  await bulk(newBulk, ago(89))
  for (let n = 10; n < 22; n += 1) await bulk(`01a00000-0000-7000-8000-0000000000${n}`, ago(91))
  await run('clean-up')
  expect(await sql('select bulk_change_id as id from bulk_change_ticket')).toEqual([{ id: newBulk }])
  expect(await sql(`select sid from session where sid in ('old', 'new')`)).toEqual([{ sid: 'new' }])
  expect(await sql(`select key from idempotency_key where scope = 'x'`)).toEqual([{ key: 'new' }])
  expect(await sql(`select key from rate_limit where key in ('old', 'new', 'for good') order by key`)).toEqual([
    { key: 'for good' },
    { key: 'new' },
  ])
})

test('a job of a worker that was killed is taken over; one of a living worker is left alone', async () => {
  let release = () => {}
  const held = new Promise<void>(resolve => (release = resolve))
  const tasks = { ...plaindesk.tasks, list: { ...plaindesk.tasks.list, held: () => held } }
  const other = await startWorker({ ...plaindesk, tasks })
  await addJob(em(), 'held', {})
  await sql(`select graphile_worker.add_job('orphan', '{}')`)
  await sql(
    `update graphile_worker._private_jobs j set locked_by = 'pool-dead', locked_at = now() from graphile_worker._private_tasks t where t.id = j.task_id and t.identifier = 'orphan'`,
  )
  const lockOf = async (name: string) =>
    (
      await sql<{ locked_by: string | null }>('select locked_by from graphile_worker.jobs where task_identifier = $1', [
        name,
      ])
    )[0]?.locked_by
  await until(async () => typeof (await lockOf('held')) === 'string')
  await run('take-over')
  expect(await lockOf('orphan')).toBe(null)
  expect(await lockOf('held')).toMatch(/^pool-/)
  release()
  await until(async () => (await lockOf('held')) === undefined)
  await other.stop()
  await sql(
    `select graphile_worker.complete_jobs(array(select id from graphile_worker.jobs where task_identifier = 'orphan'))`,
  )
})

test('issue 6 Faults: a job that was replaced while its worker died is not a loss that an admin has to see to', async () => {
  const replaced = `select graphile_worker.add_job('file-mail', '{}', job_key => 'file-mail:x', run_at => now() + interval '1 day')`
  await sql(replaced)
  await sql(`update graphile_worker._private_jobs set locked_by = 'pool-dead', locked_at = now(), attempts = 1`)
  await sql(replaced)
  const left = () =>
    sql(`select key, attempts from graphile_worker.jobs where task_identifier = 'file-mail' order by key`)
  expect(await left()).toEqual([
    { key: 'file-mail:x', attempts: 0 },
    { key: null, attempts: 25 },
  ])
  await run('take-over')
  expect(await left()).toEqual([{ key: 'file-mail:x', attempts: 0 }])
  await sql(`select graphile_worker.remove_job('file-mail:x')`)
})

test('issue 6 Faults: a queue that ends because a job could not be noted as done waits for no other job that hangs', async () => {
  let release = () => {}
  let runs = 0
  const held = new Promise<void>(resolve => (release = resolve))
  const quick = async () => {
    runs += 1
  }
  const other = await startWorker({ ...plaindesk, tasks: { crontab: '', list: { hanging: () => held, quick } } })
  await addJob(em(), 'hanging', {})
  await until(async () => (await sql(`select from graphile_worker.jobs where locked_by is not null`)).length > 0)
  await sql(`create function refused() returns trigger language plpgsql as $$ begin raise 'not now'; end $$`)
  await sql(`create trigger refused before delete on graphile_worker._private_jobs execute function refused()`)
  await addJob(em(), 'quick', {})
  await until(async () => runs === 1)
  await sleep(200)
  await sql('drop function refused() cascade')
  const left = () => sql(`select from graphile_worker.jobs where task_identifier = 'quick'`)
  await expect.poll(left, { timeout: 60_000 }).toEqual([])
  release()
  await other.stop()
  await sql(`delete from graphile_worker._private_jobs`)
}, 90_000)

test('issue 6 Faults: connections that break while a queue ends do not end the process', async () => {
  const idle = async () => {}
  for (let round = 0; round < 10; round += 1) {
    const other = await startWorker({ ...plaindesk, tasks: { crontab: '', list: { idle } } })
    const breaking = sql(`select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and application_name = 'plaindesk worker' and state = 'idle'`)
    await Promise.all([other.stop(), breaking])
  }
  await settled()
}, 90_000)

test('no failed job waits longer than a quarter of an hour for its next try', async () => {
  await sql(
    `select graphile_worker.add_job('failing', '{}', run_at => now() + interval '5 hours', max_attempts => 480)`,
  )
  const wait = async () =>
    Number(
      (
        await sql(
          `select extract(epoch from run_at - now()) as s from graphile_worker.jobs where task_identifier = 'failing'`,
        )
      )[0]?.s,
    )
  await run('hasten')
  expect(await wait()).toBeGreaterThan(4 * 3600) // it is only due later
  await sql(
    `update graphile_worker._private_jobs j set attempts = 12 from graphile_worker._private_tasks t where t.id = j.task_id and t.identifier = 'failing'`,
  )
  await run('hasten')
  expect(await wait()).toBeLessThan(900)
})

test('/metrics tells queues and mails', async () => {
  await settled()
  const text = await plaindesk.collectMetrics()
  expect(text).toMatch(/plaindesk_jobs\{state="due"\} 0/)
  expect(text).toContain('plaindesk_oldest_due_job_seconds')
})
