// The next version has migrated, the processes of this one still run, and one of them has to begin again. What migrations do
// to large tables is what test/database/upgrading.test.ts allows them: columns with a default, and the note that they ran.
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import type { Mend } from './list.ts'
import type { Member } from './member.ts'
import { oneOf } from './random.ts'
import type { Stage } from './stage.ts'

const NAME = '9999-of-tomorrow'
const tables = [
  'ticket',
  'message',
  'attachment',
  'person',
  'outbox_mail',
  'incoming_mail',
  'session',
  'idempotency_key',
]
const LOCKED = '55P03'
const BEGIN_MS = 60_000

let count = 0

export async function newerSchema({ databaseUrl, members, ended }: Stage, random: () => number): Promise<Mend> {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  count += 1
  await client.query(`set lock_timeout = '3s'`)
  for (const table of tables)
    await patiently(client, `alter table ${table} add of_tomorrow_${count} text not null default 'x'`)
  await client.query('insert into mikro_orm_migrations (name) values ($1)', [NAME])
  const member = oneOf(members, random)
  member.kill()
  return async () => {
    if (!(await isUpAgain(member))) ended.push(`does not begin on a newer schema: ${member.words}`)
    await client.query('delete from mikro_orm_migrations where name = $1', [NAME])
    await client.end()
  }
}

async function isUpAgain(member: Member): Promise<boolean> {
  const deadline = Date.now() + BEGIN_MS
  while (!member.isUp && Date.now() < deadline) await sleep(50)
  return member.isUp
}

async function patiently(client: pg.Client, sql: string): Promise<void> {
  await client.query(sql).catch(error => {
    if (error.code !== LOCKED) throw error
    return patiently(client, sql)
  })
}
