// An agent says who takes part, by hand.
import { describe, expect, test } from 'vitest'
import { post } from '../inbox/post.ts'
import { people } from '../kit/cast.ts'
import { answer, note, open, read, texts } from '../tickets/deeds.ts'
import { mutate } from '../tickets/doors.ts'
import { world } from '../world.ts'

const here = await world()
const { as, sql, mailTo, mailsTo, stranger } = here
const mail = await post(here)
const [ann, bo, dana] = [as('ann'), as('bo'), as('dana')]
const idOf = async (email: string) => `user_${(await sql('select id from person where email = $1', [email]))[0]?.id}`
const codes = async (mutation: string, input: object, by = dana) => {
  const { data, code } = await mutate(by, mutation, input)
  return code ?? data.payload.userErrors.map((each: { code: string; field: string }) => `${each.code} ${each.field}`)
}
const history = async (number: number) =>
  (await read(dana, number)).events.nodes.map(({ type, from, to }: Record<string, string>) => [type, from, to])

describe('§4.5: participants by hand', () => {
  test('a colleague is picked on the ticket’s page, reads and comments, and is taken off again', async () => {
    const number = await open(ann, 'For two')
    await note(dana, number, 'Between us.')
    const page = await dana.visit(`/agent/tickets/${number}`)
    const form = page.form('Add')
    const choices = Object.values(form.options('user'))
    expect(choices.some(name => name.includes(people.bo.email))).toBe(true)
    expect(choices.some(name => name.includes(people.ann.email) || name.includes(people.eve.email))).toBe(false)
    const added = await form.fill({ user: await idOf(people.bo.email) }).submit()
    expect(added.main).toContain('They take part now.')
    expect(added.main).toContain(people.bo.email)
    expect(added.form('Add').options('user')).not.toHaveProperty(await idOf(people.bo.email))

    expect((await bo.visit('/tickets')).main).toContain('For two')
    await (await bo.visit(`/tickets/${number}`)).form('Send comment').fill({ message: 'Me too.' }).submit()
    const hers = await ann.visit(`/tickets/${number}`)
    expect(hers.textOf('.facts')).toContain('Bo Berg')
    expect(hers.html).not.toContain(people.bo.email)
    expect((await bo.visit(`/tickets/${number}`)).main).not.toContain('Between us.')

    await added.form('Remove Bo Berg').submit()
    expect((await bo.visit(`/tickets/${number}`)).status).toBe(404)
    expect(await texts(ann, number)).toEqual(['The first message.', 'Me too.'])
    const words = `Bo Berg (${people.bo.email})`
    expect(await history(number)).toEqual(
      expect.arrayContaining([
        ['PARTICIPANT_ADDED', null, words],
        ['PARTICIPANT_REMOVED', words, null],
      ]),
    )
    const forCustomers = (await read(ann, number)).events.nodes.map(({ type }: { type: string }) => type)
    expect(forCustomers).not.toContain('PARTICIPANT_ADDED')
  })

  test('§3: an address that nobody has becomes a contact: answers and replies go by mail, and others see no address', async () => {
    const number = await open(ann, 'With the tax adviser')
    const email = 'gerda@tax.example'
    const page = await dana.visit(`/agent/tickets/${number}`)
    await page.form('Add').fill({ address: ' Gerda@Tax.example ' }).submit()
    expect(await mailsTo(email)).toEqual([])
    const [person] = await sql('select name, language, confirmed_at from person where email = $1', [email])
    expect(person).toEqual({ name: email, language: 'de', confirmed_at: null })
    expect((await read(ann, number)).participants).toEqual([{ name: 'g…@tax.example' }])
    expect((await ann.visit(`/tickets/${number}`)).html).not.toContain(email)

    await answer(dana, number, 'For all of you.')
    const got = await mailTo(email, /For all of you/)
    expect(got.text).not.toContain(`/tickets/${number}`)
    expect(got.text).toContain('/register')
    expect(got.header('List-Unsubscribe')).toBe('')
    const { row } = await mail.reply(got, { from: email, text: 'By mail, then.' })
    expect(row).toMatchObject({ outcome: 'APPENDED', number })
    await mutate(dana, 'updateTicket', { number, status: 'OPEN' })
    expect((await mailsTo(email)).map(({ subject }) => subject)).toHaveLength(1)

    await mutate(dana, 'removeParticipant', { number, user: await idOf(email) })
    expect((await mail.reply(got, { from: email, text: 'Still there?' })).row).toMatchObject({
      outcome: 'HELD',
      reason: 'WANTS_TO_JOIN',
    })
  })

  test('not the team, nobody without an account in use, and somebody at all; twice is once', async () => {
    const number = await open(ann, 'Who else')
    expect(await codes('addParticipant', { number })).toEqual(['REQUIRED address'])
    expect(await codes('addParticipant', { number, address: 'no address' })).toEqual(['INVALID_EMAIL address'])
    expect(await codes('addParticipant', { number, address: people.dirk.email })).toEqual(['IS_TEAM address'])
    expect(await codes('addParticipant', { number, user: 'user_nonsense' })).toEqual(['UNKNOWN_PERSON user'])
    const added = async () => (await history(number)).filter(([type]: string[]) => type === 'PARTICIPANT_ADDED').length
    expect(await codes('addParticipant', { number, address: people.ann.email })).toEqual([])
    expect(await added()).toBe(0)
    for (const _ of [1, 2]) expect(await codes('addParticipant', { number, address: people.eve.email })).toEqual([])
    expect(await added()).toBe(1)
    expect(await codes('removeParticipant', { number, user: await idOf(people.bo.email) })).toEqual([])
    const page = await dana.visit(`/agent/tickets/${number}`)
    const again = await page.form('Add').fill({ address: people.dana.email }).submit()
    expect(again.status).toBe(422)
    expect(again.errors.join()).toContain('of the team')
    expect(again.form('Add').value('address')).toBe(people.dana.email)
  })

  test('§3: sales read who takes part and change nothing; customers neither', async () => {
    const number = await open(ann, 'Whose word')
    await mutate(dana, 'addParticipant', { number, address: people.bo.email })
    const page = await as('sam').visit(`/agent/tickets/${number}`)
    expect(page.main).toContain(people.bo.email)
    expect(page.hasButton('Add') || page.hasButton(/^Remove/)).toBe(false)
    for (const asker of ['sam', 'ann', 'bo'] as const) {
      expect(await codes('addParticipant', { number, address: people.eve.email }, as(asker))).toBe('FORBIDDEN')
      const { data } = await as(asker).graphql(`{ ticket(number: ${number}) { participantChoices { name } } }`)
      expect(data.ticket.participantChoices).toEqual([])
    }
    expect(await codes('addParticipant', { number, address: people.eve.email }, stranger())).toBe('UNAUTHENTICATED')
  })

  test('on copy of a mail: the word of the agent stands in the history', async () => {
    const number = await open(ann, 'Copied')
    await mail.send({ from: people.ann.email, cc: 'copy@acme.example', subject: `[#${number}]`, text: 'With a copy.' })
    await mail.send({ from: people.ann.email, cc: 'by-hand@acme.example', subject: `[#${number}]`, text: 'Another.' })
    await (await dana.visit(`/agent/tickets/${number}`)).form('Let them take part copy@acme.example').submit()
    expect(await history(number)).toContainEqual(['PARTICIPANT_ADDED', null, 'copy@acme.example'])
    // Added by hand, they are not asked about any more.
    await mutate(dana, 'addParticipant', { number, address: 'by-hand@acme.example' })
    expect((await dana.visit(`/agent/tickets/${number}`)).hasButton(/^Let them take part/)).toBe(false)
  })
})
