// Whatever a list shows an item opens, and nothing else: for random people, organizations, private boxes and roles.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Data } from '../kit/api.ts'
import { people as cast, type Name } from '../kit/cast.ts'
import { world } from '../world.ts'

const { as, sql } = await world()

const TICKETS = 6
const customers = ['ann', 'bo', 'eve'] as const
const team = ['dana', 'sam'] as const
const organizations = (await sql<{ id: string }>('select id from organization order by name limit 2')).map(
  ({ id }) => id,
)
const idOf = Object.fromEntries(
  (await sql<{ email: string; id: string }>('select email, id from person')).map(({ email, id }) => [email, id]),
)
await sql(`
  truncate ticket cascade;
  insert into ticket (id, subject, status, priority, requester_id, requester_proven, created_at, updated_at, touched_at, last_message_at)
    select gen_random_uuid(), 'Property wolpertinger ' || i, 'NEW', 'NORMAL', '${idOf[cast.ann.email]}', true, now(), now(), now(), now() from generate_series(1, ${TICKETS}) i;
  insert into message (id, ticket_id, author_id, text, visibility, channel, created_at, folded, is_automatic)
    select gen_random_uuid(), id, requester_id, 'public', 'PUBLIC', 'WEB', now(), '', false from ticket;
  insert into attachment (id, message_id, uploader_id, filename, content_type, size, sha256, storage_key, scan, created_at)
    select gen_random_uuid(), id, author_id, 'file.txt', 'text/plain', 1, '', gen_random_uuid(), 'CLEAN', now() from message;
`)
const things = await sql<{ ticket: string; number: number; message: string; file: string }>(
  `select t.id as ticket, t.number, m.id as message, a.id as file from ticket t
   join message m on m.ticket_id = t.id join attachment a on a.message_id = m.id order by t.number`,
)

/** 0 = none, 1 and 2 = the organizations. */
const somewhere = fc.constantFrom(0, 1, 2)
const person = fc.record({ organization: somewhere, sees: fc.boolean() })
const ticket = fc.record({
  requester: fc.constantFrom(...customers),
  organization: somewhere,
  isPrivate: fc.boolean(),
  isHeld: fc.boolean(),
  isOpen: fc.boolean(),
  participants: fc.subarray([...customers]),
})
const scene = fc.record({
  people: fc.record({ ann: person, bo: person, eve: person }),
  tickets: fc.array(ticket, { minLength: TICKETS, maxLength: TICKETS }),
})
type Scene = typeof scene extends fc.Arbitrary<infer T> ? T : never

/** The rule in other words than the product's own. */
function sees({ people }: Scene, name: (typeof customers)[number], ticket: Scene['tickets'][number]): boolean {
  if (ticket.requester === name || ticket.participants.includes(name)) return true
  const { organization, sees } = people[name]
  return sees && organization !== 0 && organization === ticket.organization && !ticket.isPrivate && !ticket.isHeld
}

async function play({ people, tickets }: Scene): Promise<void> {
  const place = (which: number) => (which === 0 ? 'null' : `'${organizations[which - 1]}'`)
  const id = (name: Name) => `'${idOf[cast[name].email]}'`
  await sql(
    [
      'delete from ticket_participant where true',
      ...customers.map(
        name =>
          `update person set organization_id = ${place(people[name].organization)}, sees_organization = ${people[name].sees} where id = ${id(name)}`,
      ),
      ...tickets.map(
        (each, at) =>
          `update ticket set requester_id = ${id(each.requester)}, organization_id = ${place(each.organization)}, is_private = ${each.isPrivate},
             hold = ${each.isHeld ? `'RATE'` : 'null'}, status = '${each.isOpen ? 'NEW' : 'DONE'}' where id = '${things[at]?.ticket}'`,
      ),
      ...tickets.flatMap((each, at) =>
        each.participants.map(name => `insert into ticket_participant values ('${things[at]?.ticket}', ${id(name)})`),
      ),
    ].join(';'),
  )
}

const lists = `{
  all: tickets(first: 100) { nodes { number requester { name } } counts { all open } }
  open: tickets(first: 100, filter: { status: [NEW, OPEN, WAITING] }) { nodes { number } }
  found: tickets(first: 100, filter: { search: "wolpertinger" }) { nodes { number } }
  oldest: tickets(last: 100, orderBy: CREATED_AT_ASC) { nodes { number } }
}`
const items = `{ ${things
  .map(
    ({ ticket, number, message, file }, at) =>
      `t${at}: ticket(number: ${number}) { id } n${at}: node(id: "ticket_${ticket}") { id } m${at}: node(id: "message_${message}") { id } a${at}: node(id: "attachment_${file}") { id }`,
  )
  .join(' ')} }`

const numbers = ({ nodes }: Data): number[] => nodes.map(({ number }: { number: number }) => number).sort()

test('§3: list, counts, search, item, message and file show the same tickets to everybody', async () => {
  await fc.assert(
    fc.asyncProperty(scene, async scene => {
      await play(scene)
      for (const name of [...customers, ...team]) {
        await sql('delete from rate_limit')
        const isTeam = (team as readonly string[]).includes(name)
        const own = scene.tickets.map(each => isTeam || sees(scene, name as (typeof customers)[number], each))
        const expected = (also: (each: Scene['tickets'][number]) => boolean = () => true) =>
          things
            .filter((_, at) => own[at] && also(scene.tickets[at] as Scene['tickets'][number]))
            .map(({ number }) => number)
        // The team's lists leave out what is held; its pages open it.
        const isListed = ({ isHeld }: Scene['tickets'][number]) => !isTeam || !isHeld
        const { data, text } = await as(name).graphql(lists)
        expect(data, text).not.toBeNull()
        for (const list of [data.all, data.found, data.oldest]) expect(numbers(list), name).toEqual(expected(isListed))
        expect(numbers(data.open), name).toEqual(expected(each => isListed(each) && each.isOpen))
        expect(data.all.counts.all, name).toBe(data.all.nodes.length)
        expect(data.all.counts.open, name).toBe(data.open.nodes.length)
        const opened = await as(name).graphql(items)
        expect(opened.data, opened.text).not.toBeNull()
        for (const [at] of things.entries())
          for (const kind of ['t', 'n', 'm', 'a'])
            expect(opened.data[`${kind}${at}`] !== null, `${name} ${kind}${at}`).toBe(own[at])
      }
    }),
    { numRuns: 20 },
  )
}, 120_000)
