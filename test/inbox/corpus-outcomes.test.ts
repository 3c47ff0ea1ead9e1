// What becomes of each mail of the corpus when its sender is a customer with an account.
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { Envelope } from '../../src/inbox/door.ts'
import { receiveNow } from '../../src/inbox/receive-now.ts'
import { normalizeAddress } from '../../src/lib/email-address.ts'
import { newId } from '../../src/lib/ids.ts'
import { world } from '../world.ts'
import { expected } from './mail/expected.ts'

const { plaindesk, sql, clock } = await world()
const envelope: Envelope = { door: 'COMMAND', from: null, to: [], client: null }

async function giveAccount(from: string | null): Promise<void> {
  const email = normalizeAddress(/<([^<>]*)>$/.exec(from ?? '')?.[1] ?? from ?? '')
  if (!email) return
  await sql(
    `insert into person (id, email, name, role, confirmed_at, wants_status_mail, wants_weekly_report, created_at)
     values ($1, $2, $2, 'CUSTOMER', now(), true, false, now()) on conflict (email) do nothing`,
    [newId(), email],
  )
}

test('§6: each mail of the corpus ends in its one outcome', { timeout: 300_000 }, async () => {
  await sql(`select setval('ticket_number', 90000)`) // the corpus speaks of 10042
  const outcomes: Record<string, string | null> = {}
  const wanted: Record<string, string> = {}
  for (const [name, { from, kind = 'person', outcome }] of Object.entries(expected)) {
    clock.forward({ hours: 1 }) // nobody writes 20 in an hour
    await giveAccount(from)
    await sql('update incoming_mail set identity = null') // some differ in their form alone
    const raw = readFileSync(new URL(`./mail/${name}`, import.meta.url))
    outcomes[name] = (await receiveNow(plaindesk, raw, envelope)).line.outcome
    const usual = { person: 'created', automatic: 'automatic', bounce: 'bounce' }[kind]
    wanted[name] = outcome ?? usual
  }
  expect(outcomes).toEqual(wanted)
})
