// The team's pages, and what of them cannot be avoided.
import { globalId } from '../../src/lib/ids.ts'
import { COMMON_WORD, RARE_WORD } from '../../src/seeds/sentences.ts'
import {
  type Ask,
  type BenchPage,
  COMMON,
  eventStatement,
  get,
  messageStatement,
  numberIn,
  STEADY,
  type Statement,
  ticketStatement,
  type Visitors,
  words,
} from './page.ts'
import { filters } from './team-filters.ts'

const TEAM = { least: 0.35, most: 8, grows: STEADY }
const QUEUE = 'is_answered, queue_since, id'
const CHANGES = 'touched_at desc, id desc'

export const teamPages: Record<string, BenchPage> = {
  queue: {
    name: 'team: queue',
    ...TEAM,
    asks: ({ team }) =>
      team.flatMap(each => ['/agent', '/agent?tab=waiting', '/agent?tab=unanswered'].map(path => get(each, path))),
    floor: ask => [queueStatement(tabOf(ask)), deskStatement(ask), viewStatement(ask)],
  },
  filter: {
    name: 'team: a filter',
    ...TEAM,
    asks: ({ team }) => team.flatMap(each => filters.map(({ query }) => get(each, `/agent?filter=1&${query}`))),
    floor: ask => [...filterStatements(ask), deskStatement(ask), viewStatement(ask), choiceStatement],
  },
  view: {
    name: 'team: a saved view',
    ...TEAM,
    asks: visitors => linkedFrom(visitors, '/agent', '/agent?filter=1&', /view=/),
    floor: ask => [
      ...filterStatements(ask),
      deskStatement(ask),
      viewStatement(ask),
      [`select ${filters.map(({ where }) => upTo(`hold is null and ${where}`)).join(', ')}`, []],
      choiceStatement,
    ],
  },
  'team-ticket': {
    name: 'team: ticket',
    ...TEAM,
    asks: ({ team }) => team.flatMap(each => each.tickets.map(number => get(each, `/agent/tickets/${number}`))),
    floor: ask => [
      ticketStatement(ask),
      messageStatement(ask, ''),
      eventStatement(ask),
      ["select id, name from person where role in ('AGENT', 'ADMIN') and disabled_at is null order by name, id", []],
      ['select id, name_en from category where archived_at is null order by position', []],
      ['select id, name from canned_text where archived_at is null order by position', []],
      lookStatement(ask),
      besideStatement(ask),
      [
        `select o.number, o.subject, o.status from ticket t join ticket o on o.requester_id = t.requester_id and o.hold is null
         where t.number = $1 order by o.is_open desc, o.updated_at desc, o.id desc limit 6`,
        [numberIn(ask)],
      ],
    ],
  },
  'team-search': {
    name: 'team: search, common word',
    ...TEAM,
    grows: COMMON,
    asks: ({ team }) => team.map(each => get(each, `/agent?q=${COMMON_WORD}`)),
    floor: ask => [
      teamSearchStatement(COMMON_WORD),
      teamFoundStatement(COMMON_WORD),
      excerptStatement(COMMON_WORD),
      viewStatement(ask),
    ],
  },
  'team-search-rare': {
    name: 'team: search, rare word',
    ...TEAM,
    asks: ({ team }) => team.map(each => get(each, `/agent?q=${RARE_WORD}`)),
    floor: ask => [teamSearchStatement(RARE_WORD, rare), excerptStatement(RARE_WORD, rare), viewStatement(ask)],
  },
  people: {
    name: 'team: people search',
    ...TEAM,
    asks: ({ team }) => team.map(each => get(each, '/agent/people?q=meyer')),
    floor: () => [
      peopleStatement(
        "where to_tsvector('simple', p.name || ' ' || translate(p.email, '@.-_+', '     ')) @@ to_tsquery('simple', 'meyer:*')",
      ),
    ],
  },
  'people-all': {
    name: 'team: people',
    ...TEAM,
    asks: ({ team }) => team.map(each => get(each, '/agent/people')),
    floor: () => [peopleStatement('where p.merged_into_id is null')],
  },
  person: {
    name: 'team: a person',
    ...TEAM,
    asks: ({ team, customers }) =>
      team.flatMap(each => customers.map(({ id }) => get(each, `/agent/people/${globalId('User', id)}`))),
    floor: personStatements,
  },
  organizations: {
    name: 'sales: organizations',
    ...TEAM,
    asks: ({ admins }) =>
      admins.flatMap(each => ['/agent/organizations', '/agent/organizations?q=bulk'].map(path => get(each, path))),
    floor: () => [
      [
        `select o.id, o.name, (select coalesce(json_agg(a), '[]') from agreement a where a.organization_id = o.id) as agreements
         from (select * from organization order by name, id limit 26) o`,
        [],
      ],
      endingStatement,
    ],
  },
  organization: {
    name: 'sales: an organization',
    ...TEAM,
    asks: visitors => linkedFrom(visitors, '/agent/organizations', '/agent/organizations/'),
    floor: ask => [
      [
        `select o.id, o.name, o.created_at, o.joins, array(select domain from organization_domain d where d.organization_id = o.id) as domains,
           (select coalesce(json_agg(a), '[]') from agreement a where a.organization_id = o.id) as agreements
         from organization o where o.id = $1`,
        [idIn(ask)],
      ],
      peopleStatement('where p.organization_id = $1', [idIn(ask)]),
    ],
  },
  'support-list': {
    name: 'sales: support list',
    ...TEAM,
    asks: ({ admins }) => admins.map(each => get(each, '/agent/list')),
    floor: () => [
      [
        `select m.*, p.id, p.name, p.email, p.role, p.confirmed_at, p.disabled_at, o.id, o.name,
           (select coalesce(json_agg(a), '[]') from agreement a where a.organization_id = o.id) as agreements,
           (select row_to_json(l) from one_time_link l where l.user_id = p.id and l.kind = 'INVITATION' order by created_at desc limit 1) as invitation
         from (select * from membership where joined_at is not null and ended_at is null order by joined_at desc, id desc limit 26) m
         join person p on p.id = m.user_id left join organization o on o.id = p.organization_id`,
        [],
      ],
      [
        `select ${[
          'joined_at is not null and ended_at is null',
          'joined_at is null and ended_at is null',
          'ended_at is not null',
        ]
          .map(where => `(select count(*) from (select from membership where ${where} limit 1001) c)`)
          .join(', ')}`,
        [],
      ],
      endingStatement,
    ],
  },
  mail: {
    name: 'team: incoming mail',
    ...TEAM,
    asks: ({ team }) =>
      team.flatMap(each =>
        ['/agent/mail', '/agent/mail?tab=filed', '/agent/mail?tab=other', '/agent/mail?tab=all'].map(path =>
          get(each, path),
        ),
      ),
    floor: ask => [
      [
        `select m.id, m.from_address, m.from_name, m.subject, m.received_at, m.outcome, m.reason, t.number
         from (select * from incoming_mail ${mailsOf(ask)} order by received_at desc, id desc limit 26) m left join ticket t on t.id = m.ticket_id`,
        [],
      ],
    ],
  },
}

/** What an admin's page leads to. */
async function linkedFrom({ admins, linksOf }: Visitors, path: string, beginning: string, sign = /./): Promise<Ask[]> {
  const asks = admins.map(async each => (await linksOf(path, each, beginning)).map(link => get(each, link)))
  return (await Promise.all(asks)).flat().filter(ask => sign.test(ask.path))
}

const idIn = ({ path }: Ask): string => path.slice(path.lastIndexOf('_') + 1)

const mailsOf = ({ path }: Ask): string => {
  const tab = /tab=(\w+)/.exec(path)?.[1] ?? 'held'
  return tab === 'all' ? '' : `where outcome in (${outcomes[tab]})`
}

const outcomes: Record<string, string> = {
  held: "'HELD', 'UNREADABLE'",
  filed: "'APPENDED', 'CREATED', 'FOLLOWED_UP'",
  other: "'REFUSED', 'DUPLICATE', 'AUTOMATIC', 'BOUNCE', 'LOOP'",
}

const tabOf = ({ path }: Ask): string =>
  path.includes('waiting')
    ? "status = 'WAITING'"
    : path.includes('unanswered')
      ? 'is_open and not is_answered'
      : 'is_open'

/** A page of the list of tickets: the page first, and of its tickets then what stands beside. */
const listed = (matching: string, order: string): string =>
  `select t.id, t.number, t.subject, t.status, t.priority, t.touched_at, t.unanswered_since, t.tags, t.channel, r.name, o.name, a.name
   from (${matching} order by ${order} limit 26) t
   join person r on r.id = t.requester_id left join organization o on o.id = t.organization_id left join person a on a.id = t.assignee_id`

const queueStatement = (where: string, order = QUEUE): Statement => [
  listed(`select * from ticket where hold is null and ${where}`, order),
  [],
]

const upTo = (condition: string) => `(select count(*) from (select from ticket where ${condition} limit 1001) c)`

const deskStatement = ({ visitor }: Ask): Statement => [
  `select ${upTo('is_open and hold is null')} as open, ${upTo("status = 'NEW' and hold is null")} as new,
     ${upTo('is_open and hold is null and assignee_id is null')} as unassigned,
     ${upTo('is_open and hold is null and not is_answered')} as unanswered,
     ${upTo('is_open and hold is null and assignee_id = $1')} as mine, ${upTo("status = 'WAITING' and hold is null")} as waiting,
     ${upTo("hold in ('RATE', 'HONEYPOT', 'TOO_FAST')")} as held`,
  [visitor.id],
]

const viewStatement = ({ visitor }: Ask): Statement => [
  'select id, name, filter, order_by, columns, is_shared from saved_view where is_shared or owner_id = $1 order by name, id limit 30',
  [visitor.id],
]

function filterStatements({ path }: Ask): Statement[] {
  const filter = filters.find(({ sign }) => path.includes(sign))
  const order = path.includes('UPDATED_AT_DESC') ? CHANGES : QUEUE
  const where = filter?.where ?? 'true'
  return [queueStatement(where, order), [`select ${upTo(`hold is null and ${where}`)} as found`, []]]
}

/** What the filter's form lets one choose from. */
const choiceStatement: Statement = [
  `select (select json_agg(x) from (select id, name from person where role in ('AGENT', 'ADMIN') and disabled_at is null order by name, id) x) as staff,
     (select json_agg(x) from (select id, name_en from category where archived_at is null order by position) x) as categories`,
  [],
]

const frequent = `select * from ticket where (search_public @@ ${words} or search_notes @@ ${words}) and hold is null`
/** In the order of change the whole archive would be read for it. */
const rare = `select * from (${frequent} offset 0) few`

const teamSearchStatement = (word: string, matching = frequent): Statement => [listed(matching, CHANGES), [word]]

const teamFoundStatement = (word: string): Statement => [
  `select count(*) from (select from ticket where (search_public @@ ${words} or search_notes @@ ${words}) and hold is null
     order by touched_at desc, id desc limit 1001) found`,
  [word],
]

/** Some words of the newest message that has what was searched for. */
const excerptStatement = (word: string, matching = frequent): Statement => [
  `select t.id, (select ts_headline('english', m.text, ${words}) from message m
     where m.ticket_id = t.id and m.text ~* $1 order by m.created_at desc, m.id desc limit 1) as excerpt
   from (${matching} order by ${CHANGES} limit 26) t`,
  [word],
]

/** That somebody has the page open; nobody waits for the disk. */
const lookStatement = (ask: Ask): Statement => [
  `with calm as (select set_config('synchronous_commit', 'off', true))
   insert into ticket_look (ticket_id, user_id, seen_at) select id, $2, now() from calm, ticket where number = $1
   on conflict (ticket_id, user_id) do update set seen_at = excluded.seen_at`,
  [numberIn(ask), ask.visitor.id],
]

/** What the team sees of its customer, colleagues and whoever is at it. */
const besideStatement = (ask: Ask): Statement => [
  `select r.email, r.language, r.confirmed_at, r.disabled_at, o.id, o.name, a.name,
     (select json_agg(m) from membership m where m.user_id = r.id) as memberships,
     (select json_agg(f.address) from person_address f where f.user_id = r.id) as addresses,
     (select row_to_json(b) from mail_address b where b.address = r.email and b.blocked_at is not null) as block,
     (select json_agg(g) from agreement g where g.organization_id = t.organization_id) as agreements,
     (select json_agg(x) from (select p.id, p.name, p.email from person p where p.organization_id = t.organization_id order by p.name, p.id limit 50) x) as choices,
     (select json_agg(d) from draft d where d.ticket_id = t.id and d.author_id = $2) as drafts,
     (select json_agg(l) from ticket_look l where l.ticket_id = t.id and l.seen_at > now() - interval '10 minutes') as lookers
   from ticket t join person r on r.id = t.requester_id left join organization o on o.id = t.organization_id
     left join person a on a.id = t.assignee_id where t.number = $1`,
  [numberIn(ask), ask.visitor.id],
]

const peopleStatement = (where: string, values: unknown[] = []): Statement => [
  `select p.id, p.name, p.email, p.role, p.confirmed_at, p.disabled_at, o.name, m.requested_at, m.joined_at, m.ended_at
   from (select * from person p ${where} order by p.name, p.id limit 26) p left join organization o on o.id = p.organization_id
     left join membership m on m.user_id = p.id and m.ended_at is null`,
  values,
]

function personStatements(ask: Ask): Statement[] {
  return [
    [
      `select p.*, o.name as organization, exists (select from agreement a where a.organization_id = p.organization_id and a.portal_access) as has_agreement,
       (select json_agg(m) from membership m where m.user_id = p.id) as memberships,
       (select json_agg(a) from person_address a where a.user_id = p.id) as addresses,
       (select row_to_json(l) from one_time_link l where l.user_id = p.id and l.kind = 'INVITATION' order by created_at desc limit 1) as invitation,
       (select row_to_json(b) from mail_address b where b.address = p.email and b.blocked_at is not null) as block,
       (select row_to_json(b) from blocked_sender b where b.sender in (p.email, split_part(p.email, '@', 2)) limit 1) as blocked
     from person p left join organization o on o.id = p.organization_id where p.id = $1`,
      [idIn(ask)],
    ],
    [
      `select t.number, t.subject, t.status, t.priority, t.touched_at, a.name from (
       select * from ticket where requester_id = $1 and hold is null order by is_open desc, updated_at desc, id desc limit 26) t
     left join person a on a.id = t.assignee_id`,
      [idIn(ask)],
    ],
  ]
}

const endingStatement: Statement = [
  `select a."until", o.id, o.name from agreement a join organization o on o.id = a.organization_id
   where a."until" between now() and now() + interval '60 days' order by a."until", a.id limit 20`,
  [],
]
