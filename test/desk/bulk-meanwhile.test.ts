// What happens to tickets between the ticking and their turn, and between a bulk change and its undoing.
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { changeTickets } from '../../src/desk/change-tickets.job.ts'
import { people } from '../kit/cast.ts'
import { answer, open, update } from '../tickets/deeds.ts'
import { world } from '../world.ts'
import { change, inUse, many, progress, standing, undo } from './bulk-deeds.ts'

const here = await world()
const { as, sql, settled, plaindesk, clock } = here
const bo = as('bo')
const dana = as('dana')
const dirk = as('dirk')

/** Holds up the worker, which needs the first ticket in its first batch, while `during` happens to the others. */
async function meanwhile(input: { tickets: number[] }, during: () => Promise<unknown>): Promise<string> {
  const { bulkChange } = await inUse(here, input.tickets[0] ?? 0, async () => {
    const begun = await change(dana, input)
    await during()
    return begun
  })
  await settled()
  return bulkChange.id
}

const failuresOf = async (id: string) => (await progress(dana, id)).reasons

describe('§4.5: not over anybody’s head', () => {
  test('what was answered, decided, closed, merged or held meanwhile fails with its reason, the rest is changed', async () => {
    const numbers: number[] = []
    for (let at = 0; at < 8; at++) numbers.push(await open(bo, `Meanwhile ${at}`))
    const [gate = 0, fine = 0, answered = 0, decided = 0, closed = 0, merged = 0, held = 0, tagged = 0] = numbers
    clock.forward({ seconds: 1 })
    const tags = Array.from({ length: 20 }, (_, at) => `t${at}`)
    await update(dana, tagged, { tags })
    const input = {
      tickets: [gate, fine, answered, decided, closed, merged, held, tagged],
      status: 'DONE',
      priority: 'LOW',
      addTags: ['end'],
    }
    const id = await meanwhile(input, async () => {
      clock.forward({ seconds: 1 })
      await answer(bo, answered, 'Wait, there is more!')
      await update(dirk, decided, { priority: 'URGENT' })
      await update(dirk, closed, { status: 'CLOSED' })
      await dirk.graphql(
        `mutation { mergeTickets(input: { number: ${merged}, into: ${fine} }) { userErrors { code } } }`,
      )
      await sql(`update ticket set hold = 'SPAM' where number = $1`, [held])
    })
    expect(await failuresOf(id)).toEqual({
      [answered]: 'NEWER_MESSAGE',
      [decided]: 'CHANGED',
      [closed]: 'CLOSED',
      [merged]: 'MERGED',
      [held]: 'HELD',
      [tagged]: 'TOO_MANY_TAGS',
    })
    expect(await progress(dana, id)).toMatchObject({
      total: 8,
      done: 8,
      changed: 2,
      unchanged: 0,
      failed: 6,
      state: 'FINISHED',
    })
    expect(await standing(dana, answered)).toMatchObject({ status: 'NEW', priority: 'NORMAL', tags: [] })
    expect(await standing(dana, decided)).toMatchObject({ status: 'NEW', priority: 'URGENT' })
    const page = await dana.visit(`/agent/bulk/${id}`)
    expect(page.main).toContain('What was not changed, and why')
    expect(page.main).toContain(`${answered} Meanwhile`)
    expect(page.main).toContain('Somebody wrote meanwhile, so its status was left alone.')
  })

  test('a message does not stand in the way of what is no status', async () => {
    const [gate, talked] = [await open(bo, 'Gate'), await open(bo, 'Talked')]
    const id = await meanwhile({ tickets: [gate, talked], ...{ addTags: ['quiet'] } }, async () => {
      clock.forward({ seconds: 1 })
      await answer(bo, talked, 'One more word.')
    })
    expect(await failuresOf(id)).toEqual({})
    expect((await standing(dana, talked)).tags).toEqual(['quiet'])
  })

  test('seenAt: a message that came before the call, but after somebody looked, counts as well', async () => {
    const number = await open(bo, 'Looked at')
    const seenAt = clock.now().toISOString()
    clock.forward({ seconds: 1 })
    await answer(bo, number, 'Too late to be seen.')
    const { bulkChange } = await change(dana, { tickets: [number], status: 'CLOSED', seenAt })
    await settled()
    expect(await failuresOf(bulkChange.id)).toEqual({ [number]: 'NEWER_MESSAGE' })
  })

  test('two agents at once: each ticket is changed by the first, and the second is told', async () => {
    const numbers = await many(here, 60, 'Contested')
    const [hers, his] = await Promise.all([
      change(dana, { tickets: numbers, priority: 'HIGH' }),
      change(dirk, { tickets: numbers.toReversed(), priority: 'LOW' }),
    ])
    await settled()
    const [one, two] = [await progress(dana, hers.bulkChange.id), await progress(dana, his.bulkChange.id)]
    expect([one.done, two.done]).toEqual([60, 60])
    expect(one.changed + two.changed).toBe(60 + (one.failed === 0 && two.failed === 0 ? 60 : 0))
    const events = await sql(
      `select t.number from ticket_event e join ticket t on t.id = e.ticket_id where t.subject like 'Contested%' and e.type = 'PRIORITY'`,
    )
    expect(events).toHaveLength(one.changed + two.changed)
  })

  test('whoever lost the right to work tickets changes no more of them', async () => {
    const [gate, rest] = [await open(bo, 'Gate of rights'), await open(bo, 'Rest')]
    const id = await meanwhile({ tickets: [gate, rest], ...{ addTags: ['late'] } }, () =>
      sql(`update person set role = 'SALES' where email = $1`, [people.dana.email]),
    )
    await sql(`update person set role = 'AGENT' where email = $1`, [people.dana.email])
    expect((await failuresOf(id))[rest]).toBe('FORBIDDEN')
  })
})

describe('§4.5: undo', () => {
  test('gives back what is still so, and lists what somebody decided or wrote since', async () => {
    const [gone, reopened] = [await open(bo, 'Undo gone'), await open(bo, 'Undo reopened')]
    const [assigned, answered] = [await open(bo, 'Undo assigned'), await open(bo, 'Undo answered')]
    await update(dana, gone, { tags: ['mine'] })
    clock.forward({ seconds: 1 })
    const { data } = await dirk.graphql('{ viewer { id } }')
    const input = {
      tickets: [gone, reopened, assigned, answered],
      status: 'DONE',
      assignee: data.viewer.id,
      addTags: ['mine', 'ours'],
    }
    const { bulkChange } = await change(dana, input)
    await settled()
    clock.forward({ seconds: 1 })
    await answer(bo, reopened, 'Not done at all.')
    await update(dirk, assigned, { assignee: (await dana.graphql('{ viewer { id } }')).data.viewer.id })
    await answer(dirk, answered, 'And one more thing, which is done, too.', 'DONE')
    await update(dirk, gone, { priority: 'HIGH' })
    const undone = await undo(dirk, bulkChange.id)
    await settled()
    expect(await failuresOf(undone.bulkChange.id)).toEqual({
      [reopened]: 'NEWER_MESSAGE',
      [assigned]: 'CHANGED',
      [answered]: 'NEWER_MESSAGE',
    })
    expect(await standing(dana, gone)).toMatchObject({
      status: 'NEW',
      assignee: null,
      tags: ['mine'],
      priority: 'HIGH',
    })
    expect(await standing(dana, reopened)).toMatchObject({ status: 'OPEN', assignee: null, tags: [] })
    expect(await standing(dana, assigned)).toMatchObject({ status: 'NEW', assignee: { name: 'Dana Dietz' } })
    expect(await standing(dana, answered)).toMatchObject({ status: 'DONE', assignee: null })
    // The history names who undid it.
    const [last] = (await standing(dana, gone)).events.nodes.slice(-1)
    expect(last).toMatchObject({ type: 'STATUS', from: 'DONE', to: 'NEW', actor: { name: 'Dirk Decker' } })
  })

  test('is done once: again, at once or by both agents, it is the same undoing; it cannot be undone itself', async () => {
    const number = await open(bo, 'Undone once')
    const { bulkChange } = await change(dana, { tickets: [number], status: 'CLOSED' })
    await settled()
    const [one, two] = await Promise.all([undo(dana, bulkChange.id), undo(dirk, bulkChange.id)])
    expect(one.bulkChange.id).toBe(two.bulkChange.id)
    await settled()
    expect(await standing(dana, number)).toMatchObject({ status: 'NEW', closedAt: null })
    const again = await undo(dana, one.bulkChange.id)
    expect(again.userErrors).toMatchObject([{ code: 'NOTHING_TO_UNDO' }])
    expect(await progress(dana, bulkChange.id)).toMatchObject({ mayUndo: false, undoneBy: { id: one.bulkChange.id } })
  })

  test('reopened ones are closed as of then again', async () => {
    const number = await open(bo, 'Long closed')
    await update(dana, number, { status: 'CLOSED' })
    const { closedAt } = await standing(dana, number)
    clock.forward({ hours: 2 })
    const { bulkChange } = await change(dana, { tickets: [number], status: 'OPEN' })
    await settled()
    expect((await standing(dana, number)).closedAt).toBeNull()
    await undo(dana, bulkChange.id)
    await settled()
    expect(await standing(dana, number)).toMatchObject({ status: 'CLOSED', closedAt })
  })

  test('one that runs is stopped, and what it had changed goes back', async () => {
    const numbers = await many(here, 60, 'Stopped')
    const { id, stopping } = await inUse(here, numbers.at(-1) ?? 0, async () => {
      const { bulkChange } = await change(dana, { tickets: numbers, priority: 'HIGH' })
      while ((await progress(dana, bulkChange.id)).done < 40) await sleep(20)
      const page = await dana.visit(`/agent/bulk/${bulkChange.id}`)
      expect(page.hasLink('Refresh')).toBe(true)
      expect(page.hasButton('Stop and undo')).toBe(true)
      const waits = undo(dana, bulkChange.id) // for the batch that waits for us
      await sleep(200)
      return { id: bulkChange.id, stopping: waits }
    })
    const undone = await stopping
    await settled()
    const first = await progress(dana, id)
    const second = await progress(dana, undone.bulkChange.id)
    expect(second).toMatchObject({ total: first.changed, changed: first.changed, state: 'FINISHED' })
    const left = await sql(`select 1 from ticket where subject like 'Stopped%' and priority <> 'NORMAL'`)
    expect(left).toEqual([])
  })
})

describe('others do not wait for it', () => {
  test('while four bulk changes are held up, an answer’s mail goes out; their own mails go behind those of others', async () => {
    await sql(`create table enqueued as select priority, payload from graphile_worker._private_jobs limit 0`)
    await sql(`create function enqueue() returns trigger language plpgsql as
      $$ begin insert into enqueued values (new.priority, new.payload); return new; end $$`)
    await sql(
      `create trigger enqueue after insert on graphile_worker._private_jobs for each row execute function enqueue()`,
    )
    const numbers = await many(here, 4, 'Held up')
    const asks = await open(bo, 'Waits for nobody')
    await inUse(here, numbers[0] ?? 0, async () => {
      for (const number of numbers) await change(dana, { tickets: [numbers[0], number], status: 'DONE' })
      await answer(dana, asks, 'Here you are, ocelot.')
      const arrived = () => here.mailbox.to(people.bo.email).some(mail => mail.text.includes('ocelot'))
      for (const end = Date.now() + 60_000; !arrived(); await sleep(20))
        if (Date.now() > end) throw new Error('no mail')
    })
    await settled()
    const priorities = await sql(
      `select distinct o.template, e.priority from enqueued e join outbox_mail o on o.id::text = e.payload->>'mail' order by 1`,
    )
    await sql('drop trigger enqueue on graphile_worker._private_jobs')
    expect(priorities).toContainEqual({ template: 'answer', priority: 0 })
    expect(priorities).toContainEqual({ template: 'done', priority: 2 })
    expect(priorities).not.toContainEqual({ template: 'done', priority: 0 })
  })
})

describe('whatever dies', () => {
  const eventsOf = (subject: string) =>
    sql<{ n: number }>(
      `select count(*)::int as n from ticket_event e join ticket t on t.id = e.ticket_id where t.subject like $1 and e.type = 'STATUS' group by t.id`,
      [`${subject}%`],
    )

  test('the database connection in the middle: the next try goes on, each ticket has its turn once and one mail', async () => {
    const numbers = await many(here, 50, 'Killed')
    const id = await inUse(here, numbers[30] ?? 0, async () => {
      const { bulkChange } = await change(dana, { tickets: numbers, status: 'DONE' })
      while ((await progress(dana, bulkChange.id)).done < 20) await sleep(20)
      const kill = `select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock' and query like '%ticket%'`
      while ((await sql(kill)).length === 0) await sleep(50)
      return bulkChange.id
    })
    for (const end = Date.now() + 60_000; (await progress(dana, id)).state === 'RUNNING'; await sleep(50)) {
      if (Date.now() > end) throw new Error('still running')
      await sql(`update graphile_worker._private_jobs set run_at = now() where locked_at is null and attempts > 0`)
    }
    expect(await progress(dana, id)).toMatchObject({ done: 50, changed: 50, failed: 0 })
    expect((await eventsOf('Killed')).map(({ n }) => n)).toEqual(Array.from({ length: 50 }, () => 1))
    const mails = await sql(
      `select 1 from outbox_mail o join ticket t on t.id::text = o.rows->>'ticket' where t.subject like 'Killed%' and o.template = 'done'`,
    )
    expect(mails).toHaveLength(50)
  }, 60_000)

  test('four workers at one bulk change, each dying at its second batch: each ticket has its turn once', async () => {
    const numbers = await many(here, 100, 'Raced')
    const { bulkChange } = await change(dana, { tickets: numbers, status: 'WAITING' })
    const id = bulkChange.id.replace('bulkChange_', '')
    const dying = () => {
      let batches = 0
      const fork = () => {
        if (++batches > 2) throw Object.assign(new Error('killed'), { code: '57P01' })
        return plaindesk.orm.em.fork({ flushMode: 'commit' })
      }
      return changeTickets({ ...plaindesk, fork }, id)
    }
    await Promise.allSettled(Array.from({ length: 4 }, dying))
    await settled()
    expect(await progress(dana, bulkChange.id)).toMatchObject({ done: 100, changed: 100, state: 'FINISHED' })
    expect((await eventsOf('Raced')).map(({ n }) => n)).toEqual(Array.from({ length: 100 }, () => 1))
  })

  test('a ticket that cannot be saved fails by itself', async () => {
    const numbers = await many(here, 25, 'Poison')
    await sql(`create function no_poison() returns trigger language plpgsql as
      $$ begin if new.subject = 'Poison 7' and new.priority = 'HIGH' then raise 'poison'; end if; return new; end $$`)
    await sql('create trigger no_poison before update on ticket for each row execute function no_poison()')
    const { bulkChange } = await change(dana, { tickets: numbers, priority: 'HIGH' })
    await settled()
    await sql('drop trigger no_poison on ticket')
    expect(await progress(dana, bulkChange.id)).toMatchObject({
      done: 25,
      changed: 24,
      failed: 1,
      reasons: { [numbers[6] ?? 0]: 'INTERNAL' },
    })
  })
})
