import { describe, expect, test } from 'vitest'
import { urlencoded } from '../kit/body.ts'
import { expectGoodPage } from '../kit/good-page.ts'
import { world } from '../world.ts'
import { request } from './people.ts'

const here = await world()
const { as, sql, newcomer, mailTo, mailsTo, settled } = here

const ticketPage = (name: 'dana' | 'dirk' | 'sam' | 'ada', number: number) => as(name).visit(`/agent/tickets/${number}`)
const ticketOf = async (subject: string, email = 'asker@answer.example') => request(here, { email, subject })

describe('an answer', () => {
  test('H12 H14: goes to the customer by mail, with its file, and says where the ticket stands', async () => {
    const { browser, email } = await newcomer('Nadja Neugier')
    const sent = await (await browser.visit('/tickets/new'))
      .form('Send request')
      .fill({ subject: 'Answer me', message: 'Well?' })
      .submit()
    const number = Number(sent.path.match(/\d+/)?.[0])
    const page = await ticketPage('dana', number)
    expect(page.main).toContain(`Goes to Nadja Neugier (${email}) by e-mail.`)
    expect(page.main).not.toContain('Address not proven')
    await expectGoodPage(page)

    const answered = await page
      .form('Send answer')
      .fill({ message: 'Please try the new version.', status: 'DONE' })
      .attach('attachments', { filename: 'steps.txt', content: 'one\ntwo\n' })
      .submit()
    expect(answered.redirects).toEqual([{ status: 303, location: `/agent/tickets/${number}` }])
    expect(answered.texts('[role=status]')).toEqual(['Your answer has been sent.'])
    expect(answered.main).toContain('Please try the new version.')
    expect(answered.hasLink('steps.txt')).toBe(true)
    expect(answered.textOf('.state')).toContain('Done')
    expect((await mailTo(email, /new version/)).text).toContain('steps.txt')
    expect((await browser.visit(`/tickets/${number}`)).main).toContain('Please try the new version.')
  })

  test('§2: is “waiting for the customer” unless the agent says otherwise', async () => {
    const number = await ticketOf('Default status')
    const page = await ticketPage('dana', number)
    expect(page.form('Send answer').value('status')).not.toBeNull()
    const answered = await page.form('Send answer').fill({ message: 'Which version is it?' }).submit()
    expect(answered.textOf('.state')).toContain('Waiting for customer')
    expect((await sql('select status from ticket where number = $1', [number]))[0]?.status).toBe('WAITING')
  })

  test('§4.5: by the second button one goes on to the next ticket', async () => {
    const number = await ticketOf('Then the next')
    const next = await (await ticketPage('dana', number))
      .form('Send and open the next')
      .fill({ message: 'Answered.' })
      .submit()
    expect(next.path).toMatch(/^\/agent\/tickets\/\d+$/)
    expect(next.path).not.toBe(`/agent/tickets/${number}`)
    expect(next.main).toContain('Your answer has been sent.')
  })

  test('§2 H17: on a closed ticket it starts a follow-up, said beforehand and afterwards', async () => {
    const number = await ticketOf('Closed already')
    await (await ticketPage('dana', number)).form('Change status').fill({ status: 'CLOSED' }).submit()
    const page = await ticketPage('dana', number)
    expect(page.main).toContain('your answer starts a new one')
    const followUp = await page.form('Send answer').fill({ message: 'One more thing.' }).submit()
    expect(followUp.path).not.toBe(`/agent/tickets/${number}`)
    expect(followUp.main).toContain('this new one')
    expect(followUp.hasLink(`#${number}`)).toBe(true)
    expect((await ticketPage('dana', number)).main).not.toContain('One more thing.')
  })

  test('§9: without text and file it comes back with 422, in its own form', async () => {
    const number = await ticketOf('Empty answer')
    const page = await (await ticketPage('dana', number)).form('Send answer').fill({ status: 'OPEN' }).submit()
    expect(page.status).toBe(422)
    expect(page.title).toMatch(/^Error:/)
    expect(page.errors).toHaveLength(1)
    expect(page.$('#message').attr('aria-invalid')).toBe('true')
    expect(page.$('#note-message').attr('aria-invalid')).toBeUndefined()
    expect(page.$('input[name=status][value=OPEN]').attr('checked')).toBeDefined()
    await expectGoodPage(page)
  })

  test('§3: to an address that nobody proved is answered with a warning', async () => {
    const number = await ticketOf('Whose address', 'unproven@answer.example')
    const page = await ticketPage('dana', number)
    expect(page.main).toContain('Address not proven.')
    expect(page.main).toContain('Contact')
  })

  test('§3: sales reads, and can neither answer nor note nor change', async () => {
    const number = await ticketOf('For sales to read')
    const page = await ticketPage('sam', number)
    expect(page.main).toContain('Please help.')
    for (const button of ['Send answer', 'Add note', 'Change status', 'Assign to me', 'Save'])
      expect(page.hasButton(button), button).toBe(false)
    const form = (await as('sam').visit('/account')).form('Save changes', '/account')
    const token = form.value('_csrf') ?? ''
    for (const [path, field] of [
      ['comments', 'message'],
      ['notes', 'message'],
      ['status', 'status'],
    ] as const) {
      const body = urlencoded([
        ['_csrf', token],
        [field, 'DONE'],
      ])
      const refused = await as('sam').post(`/agent/tickets/${number}/${path}`, body)
      expect(refused.status, path).toBe(403)
    }
    expect(
      await sql(`select 1 from message m join ticket t on t.id = m.ticket_id where t.number = $1`, [number]),
    ).toHaveLength(1)
  })
})

describe('an internal note', () => {
  test('H12 §2: never leaves the team: not on the customer’s page, nor in a mail, a search or a download', async () => {
    const { browser, email } = await newcomer()
    const sent = await (await browser.visit('/tickets/new'))
      .form('Send request')
      .fill({ subject: 'Notes about me', message: 'Hello' })
      .submit()
    const number = Number(sent.path.match(/\d+/)?.[0])
    await settled()
    const before = (await mailsTo(email)).length
    const noted = await (await ticketPage('dana', number))
      .form('Add note')
      .fill({ message: 'Customer is a walrus.' })
      .attach('attachments', { filename: 'secret-plan.txt', content: 'tusks' })
      .submit()
    expect(noted.texts('[role=status]')).toEqual(['The note has been added. Only the team reads it.'])
    expect(noted.textOf('.message.note')).toContain('Customer is a walrus.')
    expect(noted.textOf('.message.note')).toContain('Internal note')
    const file = new URL(noted.link('secret-plan.txt')).pathname

    const seen = await browser.visit(`/tickets/${number}`)
    expect(seen.html).not.toMatch(/walrus|secret-plan/i)
    expect((await browser.visit('/tickets?q=walrus')).main).not.toContain('Notes about me')
    expect((await browser.visit(file)).status).toBe(404)
    expect((await as('sam').visit(file)).html).toBe('tusks')
    await settled()
    expect(await mailsTo(email)).toHaveLength(before)
  })

  test('§2: changes neither the status nor since when the customer waits', async () => {
    const number = await ticketOf('Only noted')
    const state = () => sql('select status, unanswered_since, updated_at from ticket where number = $1', [number])
    const before = await state()
    await (await ticketPage('dana', number)).form('Add note').fill({ message: 'Hm.' }).submit()
    expect(await state()).toEqual(before)
  })

  test('§9: an empty one comes back in its own form, opened', async () => {
    const number = await ticketOf('Empty note')
    const page = await (await ticketPage('dana', number)).form('Add note').submit()
    expect(page.status).toBe(422)
    expect(page.$('#note-message').attr('aria-invalid')).toBe('true')
    expect(page.$('#message').attr('aria-invalid')).toBeUndefined()
    expect(page.$('details.noted').attr('open')).toBeDefined()
    expect(page.$('.errors a').attr('href')).toBe('#note-message')
  })
})

describe('what the team decides', () => {
  test('§2: assignee, priority, topic and tags are saved together and stand in the history', async () => {
    const number = await ticketOf('To be sorted')
    const form = (await ticketPage('dana', number)).form('Save', `/agent/tickets/${number}`)
    const [, , topic = ''] = Object.values(form.options('category'))
    const saved = await form
      .fill({ assignee: 'Dirk Decker', priority: 'URGENT', category: topic, tags: 'Printer, billing , printer' })
      .submit()
    expect(saved.texts('[role=status]')).toEqual(['Your changes have been saved.'])
    const [row] = await sql(
      `select t.priority, t.tags, p.name as assignee, c.name_en as category from ticket t
       left join person p on p.id = t.assignee_id left join category c on c.id = t.category_id where number = $1`,
      [number],
    )
    expect(row).toEqual({ priority: 'URGENT', tags: ['billing', 'printer'], assignee: 'Dirk Decker', category: topic })
    const history = saved.textOf('section:has(#history)')
    expect(history).toContain('Priority: Normal → Urgent')
    expect(history).toContain('Assignee: – → Dirk Decker')
    expect(history).toContain('Tags: – → billing, printer')
    expect(history).toContain('Dana Dietz')
  })

  test('§4.5: “Assign to me” takes a ticket with one click', async () => {
    const number = await ticketOf('To be taken')
    const taken = await (await ticketPage('dirk', number)).form('Assign to me').submit()
    expect(taken.main).toContain('Dirk Decker is working on it')
    expect(taken.hasButton('Assign to me')).toBe(false)
    expect((await as('dirk').visit('/agent?tab=mine')).main).toContain('To be taken')
  })

  test('§2 H17: “done” without a word is told by mail, a status left alone changes nothing', async () => {
    const number = await ticketOf('Quietly done', 'quiet@answer.example')
    const page = await ticketPage('dana', number)
    expect(Object.keys(page.form('Change status').options('status'))).toEqual(['', 'OPEN', 'WAITING', 'DONE', 'CLOSED'])
    await page.form('Change status').submit()
    expect((await sql('select status from ticket where number = $1', [number]))[0]?.status).toBe('NEW')
    await page.form('Change status').fill({ status: 'DONE' }).submit()
    expect((await mailTo('quiet@answer.example', /done/i)).subject).toContain(`[#${number}]`)
  })

  test('§8: tags and notes stand on no page of the customer', async () => {
    const { browser } = await newcomer()
    const sent = await (await browser.visit('/tickets/new'))
      .form('Send request')
      .fill({ subject: 'Tagged', message: 'Hello' })
      .submit()
    const number = Number(sent.path.match(/\d+/)?.[0])
    await (await ticketPage('dana', number))
      .form('Save', `/agent/tickets/${number}`)
      .fill({ tags: 'troublemaker', assignee: 'Dirk Decker', priority: 'LOW' })
      .submit()
    expect((await browser.visit(`/tickets/${number}`)).html).not.toMatch(/troublemaker|Dirk/)
    expect((await browser.visit('/tickets?q=troublemaker')).main).not.toContain('Tagged')
  })
})

test('§5: the customer at a glance: list, other tickets, and the way to their page', async () => {
  const [ann] = await sql(
    `select t.number from ticket t join person p on p.id = t.requester_id where p.email = 'ann@acme.example' and is_open limit 1`,
  )
  const page = await ticketPage('dana', Number(ann?.number))
  const glance = page.textOf('section:has(#customer)')
  expect(glance).toContain('ann@acme.example')
  expect(glance).toContain('Acme GmbH')
  expect(glance).toMatch(/On the list since/)
  expect(page.texts('section:has(#customer) .lines a').length).toBeGreaterThan(1)
  expect((await page.follow('Ann Albers')).heading).toBe('Ann Albers')
})
