// The next version has migrated, and the processes of this one still run. What migrations do to large tables is what
// test/database/upgrading.test.ts allows them: columns with a default, and the note that they ran.
import pg from 'pg'
import type { Mend } from './list.ts'
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

let count = 0

export async function newerSchema({ databaseUrl }: Stage): Promise<Mend> {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  count += 1
  await client.query(`set lock_timeout = '3s'`)
  for (const table of tables)
    await patiently(client, `alter table ${table} add of_tomorrow_${count} text not null default 'x'`)
  await client.query('insert into mikro_orm_migrations (name) values ($1)', [NAME])
  return async () => {
    await client.query('delete from mikro_orm_migrations where name = $1', [NAME])
    await client.end()
  }
}

async function patiently(client: pg.Client, sql: string): Promise<void> {
  await client.query(sql).catch(error => {
    if (error.code !== LOCKED) throw error
    return patiently(client, sql)
  })
}
