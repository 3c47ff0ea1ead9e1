// Journey 3: somebody who never opens the portal.
import { expect, test } from 'vitest'
import { post } from '../inbox/post.ts'
import { people } from '../kit/cast.ts'
import { read } from '../tickets/deeds.ts'
import { world } from '../world.ts'

const here = await world()
const { as, mailTo, mailsTo, clock, plaindesk, settled, sql } = here
const mail = await post(here)

test('§4.3, H13 H14 H15 H16 H17: a request, an answer, a reply with a file, done, reopened by a reply, closed in the end: all by mail', async () => {
  const from = `Bo Berg <${people.bo.email}>`
  const asked = await mail.send({
    from,
    subject: 'Drucker druckt nicht',
    text: 'Guten Tag,\n\ner druckt nicht.\n\n-- \nBo',
  })
  const number = Number(asked.row.number)
  const receipt = await mailTo(people.bo.email, new RegExp(`#${number}`))
  expect(receipt.header('In-Reply-To')).toBe(asked.messageId)

  const page = await as('dana').visit(`/agent/tickets/${number}`)
  expect(page.main).toContain('er druckt nicht.')
  await page.form('Send answer').fill({ message: 'Is the cable plugged in?' }).submit()
  const question = await mailTo(people.bo.email, /Is the cable plugged in/)
  expect(question.header('Auto-Submitted')).toBe('')

  const picture = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex')
  const replied = await mail.reply(question, {
    from,
    text: `Yes, look.\n\nOn ${new Date().toUTCString()}, Plaindesk wrote:\n> Is the cable plugged in?\n`,
    attachments: [{ filename: 'cable.png', content: picture }],
  })
  expect(replied.row).toMatchObject({ outcome: 'APPENDED', number })
  const ticket = await read(as('bo'), number)
  expect(ticket.status).toBe('OPEN')
  expect(ticket.messages.nodes.map(({ text }: { text: string }) => text)).toEqual([
    'Guten Tag,\n\ner druckt nicht.',
    'Is the cable plugged in?',
    'Yes, look.',
  ])
  expect(ticket.messages.nodes[2].attachments).toMatchObject([{ filename: 'cable.png', size: picture.length }])

  const work = await as('dana').visit(`/agent/tickets/${number}`)
  await work.form('Send answer').fill({ message: 'A new cable is on its way.', status: 'DONE' }).submit()
  const done = await mailTo(people.bo.email, /A new cable is on its way/)
  expect(done.text).toMatch(/reply/i)
  expect(done.text).toContain('21 days')
  await mail.reply(done, { from, text: 'It still does not print.' })
  expect((await read(as('bo'), number)).status).toBe('OPEN')

  const last = await as('dana').visit(`/agent/tickets/${number}`)
  await last.form('Send answer').fill({ message: 'Replaced the printer.', status: 'DONE' }).submit()
  await settled()
  clock.forward({ days: 10 })
  const away = { 'Auto-Submitted': 'auto-replied' }
  await mail.reply(await mailTo(people.bo.email, /Replaced the printer/), { from, headers: away, text: 'I am away.' })
  clock.forward({ days: 11, hours: 1 })
  await plaindesk.tasks.list['close-stale']?.({}, { now: clock.now(), isLastTry: true })
  // A machine's word does not count, and nobody's session lasts that long.
  expect(await sql('select status from ticket where number = $1', [number])).toEqual([{ status: 'CLOSED' }])
  const after = await mail.reply(await mailTo(people.bo.email, /Replaced the printer/), { from, text: 'Broken again.' })
  expect(after.row.outcome).toBe('FOLLOWED_UP')
  expect(after.row.number).not.toBe(number)
  const addresses = await mailsTo(people.bo.email)
  expect(addresses.every(each => each.messageId !== '')).toBe(true)
  expect(await sql(`select 1 from incoming_mail where outcome is null`)).toEqual([])
})
