import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql'
import { condition } from '../graph/condition.ts'
import type { Context } from '../graph/context.ts'
import { loaded } from '../graph/loader.ts'
import { registerNode } from '../graph/nodes.ts'
import { readOne } from '../graph/reading.ts'
import { translator } from '../i18n/translate.ts'
import { isStaff } from '../people/viewer.ts'
import { Ticket } from '../tickets/ticket.ts'
import { BulkChangeTicket } from './bulk-change-ticket.ts'

registerNode('BulkChangeTicket', async ({ em, viewer }, id) =>
  isStaff(viewer) ? readOne(em, BulkChangeTicket, { where: condition('t.id = ?', id), brings: ['ticket'] }) : null,
)

@Resolver(() => BulkChangeTicket)
export class BulkChangeTicketResolver {
  @FieldResolver(() => Ticket, { description: 'The ticket that was, or is to be, changed.' })
  ticket(@Root() row: BulkChangeTicket, @Ctx() { em }: Context): Promise<Ticket | null> {
    return loaded(em, row.ticket)
  }

  @FieldResolver(() => String, { nullable: true, description: "The reason as a sentence in the viewer's language." })
  message(@Root() { reason }: BulkChangeTicket, @Ctx() { language }: Context): string | null {
    return reason && translator(language)(`desk:bulk.reason.${reason}`)
  }
}
