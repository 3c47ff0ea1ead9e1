// Things of which every field has something to read, for fields.test.ts: made through the doors where there is one in a
// line, else written as they would be.
import type { World } from '../world.ts'

/** For `Ticket.answerDraft`. */
export const cannedText = '0199aaaa-0000-7000-8000-000000000004'

/** Where in an answer a thing is found: a query with `%` for what is asked of it. */
export type Things = Readonly<Record<string, string>>

export async function things(world: World): Promise<Things> {
  const { as, sql, settled } = world
  const one = async (query: string, values: unknown[] = []) => (await sql<Record<string, string>>(query, values))[0]
  const idOf = async (email: string) => String((await one('select id from person where email = $1', [email]))?.id)
  const [ann, eve, dana] = [
    await idOf('ann@acme.example'),
    await idOf('eve@globex.example'),
    await idOf('dana@plaindesk.example'),
  ]
  const run = async (who: Parameters<typeof as>[0], mutation: string, input: object) => {
    const type = `${mutation[0]?.toUpperCase()}${mutation.slice(1)}Input`
    const { data, text } = await as(who).graphql(
      `mutation ($input: ${type}!) { ${mutation}(input: $input) { userErrors { code field } } }`,
      { input },
    )
    if (data?.[mutation]?.userErrors.length !== 0) throw new Error(`${mutation}: ${text}`)
  }
  const numberOf = async (subject: string) =>
    Number((await one('select number from ticket where subject = $1', [subject]))?.number)
  const open = async (subject: string, attachments: string[] = []) => {
    await run('ann', 'createTicket', { subject, message: `About ${subject}`, attachments })
    const number = await numberOf(subject)
    await sql(`insert into ticket_participant (ticket_id, user_id) select id, $2 from ticket where number = $1`, [
      number,
      eve,
    ])
    return number
  }

  await sql(`update person set sees_organization = true where email in ('ann@acme.example', 'bo@acme.example');
    update category set hint_en = 'x', hint_de = 'x', priority = 'HIGH', assignee_id = '${dana}', archived_at = now();
    insert into organization_domain (id, organization_id, domain) select gen_random_uuid(), organization_id, 'acme.example' from person where id = '${ann}' on conflict do nothing`)
  const { id: file } = (await as('ann').upload({ filename: 'a.txt', content: 'x' })).json

  // A ticket in work, with all that the team puts on one.
  const rich = await open('Rich', [file])
  await run('dana', 'commentOnTicket', { number: rich, message: 'An answer' })
  await settled()
  await run('dana', 'noteOnTicket', { number: rich, message: 'A note' })
  await run('dana', 'updateTicket', { number: rich, tags: ['secret'], assignee: `user_${dana}`, priority: 'HIGH' })
  await run('dana', 'saveDraft', { number: rich, kind: 'ANSWER', message: 'A draft' })
  await run('dirk', 'lookAtTicket', { number: rich })
  await run('ann', 'commentOnTicket', { number: rich, message: 'And now?' })
  await run('dana', 'changeTickets', { tickets: [rich], addTags: ['many'] })
  await settled()
  const [linked, before, after] = [await open('Linked'), await open('Before'), await open('After')]
  const merged = await open('Merged')
  await run('dana', 'mergeTickets', { number: merged, into: rich })
  await sql(
    `update message set is_automatic = true, folded = 'x' where ticket_id = (select id from ticket where number = $1)`,
    [rich],
  )
  await sql(`update attachment set is_decoration = true where id = $1`, [file.replace('attachment_', '')])
  const idOfTicket = (number: number) => `(select id from ticket where number = ${number})`
  await sql(`
    update ticket set category_id = (select id from category limit 1), follow_up_of_id = ${idOfTicket(before)}, unanswered_since = now() where number = ${rich};
    update ticket set follow_up_of_id = ${idOfTicket(rich)} where number = ${after};
    insert into ticket_link (id, older_id, newer_id, created_at) values (gen_random_uuid(), least(${idOfTicket(rich)}, ${idOfTicket(linked)}), greatest(${idOfTicket(rich)}, ${idOfTicket(linked)}), now());
    insert into participant_proposal (id, ticket_id, address, created_at) values (gen_random_uuid(), ${idOfTicket(rich)}, 'cc@x.example', now())`)

  const whole = await open('Whole')
  await run('ann', 'commentOnTicket', { number: whole, message: 'Something else' })
  const second = await one(`select id from message where text = 'Something else'`)
  await run('dana', 'splitTicket', { number: whole, messages: [`message_${second?.id}`], subject: 'Split' })

  const done = await open('Done')
  await run('dana', 'commentOnTicket', { number: done, message: 'There', status: 'DONE' })
  await sql(
    `insert into rating (id, ticket_id, score, comment, created_at) values (gen_random_uuid(), ${idOfTicket(done)}, 'GOOD', 'x', now())`,
  )
  const closed = await open('Closed')
  await run('dana', 'updateTicket', { number: closed, status: 'CLOSED' })
  const held = await open('Held')
  await sql(`update ticket set hold = 'RATE' where number = $1`, [held])
  const own = await open('Private')
  await sql(`update ticket set is_private = true where number = $1`, [own])
  await sql(`insert into incoming_mail (id, door, envelope, size, sha256, from_name, subject, received_at, handled_at, outcome, attempts)
    values ('0199aaaa-0000-7000-8000-000000000001', 'SMTP', '{}', 1, 'x', '', '', now(), now(), 'APPENDED', 1)`)
  await sql(
    `update message set mail_id = '0199aaaa-0000-7000-8000-000000000001' where ticket_id = ${idOfTicket(done)} and author_id = $1`,
    [ann],
  )

  // Who asks, with all that is kept about somebody; and somebody who has no account, left, and was merged away.
  await sql(`
    update person set language = 'de', timezone = 'Europe/Berlin' where id = '${ann}';
    insert into mail_address (address, blocked_at, reason, last_bounced_at) values ('ann@acme.example', now(), 'x', now()) on conflict (address) do update set blocked_at = now(), reason = 'x';
    insert into blocked_sender (id, sender, blocked_at) values (gen_random_uuid(), 'acme.example', now());
    insert into person (id, email, name, role, wants_status_mail, wants_weekly_report, created_at, merged_into_id)
      values ('0199aaaa-0000-7000-8000-000000000002', 'ines@acme.example', 'Ines', 'CUSTOMER', true, true, now(), null);
    insert into one_time_link (id, kind, user_id, nonce, joins_list, created_at, expires_at)
      values (gen_random_uuid(), 'INVITATION', '0199aaaa-0000-7000-8000-000000000002', '', false, now(), now());
    insert into person (id, email, name, role, wants_status_mail, wants_weekly_report, created_at, merged_into_id)
      values ('0199aaaa-0000-7000-8000-000000000003', 'old@acme.example', 'Old', 'CUSTOMER', true, true, now(), '${ann}');
    update person set confirmed_at = now() where email = 'old@acme.example';
    insert into webhook (id, url, events, nonce, is_active, created_at)
      values ('0199aaaa-0000-7000-8000-000000000005', 'https://hooks.example/', '{ticket.created}', 'x', false, now());
    insert into webhook_delivery (id, webhook_id, event, about, lane, transaction, facts, happened_at, next_try_at)
      values (gen_random_uuid(), '0199aaaa-0000-7000-8000-000000000005', 'ticket.created', '${ann}', '${ann}', 1, '{}', now(), now());
    insert into canned_text (id, name, text, position) values ('${cannedText}', 'Thanks', 'Thanks', 1)`)
  const contact = await open('Contact')
  await sql(`update ticket set requester_id = '0199aaaa-0000-7000-8000-000000000002' where number = $1`, [contact])
  const gone = await open('Gone')
  await sql(`update ticket set requester_id = '0199aaaa-0000-7000-8000-000000000003' where number = $1`, [gone])
  await settled()

  const ticket = (number: number, inner = '%') => `ticket(number: ${number}) { ${inner} }`
  const requester = 'requester { % }'
  return {
    rich: ticket(rich),
    split: ticket(await numberOf('Split')),
    done: ticket(done),
    closed: ticket(closed),
    held: ticket(held),
    private: ticket(own),
    merged: ticket(merged),
    message: ticket(rich, 'messages(first: 1) { nodes { % } }'),
    answer: ticket(rich, 'messages(first: 2) { nodes { % } }'),
    mailed: ticket(done, 'messages(first: 1) { nodes { % } }'),
    attachment: ticket(rich, 'messages(first: 1) { nodes { attachments { % } } }'),
    event: ticket(rich, 'events(last: 1, type: [STATUS]) { nodes { % } }'),
    category: ticket(rich, 'category { % }'),
    organization: ticket(rich, 'organization { % }'),
    person: ticket(rich, requester),
    contact: ticket(contact, requester),
    mergedPerson: ticket(gone, requester),
    colleague: ticket(rich, 'messages(first: 2) { nodes { author { % } } }'),
    desk: 'desk { % }',
  }
}

/** A global id of each type that `node` knows, of what the things above are made of. */
export async function nodeIds({ sql }: World): Promise<Record<string, string>> {
  const rich = `(select id from ticket where subject = 'Rich')`
  const ann = `(select id from person where email = 'ann@acme.example')`
  const wanted: Record<string, string> = {
    AdminEvent: 'admin_event',
    Agreement: `agreement where organization_id = (select organization_id from person where id = ${ann})`,
    ApiToken: `api_token where user_id = (select id from person where email = 'dana@plaindesk.example')`,
    Attachment: `attachment where message_id in (select id from message where ticket_id = ${rich})`,
    BlockedSender: 'blocked_sender',
    BulkChange: 'bulk_change',
    BulkChangeTicket: 'bulk_change_ticket',
    CannedText: 'canned_text',
    Category: 'category',
    Draft: 'draft',
    IncomingMail: 'incoming_mail',
    Membership: `membership where user_id = ${ann}`,
    Message: `message where ticket_id = ${rich} and visibility = 'PUBLIC'`,
    Organization: `organization where id = (select organization_id from ticket where id = ${rich})`,
    ParticipantProposal: 'participant_proposal',
    Rating: 'rating',
    SavedView: 'saved_view',
    Ticket: `ticket where id = ${rich}`,
    TicketEvent: `ticket_event where ticket_id = ${rich} and type = 'STATUS'`,
    User: `person where id = ${ann}`,
    Webhook: 'webhook',
    WebhookDelivery: 'webhook_delivery',
    'Message (a note)': `message where ticket_id = ${rich} and visibility = 'INTERNAL'`,
    'TicketEvent (of the team)': `ticket_event where ticket_id = ${rich} and type not in ('STATUS', 'MESSAGE')`,
  }
  const ids = Object.entries(wanted).map(async ([name, from]) => {
    const type = name.replace(/ .*/, '')
    const [row] = await sql(`select id from ${from} limit 1`)
    return [name, row ? `${type[0]?.toLowerCase()}${type.slice(1)}_${row.id}` : ''] as const
  })
  return Object.fromEntries(await Promise.all(ids))
}
