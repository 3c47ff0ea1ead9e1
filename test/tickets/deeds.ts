// What happens to tickets before a test looks at them, by the API because it is the shortest way.
import type { Data } from '../kit/api.ts'
import type { Browser } from '../kit/browser.ts'
import { mutate } from './doors.ts'

export type Status = 'NEW' | 'OPEN' | 'WAITING' | 'DONE' | 'CLOSED'

async function number(mutation: string, browser: Browser, input: object): Promise<number> {
  const { data, text } = await mutate(browser, mutation, input)
  const found: unknown = data?.payload?.ticket?.number
  if (typeof found !== 'number') throw new Error(`${mutation}: ${text}`)
  return found
}

/** A new ticket of whoever the browser is; answers its number. */
export const open = (browser: Browser, subject: string, message = 'The first message.'): Promise<number> =>
  number('createTicket', browser, { subject, message })

/** The team's answer; answers the number of the ticket it is on. */
export const answer = (agent: Browser, ticket: number, message: string, status?: Status): Promise<number> =>
  number('commentOnTicket', agent, { number: ticket, message, status })

export const note = (agent: Browser, ticket: number, message: string): Promise<number> =>
  number('noteOnTicket', agent, { number: ticket, message })

export const update = (agent: Browser, ticket: number, changes: object): Promise<number> =>
  number('updateTicket', agent, { number: ticket, ...changes })

/** A ticket in a status, as it comes there; answers its number. */
export async function openIn(customer: Browser, agent: Browser, status: Status, subject: string): Promise<number> {
  const ticket = await open(customer, subject)
  if (status !== 'NEW') await update(agent, ticket, { status })
  return ticket
}

/** The ticket as somebody reads it by the API; null where it does not exist for them. */
export async function read(browser: Browser, ticket: number): Promise<Data> {
  const { data } = await browser.graphql(
    `query ($number: Int!) { ticket(number: $number) {
      number subject status requesterProven updatedAt doneAt closedAt
      requester { name } participants { name } followUpOf { number } followUps { number }
      messages(last: 100) { totalCount nodes { text html visibility channel isMine author { name } attachments { filename size url } } }
      events(last: 100) { nodes { type from to createdAt actor { name } } }
    } }`,
    { number: ticket },
  )
  return data.ticket
}

/** The words of a conversation, oldest first. */
export async function texts(browser: Browser, ticket: number): Promise<string[]> {
  const found = await read(browser, ticket)
  return found.messages.nodes.map(({ text }: { text: string }) => text)
}
