// A customer adds to a ticket: words, files, or both; and what the team says among itself stays there.
import { describe, expect, test } from 'vitest'
import type { Browser } from '../kit/browser.ts'
import { people } from '../kit/cast.ts'
import { expectGoodPage } from '../kit/good-page.ts'
import { world } from '../world.ts'
import { answer, note, open, openIn, read, type Status, texts } from './deeds.ts'
import { byApi, byForm } from './doors.ts'

const { as, stranger, sql, mailsTo, mailTo, newcomer, settled, mailbox, url } = await world()

const bo = as('bo')
const dana = as('dana')
const nina = await newcomer('Nina Neu')
const hello = { filename: 'hello.txt', content: 'Hello from a file' }

const mailsAbout = async (address: string, number: number) =>
  (await mailsTo(address)).filter(mail => mail.subject.includes(`[#${number}]`))
/** Mails of one ticket may overtake each other on their way. */
const mailSaying = async (address: string, number: number, words: string) =>
  (await mailsAbout(address, number)).find(mail => mail.text.includes(words))
const counted = async (table: string) => Number((await sql(`select count(*) from ${table}`))[0]?.count)
/** The form on the ticket's page, as a person finds it. */
const commentForm = async (browser: Browser, number: number) =>
  (await browser.visit(`/tickets/${number}`)).form(/^(Send comment|Kommentar senden)$/)

describe.each([byForm, byApi])('commenting $name', door => {
  test('V4 H12: the requester comments, it is on the ticket, and the team is told', async () => {
    const number = await open(bo, `Wobbly desk ${door.name}`)
    const words = `It wobbles more than ever, ${door.name}.`
    expect(await door.comment(bo, number, { message: words })).toMatchObject({ number, refusals: [] })
    expect((await bo.visit(`/tickets/${number}`)).main).toContain(words)
    expect(await texts(dana, number)).toEqual(['The first message.', words])
    for (const agent of [people.dana, people.dirk, people.ada]) {
      const told = await mailSaying(agent.email, number, words)
      expect(told?.link(/\/agent\/tickets\/\d+$/)).toBe(`${url}/agent/tickets/${number}`)
    }
    expect(await mailsAbout(people.sam.email, number)).toEqual([])
    expect(await mailsAbout(people.bo.email, number)).toHaveLength(1) // the receipt: nobody is told of their own words
  })

  test('V4: once somebody works the ticket, the comment goes to them alone', async () => {
    const number = await open(bo, `Assigned ${door.name}`)
    await sql(`update ticket set assignee_id = (select id from person where email = $1) where number = $2`, [
      people.dirk.email,
      number,
    ])
    await door.comment(bo, number, { message: 'For Dirk.' })
    expect(await mailSaying(people.dirk.email, number, 'For Dirk.')).toBeDefined()
    expect((await mailsAbout(people.dana.email, number)).some(mail => mail.text.includes('For Dirk.'))).toBe(false)
  })

  test('V5 H16: files alone, without a text, are a comment', async () => {
    const number = await open(bo, `Files ${door.name}`)
    const files = [hello, { filename: 'Übersicht “Mai”.txt', content: 'ÄÖÜ' }]
    expect(await door.comment(bo, number, { files })).toMatchObject({ number, refusals: [] })
    const ticket = await read(bo, number)
    const { text, attachments } = ticket.messages.nodes.at(-1)
    expect(text).toBe('')
    expect(attachments.map(({ filename }: { filename: string }) => filename)).toEqual(files.map(file => file.filename))
    const page = await bo.visit(`/tickets/${number}`)
    expect((await page.follow('hello.txt')).html).toBe('Hello from a file')
    expect((await page.follow('Übersicht “Mai”.txt')).answer.body.toString()).toBe('ÄÖÜ')
    expect(await mailSaying(people.dana.email, number, 'hello.txt')).toBeDefined()
  })

  test('H16: words and a file stay together', async () => {
    const number = await open(bo, `Both ${door.name}`)
    await door.comment(bo, number, { message: 'See the file.', files: [hello] })
    const { messages } = await read(bo, number)
    expect(messages.nodes.at(-1)).toMatchObject({ text: 'See the file.', attachments: [{ filename: 'hello.txt' }] })
    expect(messages.totalCount).toBe(2)
  })

  test.each(['', '   ', '\r\n\t \n'])('§9: nothing (%j) is no comment', async message => {
    const number = await open(bo, `Nothing ${door.name}`)
    const { number: written, refusals } = await door.comment(bo, number, { message })
    expect(written).toBeNull()
    expect(refusals).toEqual([door === byApi ? 'MESSAGE_OR_FILE_REQUIRED' : 'Write something or attach a file.'])
    expect(await texts(bo, number)).toEqual(['The first message.'])
  })

  test.each([
    ['NEW', 'NEW'],
    ['OPEN', 'OPEN'],
    ['WAITING', 'OPEN'],
    ['DONE', 'OPEN'],
  ] as [Status, Status][])('§2: a comment makes of %s %s, and the history says so', async (before, after) => {
    const number = await openIn(bo, dana, before, `Status ${door.name}`)
    await door.comment(bo, number, { message: 'A word.' })
    const { status, events } = await read(bo, number)
    expect(status).toBe(after)
    const last = events.nodes.filter(({ type }: { type: string }) => type === 'STATUS').at(-1)
    if (before !== after) expect(last).toMatchObject({ from: before, to: after, actor: { name: 'Bo Berg' } })
    else if (last) expect(last.actor).toMatchObject({ name: 'Dana Dietz' })
  })

  test('§2: on a closed ticket the comment begins a follow-up, linked both ways, with a receipt and word to the team', async () => {
    const closed = await openIn(bo, dana, 'CLOSED', `Closed ${door.name}`)
    const outcome = await door.comment(bo, closed, { message: 'It is back.', files: [hello] })
    expect(outcome.refusals).toEqual([])
    const followUp = Number(outcome.number)
    expect(followUp).toBeGreaterThan(closed)
    expect(await read(bo, followUp)).toMatchObject({
      subject: `Closed ${door.name}`,
      status: 'NEW',
      followUpOf: { number: closed },
      messages: { nodes: [{ text: 'It is back.', attachments: [{ filename: 'hello.txt' }] }] },
    })
    expect(await read(bo, closed)).toMatchObject({ status: 'CLOSED', followUps: [{ number: followUp }] })
    expect(await texts(bo, closed)).toEqual(['The first message.'])
    const [receipt] = await mailsAbout(people.bo.email, followUp)
    expect(receipt?.header('Auto-Submitted')).toBe('auto-replied')
    expect(receipt?.text).toContain('It is back.')
    expect(await mailSaying(people.dana.email, followUp, 'It is back.')).toBeDefined()

    const newer = await bo.visit(`/tickets/${followUp}`)
    const older = await newer.follow(`#${closed}`)
    expect(older.path).toBe(`/tickets/${closed}`)
    expect((await older.follow(`#${followUp}`)).path).toBe(`/tickets/${followUp}`)
    if (outcome.page) expect(outcome.page.text).toMatch(/already closed.*started this new one/)
  })

  test('§3: a stranger learns nothing, not even that the ticket exists', async () => {
    const number = await open(bo, `Private ${door.name}`)
    const messages = await counted('message')
    const theirs = await door.comment(as('eve'), number, { message: 'Let me in.', files: [hello] })
    const nobodys = await door.comment(as('eve'), 99_999_999, { message: 'Let me in.', files: [hello] })
    expect(theirs.refusals).toEqual(nobodys.refusals)
    expect(theirs.refusals).toEqual([door === byApi ? 'NOT_FOUND' : '404'])
    const signedOut = await door.comment(stranger(), number, { message: 'Let me in.' })
    expect(signedOut.number).toBeNull()
    expect(await counted('message')).toBe(messages)
    expect(await texts(bo, number)).toEqual(['The first message.'])
  })

  test('§3: whoever left the list comments no more, on the next click', async () => {
    const { browser } = await newcomer('Lea Leaving')
    const number = await open(browser, 'Before leaving')
    await browser.graphql('mutation { leaveList(input: {}) { userErrors { code } } }')
    const { refusals } = await door.comment(browser, number, { message: 'After leaving' })
    expect(refusals).toEqual([door === byApi ? 'FORBIDDEN' : '403'])
    expect(await texts(dana, number)).toEqual(['The first message.'])
  })

  test('§9: markup and scripts are kept as they are, shown escaped, and addresses become links', async () => {
    const number = await open(bo, `Markup ${door.name}`)
    const words = `<script>alert(1)</script> <b>bold</b> "q" & 'a'\njavascript:alert(1) https://docs.example/a?b=1&c=2. x@y.example\n\n  indented`
    await door.comment(bo, number, { message: words })
    expect((await texts(bo, number)).at(-1)).toBe(words)
    const page = await bo.visit(`/tickets/${number}`)
    const shown = page.$('.message').last()
    expect(shown.find('script, b').length).toBe(0)
    expect(shown.text()).toContain('<script>alert(1)</script> <b>bold</b>')
    const links = shown
      .find('.text a')
      .toArray()
      .map(each => page.$(each).attr('href'))
    expect(links).toEqual(['https://docs.example/a?b=1&c=2', 'mailto:x@y.example'])
    const { html } = (await read(bo, number)).messages.nodes.at(-1)
    expect(html).not.toMatch(/<script|<b>|href="javascript/)
    const mail = await mailSaying(people.dana.email, number, '<b>bold</b>')
    expect(mail?.html).not.toMatch(/<script|<b>bold/)
    await expectGoodPage(page)
  })

  test('V4: the team’s own words are answers: an agent may say the status with them, a customer may not', async () => {
    const number = await open(bo, `Who says ${door.name}`)
    await door.comment(as('dirk'), number, { message: 'Looking into it.' })
    const { status, messages } = await read(bo, number)
    if (door === byApi) expect([status, messages.nodes.at(-1).text]).toEqual(['WAITING', 'Looking into it.'])
    const { code } = await bo.graphql(
      'mutation ($input: CommentOnTicketInput!) { commentOnTicket(input: $input) { ticket { status } } }',
      { input: { number, message: 'Done, I say', status: 'DONE' } },
    )
    expect(code).toBe('FORBIDDEN')
    expect((await texts(bo, number)).includes('Done, I say')).toBe(false)
  })

  test('§3: sales reads, and does not write', async () => {
    const number = await open(bo, `Sales ${door.name}`)
    const { number: written } = await door.comment(as('sam'), number, { message: 'Buy more' })
    expect(written).toBeNull()
    expect(await texts(bo, number)).toEqual(['The first message.'])
  })
})

describe('the form', () => {
  test('§5, §9: an empty comment comes back with 422, a summary and a message at the field', async () => {
    const number = await open(bo, 'Empty form')
    const page = await (await commentForm(bo, number)).fill({ message: '  ' }).submit()
    expect(page.status).toBe(422)
    expect(page.title).toMatch(/^Error:/)
    expect(page.errors).toEqual(['Write something or attach a file.'])
    expect(page.$('[aria-invalid=true]').attr('name')).toBe('message')
    expect(page.main).toContain('The first message.')
    await expectGoodPage(page)
  })

  test('§9: what was typed is kept where a file is refused, and goes off with the next try', async () => {
    const number = await open(bo, 'Keeps the text')
    const page = await (await commentForm(bo, number))
      .fill({ message: 'A long and careful text' })
      .attach('attachments', { filename: 'empty.txt', content: '' })
      .submit()
    expect(page.status).toBe(422)
    expect(page.errors.join()).toContain('empty.txt')
    const again = page.form('Send comment')
    expect(again.value('message')).toBe('A long and careful text')
    expect(await texts(bo, number)).toEqual(['The first message.'])
    expect((await again.submit()).main).toContain('A long and careful text')
  })

  test('§9: a text that is too long comes back whole, to be made shorter', async () => {
    const number = await open(bo, 'Too long')
    const message = 'x'.repeat(100_001)
    const page = await (await commentForm(bo, number)).fill({ message }).submit()
    expect([page.status, page.errors.length]).toEqual([422, 1])
    expect(page.errors[0]).toContain('100,000')
    expect(page.form('Send comment').value('message')).toBe(message)
    const longest = await page
      .form('Send comment')
      .fill({ message: message.slice(1) })
      .submit()
    expect(longest.status).toBe(200)
    expect((await texts(bo, number)).at(-1)).toBe(message.slice(1))
  })

  test('V4 H12: says that it worked, once, in the reader’s language', async () => {
    const number = await open(as('ann'), 'Tischbein')
    const page = await (await commentForm(as('ann'), number)).fill({ message: 'Noch etwas.' }).submit()
    expect(page.redirects).toEqual([{ status: 303, location: `/tickets/${number}` }])
    expect(page.text).toContain('Ihr Kommentar ist eingetragen')
    expect((await page.browser.visit(page.path)).text).not.toContain('Ihr Kommentar ist eingetragen')
  })

  test('§2: on a closed ticket the page says beforehand what a comment will do', async () => {
    const number = await openIn(bo, dana, 'CLOSED', 'Closed for good')
    const page = await bo.visit(`/tickets/${number}`)
    expect(page.main).toMatch(/starts a new request/)
    expect(page.hasButton('Send comment')).toBe(true)
  })

  test('§5: double-clicked it is one comment, and the second click shows the same page', async () => {
    const number = await open(bo, 'Twice')
    const form = (await commentForm(bo, number)).fill({ message: 'Only once' })
    const [one, two] = await Promise.all([form.submit(), form.submit()])
    expect([one.path, two.path]).toEqual([`/tickets/${number}`, `/tickets/${number}`])
    expect(await texts(bo, number)).toEqual(['The first message.', 'Only once'])
  })

  test('§9: on a closed ticket, double-clicked, it is one follow-up', async () => {
    const number = await openIn(bo, dana, 'CLOSED', 'Twice closed')
    const form = (await commentForm(bo, number)).fill({ message: 'Only once' })
    const [one, two] = await Promise.all([form.submit(), form.submit()])
    expect(one.path).toBe(two.path)
    expect((await read(bo, number)).followUps).toHaveLength(1)
  })
})

describe('two at the same moment', () => {
  test('§2: a comment and the clock: the comment is on the ticket, or on its follow-up, and never lost', async () => {
    const number = await openIn(bo, dana, 'DONE', 'A race')
    await Promise.all([
      byApi.comment(bo, number, { message: 'Wait!' }),
      byApi.comment(bo, number, { message: 'Me too!' }),
      answer(dana, number, 'Bye.', 'DONE'),
      dana.graphql('mutation ($input: UpdateTicketInput!) { updateTicket(input: $input) { userErrors { code } } }', {
        input: { number, status: 'CLOSED' },
      }),
    ])
    const ticket = await read(bo, number)
    const followUps = await Promise.all(ticket.followUps.map((each: { number: number }) => texts(bo, each.number)))
    expect([...(await texts(bo, number)), ...followUps.flat()].sort()).toEqual(
      ['The first message.', 'Wait!', 'Me too!', 'Bye.'].sort(),
    )
  })
})

describe('the team’s answer', () => {
  test('H14: comes by mail to the requester, with the words, the number and the way to the ticket', async () => {
    const number = await open(nina.browser, 'Answer me')
    await answer(dana, number, 'Please restart it.')
    const mail = await mailTo(nina.email, /Please restart it/)
    expect(mail.subject).toContain(`[#${number}]`)
    expect((await nina.browser.visit(mail.link(/\/tickets\/\d+$/))).main).toContain('Please restart it.')
    expect(mail.header('Auto-Submitted')).toBe('')
  })

  test('§2: asks something unless it says otherwise, and the page tells the customer that it is their turn', async () => {
    const number = await open(nina.browser, 'Your turn')
    await answer(dana, number, 'Which version?')
    const page = await nina.browser.visit(`/tickets/${number}`)
    expect(page.main).toContain('Waiting for you')
    expect(page.main).toContain('We need something from you')
  })

  test('§2: on a closed ticket it begins a follow-up that the customer is told of', async () => {
    const closed = await openIn(nina.browser, dana, 'CLOSED', 'Found later')
    const number = await answer(dana, closed, 'We found the cause after all.', 'DONE')
    expect(number).not.toBe(closed)
    expect(await read(nina.browser, number)).toMatchObject({ status: 'DONE', followUpOf: { number: closed } })
    expect(await mailSaying(nina.email, number, 'We found the cause after all.')).toBeDefined()
    expect((await read(nina.browser, closed)).status).toBe('CLOSED')
  })
})

describe('an internal note', () => {
  test('§2: is seen by no customer: not on pages, in the API, in counts, searches, orders or mails', async () => {
    const { browser, email } = await newcomer('Otto Outside')
    const other = await open(browser, 'Changed later')
    const number = await open(browser, 'With a note')
    await answer(dana, other, 'Changed.', 'OPEN')
    const seen = async () => ({
      list: (await browser.visit('/tickets')).main,
      page: (await browser.visit(`/tickets/${number}`)).main,
      api: await read(browser, number),
      order: (await browser.graphql('{ tickets { edges { cursor node { number updatedAt } } totalCount } }')).data,
    })
    const before = await seen()
    await settled()
    mailbox.forget()
    await note(dana, number, 'He is a zugzwang customer.')
    await settled()
    expect(await seen()).toEqual(before)
    expect(mailbox.to(email).map(({ subject }) => subject)).toEqual([])
    expect(mailbox.all.filter(mail => mail.content.includes('zugzwang'))).toHaveLength(0)
    for (const q of ['zugzwang', '"zugzwang customer"', 'zugzwangs']) {
      const page = await browser.visit(`/tickets?q=${encodeURIComponent(q)}`)
      expect(page.main).toContain('Nothing found')
      expect(page.texts('main nav a .count')).toEqual(['0', '0', '0'])
    }
    expect((await dana.visit('/agent?q=zugzwang')).main).toContain('With a note')
    expect((await dana.visit(`/agent/tickets/${number}`)).main).toContain('He is a zugzwang customer.')
    // What comes after it does not bring it along.
    await answer(dana, number, 'Good day.', 'DONE')
    await byForm.comment(browser, number, { message: 'Good day.' })
    expect(JSON.stringify(await seen())).not.toContain('zugzwang')
    expect((await mailsTo(email)).map(mail => mail.content).join()).not.toContain('zugzwang')
  })

  test('§2: stays on a closed ticket and makes no follow-up', async () => {
    const number = await openIn(bo, dana, 'CLOSED', 'Note on closed')
    expect(await note(dana, number, 'Keep in mind.')).toBe(number)
    expect((await read(dana, number)).followUps).toEqual([])
  })

  test.each(['bo', 'ann', 'sam'] as const)('§3: %s cannot write one', async name => {
    const number = await open(bo, 'No note')
    const { code } = await as(name).graphql(
      'mutation ($input: NoteOnTicketInput!) { noteOnTicket(input: $input) { userErrors { code } } }',
      { input: { number, message: 'x' } },
    )
    expect(code).toBe('FORBIDDEN')
  })
})
