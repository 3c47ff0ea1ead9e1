// Whom an answer reaches by mail. tell.ts writes its mails by `mailedBesides`, and the page says the same before it is sent.
import { Field, ObjectType, registerEnumType } from 'type-graphql'
import type { Context } from '../graph/context.ts'
import { proposalsOf } from '../inbox/participant-proposal.ts'
import type { Access } from '../people/access.ts'
import { accessNow, blockNow } from '../people/facts.ts'
import { User } from '../people/user.ts'
import type { Ticket } from './ticket.ts'

export enum RecipientReason {
  AUTHOR = 'AUTHOR',
  BLOCKED = 'BLOCKED',
  UNDECIDED = 'UNDECIDED',
  UNPROVEN = 'UNPROVEN',
  DISABLED = 'DISABLED',
  CONTACT = 'CONTACT',
  NO_ACCESS = 'NO_ACCESS',
}
registerEnumType(RecipientReason, {
  name: 'RecipientReason',
  description: 'What is to be known about somebody who takes part, before they are answered.',
  valuesConfig: {
    AUTHOR: { description: 'Gets no mail: writes the answer.' },
    BLOCKED: { description: 'Gets no mail: mails to this address came back, and nobody has lifted the block.' },
    UNDECIDED: { description: 'Gets no mail: was on copy, and nobody has decided whether they take part.' },
    UNPROVEN: { description: 'Gets the mail, though nobody has proven that the address is theirs.' },
    DISABLED: { description: 'Gets the mail, but their account is disabled.' },
    CONTACT: { description: 'Gets the mail, and has no account to read it in the portal.' },
    NO_ACCESS: { description: 'Gets the mail, but has no access to the portal now.' },
  },
})

@ObjectType('AnswerRecipient', {
  description: 'Somebody who takes part, or would like to, and whether an answer reaches them by mail.',
  simpleResolvers: true,
})
export class Recipient {
  @Field(() => String, { description: 'Their name.' }) name!: string
  @Field(() => String, { description: 'Where the mail goes, or would go.' }) address!: string
  @Field(() => Boolean, { description: 'Whether they are mailed.' }) isMailed!: boolean
  @Field(() => RecipientReason, {
    nullable: true,
    description: 'Why not, or what else is to be known; null = nothing.',
  })
  reason!: RecipientReason | null
  @Field(() => User, { nullable: true, description: 'The person; null where nobody is known by that address.' })
  user!: User | null
}

/** Of those who take part whoever is mailed what `author` wrote. That nothing goes to a blocked address is send-mail.job.ts's. */
export const mailedBesides = (readers: readonly User[], author: { id: string } | null): User[] =>
  readers.filter(({ id }) => id !== author?.id)

/** All who take part, and whom a mail was copied to, as an answer of the viewer would reach them. */
export async function recipientsOf(context: Context, ticket: Ticket, readers: readonly User[]): Promise<Recipient[]> {
  const mailed = mailedBesides(readers, context.viewer.user)
  const people = readers.map(async user => {
    const { name, email: address } = user
    const [block, access] = await Promise.all([blockNow(context, user), accessNow(context, user)])
    const why = mailed.includes(user) ? block && RecipientReason.BLOCKED : RecipientReason.AUTHOR
    const reason = why ?? remarkOn(ticket, user, access)
    return { name, address, isMailed: why === null, reason, user }
  })
  const undecided = (await proposalsOf(context, ticket)).map(({ name, address }) => ({
    name: name || address,
    address,
    isMailed: false,
    reason: RecipientReason.UNDECIDED,
    user: null,
  }))
  return [...(await Promise.all(people)), ...undecided]
}

function remarkOn(ticket: Ticket, user: User, access: Access): RecipientReason | null {
  if (user.id === ticket.requester.id && !ticket.requesterProven) return RecipientReason.UNPROVEN
  if (access === 'DISABLED') return RecipientReason.DISABLED
  if (access === 'UNCONFIRMED') return RecipientReason.CONTACT
  return access === 'GRANTED' ? null : RecipientReason.NO_ACCESS
}
