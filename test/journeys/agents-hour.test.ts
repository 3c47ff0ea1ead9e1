// One hour of two agents: thirty tickets of many kinds, worked from the queue at the same time, without JavaScript.
import { afterAll, describe, expect, test } from 'vitest'
import { request } from '../desk/people.ts'
import type { Browser } from '../kit/browser.ts'
import { people } from '../kit/cast.ts'
import { hasChromium, launchChromium } from '../kit/chromium.ts'
import { open } from '../tickets/deeds.ts'
import { world } from '../world.ts'
import { AgentAtWork } from './agent-at-work.ts'

const here = await world()
const { as, sql, url, mailsTo, settled } = here

/** 8 + 4 + 4 + 4 + 3 + 2 = 25 from customers; three of a program and two callers come on top. */
const subjects = [
  ...times(8, 'Question'),
  ...times(4, 'How do I'),
  ...times(4, 'Thanks'),
  ...times(4, 'Bug'),
  ...times(3, 'Again'),
  ...times(2, 'Call me back'),
]

describe.skipIf(!hasChromium)('an hour at the desk', async () => {
  const chromium = hasChromium ? await launchChromium() : null
  afterAll(() => chromium?.close())
  const agent = (name: 'dana' | 'dirk') => {
    if (!chromium) throw new Error('there is no browser on this machine')
    return AgentAtWork.logIn(chromium, url, name, people[name].email)
  }

  test('§4.5: thirty tickets are worked from the queue by two at once, no act takes more than two page loads', {
    timeout: 300_000,
  }, async () => {
    const asked = await askAll()
    for (const number of [1, 2, 3])
      await request(here, { email: `robot${number}@spam.example`, subject: 'Casino', website: 'http://spam.example' })

    const [dana, dirk] = [await agent('dana'), await agent('dirk')]
    const waiting = () => sql('select subject from ticket where is_open and not is_answered and hold is null')
    // Whoever found nothing more may still be handed something by the other.
    while ((await waiting()).length > 0) await Promise.all([work(dana), work(dirk)])
    await emptyHeld(dana)
    await takeCalls(dirk)
    await settled()

    expect(await waiting()).toEqual([])
    const answers = await Promise.all(
      [...asked].map(async ([number, subject]) => [subject, await saidOn(number)] as const),
    )
    for (const [subject, said] of answers) {
      // What was put together is answered once more, where the first word of it had its answer already.
      const [least, most] = subject.startsWith('Again') ? [0, 0] : /Question [123]$/.test(subject) ? [1, 2] : [1, 1]
      expect(said, subject).toBeGreaterThanOrEqual(least)
      expect(said, subject).toBeLessThanOrEqual(most)
    }
    // Each answer went to its customer once.
    const mails = (await Promise.all((['ann', 'bo', 'eve'] as const).map(name => mailsTo(people[name].email)))).flat()
    const told = mails.filter(
      ({ subject, content }) =>
        content.includes('Worked by') && [...asked.keys()].some(number => subject.includes(`[#${number}]`)),
    )
    expect(told).toHaveLength(answers.reduce((sum, [, said]) => sum + said, 0))
    expect(await sql("select id from ticket where subject = 'Casino' and hold = 'SPAM'")).toHaveLength(3)
    expect(await sql("select id from ticket where subject = 'By phone' and status = 'DONE'")).toHaveLength(2)
  })
})

/** Subjects by number. What is asked again is asked by the same customer, who names the first. */
async function askAll(): Promise<Map<number, string>> {
  const customers = [as('ann'), as('bo'), as('eve')]
  const asked = new Map<number, string>()
  for (const subject of subjects) {
    const customer = customers[Number(subject.at(-1)) % customers.length] as Browser
    const [first] = [...asked].find(([, other]) => other === subject.replace('Again', 'Question')) ?? []
    asked.set(await open(customer, subject, first ? `As I wrote in #${first}.` : 'Help!'), subject)
  }
  return asked
}

async function saidOn(number: number): Promise<number> {
  const words = 'select m.id from message m join ticket t on t.id = m.ticket_id where t.number = $1 and m.text like $2'
  return (await sql(words, [number, '%Worked by%'])).length
}

function times(count: number, subject: string): string[] {
  return Array.from({ length: count }, (_, at) => `${subject} ${at + 1}`)
}

type Deed = (agent: AgentAtWork) => Promise<void>

const deeds: Record<string, Deed> = {
  async 'How do I'(agent) {
    await agent.act('insert a canned text', async page => {
      await page.getByRole('combobox', { name: /canned text/i }).selectOption({ label: 'Ask for details' })
      await agent.press(page.getByRole('button', { name: /^Insert/ }))
    })
    await answer(agent)
  },
  Thanks: agent => send(agent, 'Done'),
  /** Handed to whoever knows, with a note, and answered by them. */
  async Bug(agent) {
    if (await agent.page.locator('option:checked', { hasText: 'High' }).count()) return answer(agent)
    await agent.act('hand over', async page => {
      await page.getByLabel('Assignee').selectOption({ label: agent.name === 'dana' ? 'Dirk Decker' : 'Dana Dietz' })
      await page.getByLabel('Priority').selectOption({ label: 'High' })
      await page.getByLabel('Tags').fill('bug, printing')
      await agent.press(agent.button('Save'))
    })
    await agent.act('leave a note', async page => {
      await page.locator('summary', { hasText: 'Internal note' }).click()
      await page.getByRole('textbox', { name: 'Note' }).fill(`For you, from ${agent.name}.`)
      await agent.press(agent.button('Add note'))
    })
  },
  async Again(agent) {
    const [, into = ''] = /As I wrote in #(\d+)/.exec(await agent.page.getByRole('main').innerText()) ?? []
    await agent.act('put together', async page => {
      await page.locator('summary', { hasText: 'Put into another ticket' }).click()
      await page
        .locator('form', { has: agent.button('Put together') })
        .getByLabel('Ticket number')
        .fill(into)
      await agent.press(agent.button('Put together'))
    })
  },
  async 'Call me back'(agent) {
    const take = agent.button('Assign to me')
    if (await take.count()) await agent.act('take', () => agent.press(take))
    await send(agent, 'In progress')
  },
}

/** Takes the ticket that waits longest, and whatever comes next, until nothing waits. */
async function work(agent: AgentAtWork): Promise<void> {
  await agent.page.goto('/agent?tab=unanswered')
  for (;;) {
    await agent.act('open the next', page => page.goto('/agent/next'))
    if (agent.number === null) return
    const subject = await agent.subject
    const [, deed = answer] = Object.entries(deeds).find(([start]) => subject.startsWith(start)) ?? []
    await deed(agent)
  }
}

const answer: Deed = agent => send(agent, 'Waiting for customer')

async function send(agent: AgentAtWork, status: string): Promise<void> {
  const { number } = agent
  if ((await agent.page.locator('.state .waits').count()) === 0) return // the colleague was quicker
  await agent.act('answer and go on', async page => {
    const box = page.getByRole('textbox', { name: 'Your answer' })
    await box.fill(`${await box.inputValue()}\n\nWorked by ${agent.name}.`)
    await page.getByRole('radio', { name: status }).check()
    await agent.press(agent.button('Send and open the next'))
  })
  // Quicker still: what they wrote is shown before one's own words go.
  if (agent.number === number) expect(await agent.page.locator('.errors').innerText()).not.toBe('')
}

async function emptyHeld(agent: AgentAtWork): Promise<void> {
  await agent.page.goto('/agent/held')
  for (;;) {
    const spam = agent.page.getByRole('button', { name: /Mark as spam/ }).first()
    if ((await spam.count()) === 0) return
    await agent.act('mark as spam', () => agent.press(spam))
  }
}

/** Two who called, and are helped at once. */
async function takeCalls(agent: AgentAtWork): Promise<void> {
  for (const caller of ['carl@caller.example', 'cora@caller.example']) {
    await agent.page.goto('/agent')
    await agent.act('write down a call', async page => {
      await agent.press(page.getByRole('link', { name: 'New ticket' }))
      await page.getByLabel('Their e-mail address').fill(caller)
      await page.getByLabel('Subject').fill('By phone')
      await page.getByLabel('What they said').fill('The line is down.')
      await agent.press(agent.button('Open ticket'))
    })
    await send(agent, 'Done')
  }
}
