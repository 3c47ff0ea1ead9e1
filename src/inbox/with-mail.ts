import { columnsFor } from '../graph/columns.ts'
import { type Condition, condition } from '../graph/condition.ts'
import type { Context } from '../graph/context.ts'
import { thingOf } from '../graph/things.ts'
import type { Message } from '../tickets/message.ts'
import { IncomingMail } from './incoming-mail.ts'

/** For reading messages together with the mails they came by. */
export const withMail = ({ em }: Context): Condition =>
  condition(
    `select row_to_json(x) from (select ${columnsFor(em, IncomingMail, 'm')} from incoming_mail m where m.id = t.mail_id) x`,
  )

/** The mail that was read together with a message; null where it was not. */
export function mailCameAlong({ em }: Context, message: Message): IncomingMail | null {
  const row: unknown = Reflect.get(message, 'mail')
  return typeof row === 'object' && row !== null ? thingOf(em, IncomingMail, row) : null
}
