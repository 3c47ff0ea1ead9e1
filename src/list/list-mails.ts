import type { Desk, Letter, LetterWriter } from '../outbox/letter.ts'
import { letterTo, linkOf, oneTimeFacts, userOf } from '../people/letter-facts.ts'
import type { User } from '../people/user.ts'
import { leaveUrlOf } from './leave-url.ts'

/** The letters about the support list. */
export const listMails = {
  'list-confirm': confirmLetter,
  'list-joined': joinedLetter,
  'list-left': leftLetter,
} satisfies Record<string, LetterWriter>

async function confirmLetter(desk: Desk): Promise<Letter | null> {
  const link = await linkOf(desk)
  return link && { ...letter(desk, link.user, { oneTime: oneTimeFacts(desk, link) }), isStale: !link.isOpen(desk.now) }
}

/** Stale where they have left again before it was sent. */
async function joinedLetter(desk: Desk): Promise<Letter | null> {
  const user = await userOf(desk)
  if (!user) return null
  const leaveUrl = await leaveUrlOf(desk, user.id)
  return { ...letter(desk, user, { ticketsUrl: desk.url('/tickets') }), leaveUrl, isStale: leaveUrl === null }
}

/** §3: carries an undo link, where there is one: a forwarded mail lets others click. */
async function leftLetter(desk: Desk): Promise<Letter | null> {
  const user = await userOf(desk)
  const link = await linkOf(desk)
  return user && letter(desk, user, { oneTime: link?.isOpen(desk.now) ? oneTimeFacts(desk, link) : null })
}

const letter = (desk: Desk, user: User, facts: Letter['facts']): Letter =>
  letterTo(user, desk, { reason: 'list', facts })
