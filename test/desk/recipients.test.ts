// Before an answer is sent its author sees whom it reaches: the same people who are mailed then.
import { describe, expect, test } from 'vitest'
import { expectGoodPage } from '../kit/good-page.ts'
import { answer, open } from '../tickets/deeds.ts'
import { world } from '../world.ts'
import { request } from './people.ts'

const here = await world()
const { as, sql, newcomer, settled, mailsTo } = here
const dana = as('dana')

const recipients = async (number: number, browser = dana) =>
  (
    await browser.graphql(
      `{ ticket(number: ${number}) { answerRecipients { name address isMailed reason user { email } } } }`,
    )
  ).data.ticket.answerRecipients
const takePart = (number: number, email: string) =>
  sql(
    `insert into ticket_participant (ticket_id, user_id) select t.id, p.id from ticket t, person p where t.number = $1 and p.email = $2`,
    [number, email],
  )
const propose = (number: number, address: string) =>
  sql(
    `insert into participant_proposal (id, ticket_id, address, name, created_at) select gen_random_uuid(), id, $2, 'Carl Copy', now() from ticket where number = $1`,
    [number, address],
  )
const block = (address: string) =>
  sql(
    `insert into mail_address (address, bounces, reason, last_bounced_at, blocked_at) values ($1, 2, '5.1.1', now(), now())`,
    [address],
  )

describe('the recipients of an answer', () => {
  test('§4 “Ticket page”: are shown before it is sent, with who gets none and why', async () => {
    const { browser, email } = await newcomer('Rosa Reader')
    const blocked = await newcomer('Berta Bounce')
    const left = await newcomer('Lars Left')
    const number = await open(browser, 'Who reads this')
    for (const each of [blocked, left]) await takePart(number, each.email)
    await takePart(number, 'dana@plaindesk.example')
    await propose(number, 'carl@copy.example')
    await block(blocked.email)
    await left.browser.graphql('mutation { leaveList(input: {}) { userErrors { code } } }')

    const page = await dana.visit(`/agent/tickets/${number}`)
    await expectGoodPage(page)
    const form = page.textOf('section:has(#answer)')
    expect(form).toContain(`Goes to Rosa Reader (${email}) and Lars Left (${left.email}) by e-mail.`)
    expect(form).toMatch(/Berta Bounce.*gets nothing, because e-mails to this address came back/)
    expect(form).toMatch(/Carl Copy carl@copy\.example\s*: gets nothing: was on copy/)
    expect(form).toMatch(/Lars Left.*has no access to the portal now/)
    expect(form).toMatch(/Dana Dietz.*gets no e-mail about their own answer/)

    const told = await recipients(number)
    await answer(dana, number, 'To all who are told.')
    await settled()
    for (const { address, isMailed } of told) {
      const got = (await mailsTo(address)).filter(mail => mail.text.includes('To all who are told.'))
      expect(got.length > 0, address).toBe(isMailed)
    }
  })

  test('§4: tell of a contact, of an account that is disabled, and of an address that nobody proved', async () => {
    const unproven = await request(here, { email: 'unproven@reach.example', subject: 'Unproven' })
    expect(await recipients(unproven)).toMatchObject([
      {
        address: 'unproven@reach.example',
        isMailed: true,
        reason: 'UNPROVEN',
        user: { email: 'unproven@reach.example' },
      },
    ])
    const { browser, email } = await newcomer('Dora Disabled')
    const number = await open(browser, 'Disabled since')
    expect(await recipients(number)).toMatchObject([{ isMailed: true, reason: null }])
    await sql('update person set disabled_at = now() where email = $1', [email])
    await takePart(number, 'unproven@reach.example')
    expect((await recipients(number)).map(({ reason }: { reason: string }) => reason)).toEqual(['DISABLED', 'CONTACT'])
    const page = await dana.visit(`/agent/tickets/${number}`)
    expect(page.textOf('.remarks')).toContain('has no account and reads it by e-mail only')
    await answer(dana, number, 'Reaches both.')
    for (const address of [email, 'unproven@reach.example'])
      expect(
        (await mailsTo(address)).some(mail => mail.text.includes('Reaches both.')),
        address,
      ).toBe(true)
  })

  test('§4: where nobody is left the form says so', async () => {
    const { browser, email } = await newcomer('Nora Nobody')
    const number = await open(browser, 'Into the void')
    await block(email)
    expect((await dana.visit(`/agent/tickets/${number}`)).textOf('section:has(#answer)')).toContain(
      'Nobody gets it by e-mail.',
    )
  })

  test('§8: customers learn of nobody by it', async () => {
    const number = await open(as('bo'), 'Mine alone')
    expect(await recipients(number, as('bo'))).toEqual([])
    expect(await recipients(number, as('sam'))).toHaveLength(1)
  })
})
