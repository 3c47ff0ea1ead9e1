// A mail becomes a mutation, run as its sender: every rule of the other doors holds for this one.
import type { EntityManager } from '@mikro-orm/postgresql'
import type { Context, MailContent } from '../graph/context.ts'
import { loadOperations } from '../graph/operation.ts'
import { run } from '../graph/run.ts'
import type { User } from '../people/user.ts'
import { mailViewer } from '../people/viewer-row.ts'
import { Message } from '../tickets/message.ts'
import { fork, type Inbox } from './inbox.ts'
import type { IncomingMail } from './incoming-mail.ts'
import { dropParts, type KeptParts } from './keep-parts.ts'

export type Writing = { operation: 'comment' | 'note'; number: number } | { operation: 'create'; subject: string }

/** Runs the mutation; answers the message it made. Throws what was refused, because then something is wrong here. */
export async function write(
  inbox: Inbox,
  mail: IncomingMail,
  sender: User,
  { text, parts, content }: { text: string; parts: KeptParts; content: Omit<MailContent, 'id'> },
  { operation: name, ...variables }: Writing,
): Promise<Message> {
  const operation = loadOperations(inbox.schema, `${import.meta.dirname}/operations`).get(name)
  if (!operation) throw new Error(`There is no operation ${name}`)
  const em = fork(inbox)
  const context = await contextOf(inbox, em, sender, { ...content, id: mail.id })
  const input = { ...variables, message: text, attachments: parts.ids }
  try {
    const { data, errors } = await run(inbox.schema, operation, input, context)
    const refusal = errors?.[0]?.message ?? refusalIn(data)
    if (refusal) throw new Error(`${name} by mail was refused: ${refusal}`, { cause: errors?.[0]?.originalError })
  } catch (error) {
    await dropParts(inbox, parts)
    throw error
  }
  inbox.after?.('message written')
  return em.fork().findOneOrFail(Message, { mailId: mail.id }, { populate: ['ticket'] })
}

async function contextOf(inbox: Inbox, em: EntityManager, sender: User, mail: MailContent): Promise<Context> {
  const config = inbox.settings.current
  const now = inbox.clock()
  const viewer = await mailViewer(em, sender.id, config, now)
  return { em, viewer, language: sender.language ?? 'en', via: 'mail', now, config, client: null, mail }
}

function refusalIn(data: unknown): string | null {
  const filed: unknown = Reflect.get(Object(data), 'filed')
  const errors: unknown = Reflect.get(Object(filed), 'userErrors')
  return Array.isArray(errors) && errors.length > 0 ? JSON.stringify(errors) : null
}
