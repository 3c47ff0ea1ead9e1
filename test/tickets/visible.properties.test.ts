// Whatever a list shows an item opens, and nothing else: for random people, organizations, private boxes, participants,
// roles, and tickets that are held, merged or go on from others.
import { Readable } from 'node:stream'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Data } from '../kit/api.ts'
import { people as cast, type Name } from '../kit/cast.ts'
import { world } from '../world.ts'

const { as, sql, plaindesk } = await world()

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

for (const { file } of things) {
  const key = await plaindesk.files.put(Readable.from([Buffer.from('x')]))
  await sql('update attachment set storage_key = $1 where id = $2', [key, file])
}

/** 0 = none, 1 and 2 = the organizations. */
const somewhere = fc.constantFrom(0, 1, 2)
const person = fc.record({ organization: somewhere, sees: fc.boolean() })
/** Another ticket, by its place; often none. */
const another = fc.option(fc.nat(TICKETS - 1), { freq: 2 })
const ticket = fc.record({
  requester: fc.constantFrom(...customers),
  organization: somewhere,
  isPrivate: fc.boolean(),
  isHeld: fc.boolean(),
  isOpen: fc.boolean(),
  participants: fc.subarray([...customers]),
  mergedInto: another,
  followUpOf: another,
})
const scene = fc.record({
  people: fc.record({ ann: person, bo: person, eve: person }),
  /** What Eve is to the company. */
  role: fc.constantFrom('CUSTOMER', 'CUSTOMER', 'AGENT', 'SALES'),
  tickets: fc.array(ticket, { minLength: TICKETS, maxLength: TICKETS }),
})
type Scene = typeof scene extends fc.Arbitrary<infer T> ? T : never
type SceneTicket = Scene['tickets'][number]
type Asker = (typeof customers)[number] | (typeof team)[number]

const isTeam = ({ role }: Scene, name: Asker): boolean =>
  name === 'dana' || name === 'sam' || (name === 'eve' && role !== 'CUSTOMER')

/** The rule in other words than the product's own. */
function sees(scene: Scene, name: Asker, ticket: SceneTicket): boolean {
  if (isTeam(scene, name)) return true
  const customer = customers.find(each => each === name)
  if (!customer) return false
  if (ticket.requester === customer || ticket.participants.includes(customer)) return true
  const { organization, sees } = scene.people[customer]
  return sees && organization !== 0 && organization === ticket.organization && !ticket.isPrivate && !ticket.isHeld
}

async function play({ people, tickets, role }: Scene): Promise<void> {
  const place = (which: number) => (which === 0 ? 'null' : `'${organizations[which - 1]}'`)
  const other = (at: number, which: number | null) =>
    which === null || which === at ? 'null' : `'${things[which]?.ticket}'`
  const id = (name: Name) => `'${idOf[cast[name].email]}'`
  await sql(
    [
      'delete from ticket_participant where true',
      `update person set role = '${role}' where id = ${id('eve')}`,
      ...customers.map(
        name =>
          `update person set organization_id = ${place(people[name].organization)}, sees_organization = ${people[name].sees} where id = ${id(name)}`,
      ),
      ...tickets.map(
        (each, at) =>
          `update ticket set requester_id = ${id(each.requester)}, organization_id = ${place(each.organization)}, is_private = ${each.isPrivate},
             hold = ${each.isHeld ? `'RATE'` : 'null'}, merged_into_id = ${other(at, each.mergedInto)}, follow_up_of_id = ${other(at, each.followUpOf)}, status = '${each.isOpen ? 'NEW' : 'DONE'}' where id = '${things[at]?.ticket}'`,
      ),
      ...tickets.flatMap((each, at) =>
        each.participants.map(name => `insert into ticket_participant values ('${things[at]?.ticket}', ${id(name)})`),
      ),
    ].join(';'),
  )
}

const organizationIds = organizations.map(id => `organization_${id}`)
const annId = `user_${idOf[cast.ann.email]}`
const lists = `{
  all: tickets(first: 100) { totalCount nodes { number requester { name } } counts { all open } }
  open: tickets(first: 100, filter: { status: [NEW, OPEN, WAITING] }) { nodes { number } }
  found: tickets(first: 100, filter: { search: "wolpertinger" }) { nodes { number } }
  oldest: tickets(last: 100, orderBy: CREATED_AT_ASC) { nodes { number } }
  ofAnn: tickets(first: 100, filter: { requester: "${annId}" }) { nodes { number } }
  ofOne: tickets(first: 100, filter: { organization: "${organizationIds[0]}" }) { nodes { number } }
  ticketCounts { all open done }
  viewer { tickets(first: 100) { nodes { number } } }
  node(id: "${annId}") { ... on User { tickets(first: 100) { nodes { number } } } }
}`
const items = `{ ${things
  .map(
    ({ ticket, number, message, file }, at) =>
      `t${at}: ticket(number: ${number}) { id mergedInto { number } followUpOf { number } followUps { number } }
       n${at}: node(id: "ticket_${ticket}") { id } m${at}: node(id: "message_${message}") { id } a${at}: node(id: "attachment_${file}") { id }`,
  )
  .join(' ')} }`

const numbers = ({ nodes }: Data): number[] => nodes.map(({ number }: { number: number }) => number).sort()
const everybody: readonly Asker[] = [...customers, ...team]

/** The numbers that somebody sees of those that a rule holds for. */
const seen = (scene: Scene, name: Asker, also: (each: SceneTicket, at: number) => boolean = () => true): number[] =>
  things
    .filter((_, at) => {
      const each = scene.tickets[at]
      return each !== undefined && sees(scene, name, each) && also(each, at)
    })
    .map(({ number }) => number)

test('§3 §4.5: lists, counts, search and filters show the same tickets, and the items of these open', async () => {
  await fc.assert(
    fc.asyncProperty(scene, async scene => {
      await play(scene)
      for (const name of everybody) {
        await sql('delete from rate_limit')
        // The team's lists leave out what is held; its pages open it.
        const isListed = ({ isHeld }: SceneTicket) => !isTeam(scene, name) || !isHeld
        const listed = (also: (each: SceneTicket) => boolean = () => true) =>
          seen(scene, name, each => isListed(each) && also(each))
        const { data, text } = await as(name).graphql(lists)
        expect(data, text).not.toBeNull()
        for (const list of [data.all, data.found, data.oldest]) expect(numbers(list), name).toEqual(listed())
        expect(numbers(data.open), name).toEqual(listed(each => each.isOpen))
        expect(numbers(data.ofAnn), name).toEqual(listed(each => each.requester === 'ann'))
        expect(numbers(data.ofOne), name).toEqual(listed(each => each.organization === 1))
        expect([data.all.totalCount, data.all.counts.all, data.ticketCounts.all], name).toEqual(
          Array(3).fill(listed().length),
        )
        const open = listed(each => each.isOpen).length
        expect([data.all.counts.open, data.ticketCounts.open], name).toEqual([open, open])
        expect(data.ticketCounts.done, name).toBe(listed().length - open)
        // Of a person's tickets the team alone reads a list.
        const ofAnn = isTeam(scene, name) ? listed(each => each.requester === 'ann') : null
        expect(data.node?.tickets ? numbers(data.node.tickets) : null, name).toEqual(ofAnn)
        expect(data.viewer.tickets !== null, name).toBe(isTeam(scene, name))

        const opened = await as(name).graphql(items)
        expect(opened.data, opened.text).not.toBeNull()
        const own = new Set(seen(scene, name))
        for (const [at, { number }] of things.entries()) {
          for (const kind of ['t', 'n', 'm', 'a'])
            expect(opened.data[`${kind}${at}`] !== null, `${name} ${kind}${at}`).toBe(own.has(number))
          if (own.has(number)) expectLinks(scene, name, at, opened.data[`t${at}`])
        }
      }
    }),
    { numRuns: 20 },
  )
}, 300_000)

/** A ticket names others only where these open too. */
function expectLinks(scene: Scene, name: Asker, at: number, shown: Data): void {
  const own = new Set(seen(scene, name))
  const numberAt = (which: number | null | undefined) =>
    which == null || which === at || !own.has(things[which]?.number ?? 0) ? null : things[which]?.number
  expect(shown.mergedInto?.number ?? null, `${name} merged ${at}`).toBe(numberAt(scene.tickets[at]?.mergedInto))
  expect(shown.followUpOf?.number ?? null, `${name} goes on ${at}`).toBe(numberAt(scene.tickets[at]?.followUpOf))
  expect(numbers({ nodes: shown.followUps }), `${name} follow-ups ${at}`).toEqual(
    seen(scene, name, (each, which) => each.followUpOf === at && which !== at),
  )
}

test('§3 §4.5: the pages show what the lists show, and open the same tickets and files', async () => {
  await fc.assert(
    fc.asyncProperty(scene, async scene => {
      await play(scene)
      for (const name of everybody) {
        const isOfTeam = isTeam(scene, name)
        const place = isOfTeam ? '/agent/tickets' : '/tickets'
        const own = new Set(seen(scene, name))
        const list = await as(name).visit(isOfTeam ? '/agent?tab=all' : '/tickets')
        const links = list.$(`main table a[href^="${place}/"]`).toArray()
        const shown = links.map(link => Number(/\d+/.exec(list.$(link).attr('href')?.slice(place.length) ?? '')?.[0]))
        expect([...new Set(shown)].sort(), name).toEqual(seen(scene, name, each => !isOfTeam || !each.isHeld))
        for (const { number, file } of things) {
          const answers = [
            await as(name).visit(`${place}/${number}`, { follow: false }),
            await as(name).visit(`/attachments/attachment_${file}/file.txt`, { follow: false }),
          ].map(({ status }) => status)
          // Where it was put into another that they see too, its page leads there.
          expect(answers, `${name} ${number}`).toEqual(
            own.has(number) ? [expect.toBeOneOf([200, 303]), 200] : [404, 404],
          )
        }
      }
    }),
    { numRuns: 6 },
  )
}, 300_000)
