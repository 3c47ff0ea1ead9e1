import { connectionOf } from '../graph/connection.ts'
import { Message } from './message.ts'
import { Ticket } from './ticket.ts'
import { TicketEvent } from './ticket-event.ts'

export const TicketConnection = connectionOf('Ticket', Ticket)
export const MessageConnection = connectionOf('Message', Message)
export const TicketEventConnection = connectionOf('TicketEvent', TicketEvent)
